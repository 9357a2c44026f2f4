# What every target of squall is compiled with, be it a module, the command or a test.

# All of a sanitized program has to be built alike, so these are set for the whole directory tree.
if(SQUALL_SANITIZE)
  list(JOIN SQUALL_SANITIZE "," squall_sanitizers)
  add_compile_options(
    -fsanitize=${squall_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${squall_sanitizers})
  if("undefined" IN_LIST SQUALL_SANITIZE)
    # Not part of `undefined`. The project promises that double to integer saturates.
    add_compile_options(-fsanitize=float-cast-overflow -fno-sanitize-recover=float-cast-overflow)
    add_link_options(-fsanitize=float-cast-overflow)
  endif()
endif()

# Of wasm/ too, which is a project of its own in a folder of this one.
get_filename_component(squall_root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)

set(squall_warnings
  -Wall
  -Wextra
  -Wpedantic
  -Wconversion
  -Wdouble-promotion
  -Wextra-semi
  -Wformat=2
  -Wnon-virtual-dtor
  -Wold-style-cast
  -Woverloaded-virtual
  -Wshadow
  -Wsign-conversion
  -Wundef
  # Options are aggregates: to name some members and leave the others at their default is the custom.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations> # std::stable_sort in libstdc++ 12; g++ tells of others
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>) # g++ 12 reports it falsely on std::string (GCC bug 105651)
set(squall_warnings_gcc -Wduplicated-branches -Wduplicated-cond -Wlogical-op)
set(squall_warnings_clang -Wcomma -Wimplicit-fallthrough -Wnull-dereference -Wunreachable-code)
# g++ 12 reports -Wnull-dereference inside inlined standard library code as soon as it optimises.
set(squall_warnings_gcc_debug -Wnull-dereference)

option(SQUALL_UNITY
  "Compile many files of a folder at a time: half the work for all of them, more for a change of one" OFF)

# squall_unity(<target>)
#
# With SQUALL_UNITY, a dozen files of the target are one translation unit: most of what a small file
# costs to compile is the headers that it includes. What stands in anonymous namespaces has to have a
# name of its own in the folder then: of types and constants the compiler says so, of functions tests/house.
function(squall_unity target)
  if(SQUALL_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    # A local name may be that of another file's helper. Without SQUALL_UNITY it is warned of within a file.
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
endfunction()

# squall_target_defaults(<target> [NO_EXCEPTIONS])
#
# C++20 without extensions, floating point that rounds the same everywhere, and our warnings. All of
# it is private: nothing of this reaches a program that links squall.
function(squall_target_defaults target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_EXCEPTIONS" "" "")
  set_target_properties(${target} PROPERTIES CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE
    # A fused multiply-add rounds once instead of twice; results must not depend on the CPU.
    -ffp-contract=off
    # A failing CHECK names squall/model/world.cpp, wherever the tree was built.
    "-fmacro-prefix-map=${squall_root}/="
    ${squall_warnings}
    $<$<CXX_COMPILER_ID:GNU>:${squall_warnings_gcc}>
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Debug>>:${squall_warnings_gcc_debug}>
    $<$<CXX_COMPILER_ID:Clang,AppleClang>:${squall_warnings_clang}>
    $<$<BOOL:${SQUALL_WERROR}>:-Werror>
    $<$<BOOL:${arg_NO_EXCEPTIONS}>:-fno-exceptions>)
  target_compile_definitions(${target} PRIVATE SQUALL_VERSION="${PROJECT_VERSION}")
endfunction()
