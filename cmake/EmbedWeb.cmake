# squall_embed_web(<target>)
#
# Puts every file of SQUALL_WEB_DIST into the target, as web_assets() of cli/web_assets.hpp. Where the
# web pages are not built the table is empty, and the command says so when one is asked for.
#
# The same file is the script that writes the source: cmake -D OUTPUT=... -D DIST=... -D ARRAYS=... -P.
# On ELF the bytes come in by the assembler, in no time; elsewhere as arrays, which compile slowly.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(type_of_html "text/html; charset=utf-8")
  set(type_of_js "text/javascript; charset=utf-8")
  set(type_of_mjs "text/javascript; charset=utf-8")
  set(type_of_css "text/css; charset=utf-8")
  set(type_of_json "application/json")
  set(type_of_map "application/json")
  set(type_of_wasm "application/wasm")
  set(type_of_svg "image/svg+xml")
  set(type_of_png "image/png")
  set(type_of_txt "text/plain; charset=utf-8")
  set(type_of_yaml "text/plain; charset=utf-8")

  set(files "")
  if(DIST)
    file(GLOB_RECURSE files RELATIVE "${DIST}" "${DIST}/*")
  endif()
  list(SORT files)
  set(bytes "")
  set(entries "")
  set(count 0)
  foreach(file IN LISTS files)
    string(REGEX REPLACE "^.*\\." "" extension "${file}")
    if(NOT DEFINED type_of_${extension})
      message(FATAL_ERROR "${DIST}/${file}: cmake/EmbedWeb.cmake knows no media type of .${extension}")
    endif()
    file(SIZE "${DIST}/${file}" size)
    # The hash makes the source change when the file does.
    file(SHA256 "${DIST}/${file}" hash)
    if(ARRAYS)
      file(READ "${DIST}/${file}" hex HEX)
      string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
      string(APPEND bytes "// ${hash}\nextern \"C\" const unsigned char squall_web_${count}[] = {${hex}0};\n")
    else()
      string(APPEND bytes "// ${hash}
asm(\".section .rodata\\n\"
    \".balign 16\\n\"
    \"squall_web_${count}:\\n\"
    \".incbin \\\"${DIST}/${file}\\\"\\n\"
    \".byte 0\\n\"
    \".previous\\n\");
extern \"C\" const unsigned char squall_web_${count}[] __attribute__((visibility(\"hidden\")));\n")
    endif()
    string(APPEND entries "    {\"${file}\", \"${type_of_${extension}}\",
     {reinterpret_cast<const char*>(squall_web_${count}), ${size}}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  set(table "std::span<const WebAsset> web_assets() noexcept { return {}; }")
  if(files)
    set(table "namespace {
const WebAsset assets[] = {
${entries}};
}  // namespace

std::span<const WebAsset> web_assets() noexcept { return assets; }")
  endif()
  file(WRITE "${OUTPUT}" "// Written by cmake/EmbedWeb.cmake from what web/ was built into.
#include \"cli/web_assets.hpp\"

${bytes}
namespace squall::cli {

${table}

}  // namespace squall::cli
")
  return()
endif()

set(squall_embed_web_script "${CMAKE_CURRENT_LIST_FILE}")

function(squall_embed_web target)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp")
  set(dist "")
  set(stamp "")
  if(TARGET squall_web)
    set(dist "${SQUALL_WEB_DIST}")
    set(stamp "${SQUALL_WEB_STAMP}")
  endif()
  set(arrays OFF)
  if(NOT CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
    set(arrays ON)
  endif()
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -D "OUTPUT=${output}" -D "DIST=${dist}" -D "ARRAYS=${arrays}"
      -P "${squall_embed_web_script}"
    DEPENDS ${stamp} "${squall_embed_web_script}"
    COMMENT "Embedding the web pages"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
  if(TARGET squall_web)
    add_dependencies(${target} squall_web)
  endif()
endfunction()
