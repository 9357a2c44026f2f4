# squall_embed_scenarios(<target> <folder>)
#
# Compiles every *.yaml of the folder into the target, as shipped_scenarios() of
# cli/shipped_scenarios.hpp, so that the command has them wherever it is run. A file that is changed,
# added or removed is seen at the next build.
#
# The same file is the script that writes the source: cmake -D OUTPUT=... -D "FILES=..." -P. Texts go
# through as bytes: a string literal has limits of length, and CMake's lists eat brackets.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(arrays "")
  set(entries "")
  set(count 0)
  string(REPLACE "|" ";" FILES "${FILES}")
  # By name: with its extension, tutorial would stand after tutorial-bursts.
  list(TRANSFORM FILES REPLACE "\\.yaml$" "")
  list(SORT FILES)
  foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}.yaml" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    # 16 bytes a line, for those who look.
    string(REPEAT "0x..," 16 line)
    string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
    string(APPEND arrays "const unsigned char text_${count}[] = {\n    ${bytes}};\n")
    string(APPEND entries
      "    {\"${name}\", {reinterpret_cast<const char*>(text_${count}), sizeof text_${count}}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  file(WRITE "${OUTPUT}" "// Written by cmake/EmbedScenarios.cmake from scenarios/.
#include \"cli/shipped_scenarios.hpp\"

namespace squall::cli {
namespace {

${arrays}
const ShippedScenario scenarios[] = {
${entries}};

}  // namespace

std::span<const ShippedScenario> shipped_scenarios() noexcept { return scenarios; }

}  // namespace squall::cli
")
  return()
endif()

set(squall_embed_script "${CMAKE_CURRENT_LIST_FILE}")

function(squall_embed_scenarios target folder)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.yaml")
  if(NOT files)
    message(FATAL_ERROR "no scenario to embed in ${folder}")
  endif()
  list(SORT files)
  list(JOIN files "|" joined)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/shipped_scenarios.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -D "OUTPUT=${output}" -D "FILES=${joined}" -P "${squall_embed_script}"
    DEPENDS ${files} "${squall_embed_script}"
    COMMENT "Embedding the scenarios"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
endfunction()
