# The engine for browsers: the target squall_wasm makes <build>/wasm/squall.wasm of wasm/, a project of
# its own with a compiler of its own.
#
# SQUALL_BUILD_WASM is ON where that compiler and its libraries are found; elsewhere the message says
# what is missing, and everything but the playground is built.

include(CMakeDependentOption)

find_program(SQUALL_WASM_COMPILER clang++-19 DOC "A clang++ that compiles and links for wasm32-wasi")

# Whether it can do the whole way: the C and C++ libraries, the builtins and the linker are packages of
# their own. Asked until it can.
if(SQUALL_WASM_COMPILER AND NOT SQUALL_WASM_WORKS STREQUAL SQUALL_WASM_COMPILER)
  set(trial "${CMAKE_CURRENT_BINARY_DIR}/wasm-trial")
  file(WRITE "${trial}.cpp" "#include <string>\n"
    "extern \"C\" int ask(const char* text) { return int(std::string(text).size()); }\n")
  execute_process(
    COMMAND "${SQUALL_WASM_COMPILER}" --target=wasm32-wasi -std=c++20 -fno-exceptions
      -mexec-model=reactor -Wl,--export=ask "${trial}.cpp" -o "${trial}.wasm"
    RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(SQUALL_WASM_WORKS "${SQUALL_WASM_COMPILER}" CACHE INTERNAL "The compiler that went all the way")
  endif()
endif()

set(squall_wasm_found OFF)
if(SQUALL_WASM_COMPILER AND SQUALL_WASM_WORKS STREQUAL SQUALL_WASM_COMPILER)
  set(squall_wasm_found ON)
endif()
cmake_dependent_option(SQUALL_BUILD_WASM "Build the engine as WebAssembly, for the playground"
  ON "squall_wasm_found" OFF)
if(NOT SQUALL_BUILD_WASM)
  if(NOT squall_wasm_found)
    message(STATUS "The playground gets no engine: that takes clang-19, lld-19, wasi-libc, "
      "libc++-19-dev-wasm32, libc++abi-19-dev-wasm32 and libclang-rt-19-dev-wasm32")
  endif()
  return()
endif()

# A folder of nothing but the two header-only libraries: beside them in the system's folder stand the
# headers of another C library.
set(headers "${PROJECT_BINARY_DIR}/wasm-headers")
file(MAKE_DIRECTORY "${headers}")
foreach(library IN ITEMS "fmt::fmt-header-only|fmt" "nlohmann_json::nlohmann_json|nlohmann")
  string(REPLACE "|" ";" library "${library}")
  list(GET library 0 target)
  list(GET library 1 folder)
  get_target_property(places ${target} INTERFACE_INCLUDE_DIRECTORIES)
  foreach(place IN LISTS places ITEMS /usr/include)
    if(EXISTS "${place}/${folder}")
      file(CREATE_LINK "${place}/${folder}" "${headers}/${folder}" SYMBOLIC)
      break()
    endif()
  endforeach()
endforeach()

include(ExternalProject)
set(SQUALL_WASM_FILE "${PROJECT_BINARY_DIR}/wasm/squall.wasm")
ExternalProject_Add(squall_wasm
  SOURCE_DIR "${PROJECT_SOURCE_DIR}/wasm"
  BINARY_DIR "${PROJECT_BINARY_DIR}/wasm"
  PREFIX "${PROJECT_BINARY_DIR}/wasm-project"
  CMAKE_GENERATOR "${CMAKE_GENERATOR}"
  CMAKE_ARGS
    "-DCMAKE_TOOLCHAIN_FILE=${PROJECT_SOURCE_DIR}/wasm/toolchain.cmake"
    "-DCMAKE_CXX_COMPILER=${SQUALL_WASM_COMPILER}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}"
    "-DSQUALL_WASM_HEADERS=${headers}"
    "-DSQUALL_WASM_VERSION=${PROJECT_VERSION}"
    "-DSQUALL_WERROR=${SQUALL_WERROR}"
  INSTALL_COMMAND ""
  BUILD_BYPRODUCTS "${SQUALL_WASM_FILE}"
  # The sources are ours: its own build knows what has changed.
  BUILD_ALWAYS ON
  USES_TERMINAL_BUILD ON
  EXCLUDE_FROM_ALL OFF)
