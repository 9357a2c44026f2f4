# Installs the build in BUILD_DIR into a prefix of its own below SCRATCH_DIR, then configures, builds
# and runs the program in SOURCE_DIR against that prefix, as someone else would.
#
# cmake -D SOURCE_DIR= -D BUILD_DIR= -D SCRATCH_DIR= -D VERSION= -D GENERATOR= -D CONFIG=
#       -D CXX_COMPILER= -P run.cmake

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${out}")
  endif()
  set(run_output "${out}" PARENT_SCOPE)
endfunction()

set(prefix "${SCRATCH_DIR}/prefix")
file(REMOVE_RECURSE "${SCRATCH_DIR}")

run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}" --config "${CONFIG}")
if(NOT EXISTS "${prefix}/include/squall/base/result.hpp")
  message(FATAL_ERROR "the headers are not where #include \"squall/base/result.hpp\" looks")
endif()

run("${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${SCRATCH_DIR}/build" -G "${GENERATOR}"
  "-DCMAKE_BUILD_TYPE=${CONFIG}"
  "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  "-DSQUALL_EXPECTED_VERSION=${VERSION}")
run("${CMAKE_COMMAND}" --build "${SCRATCH_DIR}/build" --config "${CONFIG}")

find_program(outside NAMES outside NO_DEFAULT_PATH
  PATHS "${SCRATCH_DIR}/build" "${SCRATCH_DIR}/build/${CONFIG}" REQUIRED)
run("${outside}")
if(NOT run_output MATCHES "works: 42")
  message(FATAL_ERROR "the outside program says: ${run_output}")
endif()

# The policies alone, on a machine without yaml-cpp.
run("${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${SCRATCH_DIR}/policy-only" -G "${GENERATOR}"
  "-DCMAKE_BUILD_TYPE=${CONFIG}"
  "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  -DCMAKE_DISABLE_FIND_PACKAGE_yaml-cpp=ON
  -DSQUALL_COMPONENTS=base\;policy)
run("${CMAKE_COMMAND}" --build "${SCRATCH_DIR}/policy-only" --config "${CONFIG}")

message(STATUS "${run_output}")
