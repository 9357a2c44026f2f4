# Installs the build in BUILD_DIR into a prefix of its own below SCRATCH_DIR, then configures, builds
# and runs the program in SOURCE_DIR and those in EXAMPLES_DIR against that prefix, as someone else
# would.
#
# cmake -D SOURCE_DIR= -D EXAMPLES_DIR= -D BUILD_DIR= -D SCRATCH_DIR= -D VERSION= -D GENERATOR= -D CONFIG=
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

# The policies alone, on a machine without any of the libraries that other modules need.
run("${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${SCRATCH_DIR}/policy-only" -G "${GENERATOR}"
  "-DCMAKE_BUILD_TYPE=${CONFIG}"
  "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  -DCMAKE_DISABLE_FIND_PACKAGE_yaml-cpp=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_Threads=ON
  -DSQUALL_COMPONENTS=policy)
run("${CMAKE_COMMAND}" --build "${SCRATCH_DIR}/policy-only" --config "${CONFIG}")
find_program(policy_only NAMES outside NO_DEFAULT_PATH
  PATHS "${SCRATCH_DIR}/policy-only" "${SCRATCH_DIR}/policy-only/${CONFIG}" REQUIRED)
run("${policy_only}")
if(NOT run_output MATCHES "works: 42")
  message(FATAL_ERROR "the program with the policies alone says: ${run_output}")
endif()

# A version that is not there must not be found.
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${SCRATCH_DIR}/other-version" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_PREFIX_PATH=${prefix}"
    -DSQUALL_EXPECTED_VERSION=99.0
  RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE error)
if(status EQUAL 0 OR NOT error MATCHES "99.0")
  message(FATAL_ERROR "asked for version 99.0, find_package(squall) said: ${error}")
endif()

# The examples, as someone else would build them, and what they print.
set(examples "${SCRATCH_DIR}/examples")
run("${CMAKE_COMMAND}" -S "${EXAMPLES_DIR}" -B "${examples}" -G "${GENERATOR}"
  "-DCMAKE_BUILD_TYPE=${CONFIG}"
  "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  -DCMAKE_DISABLE_FIND_PACKAGE_yaml-cpp=ON)
set(configured "${run_output}")
run("${CMAKE_COMMAND}" --build "${examples}" --config "${CONFIG}")

# run_example(<name> <regex>...): each line that it prints has to match the regex in its place.
function(run_example name)
  find_program(program_${name} NAMES ${name} NO_DEFAULT_PATH
    PATHS "${examples}" "${examples}/${CONFIG}" REQUIRED)
  run("${program_${name}}")
  list(JOIN ARGN "\n" expected)
  if(NOT run_output MATCHES "^${expected}\n$")
    message(FATAL_ERROR "${name} says:\n${run_output}\nexpected:\n${expected}")
  endif()
  message(STATUS "${name}:\n${run_output}")
endfunction()

# How many threads come to the burst before the first answers, and how many attempts are under way
# as the breaker opens, depends on the machine; that all is bounded does not.
run_example(guarded_threads
  "flaky      100 calls: 100 ok, 120 attempts, 20 retries, refused by breaker   0, by bulkhead  0"
  "burst       16 calls: +[0-9]+ ok, +[0-9]+ attempts,  0 retries, refused by breaker   0, by bulkhead +[0-9]+"
  "outage     100 calls:   0 ok, +[0-9][0-9]? attempts, +[0-9]+ retries, refused by breaker +[0-9]+, by bulkhead  0"
  "recovered  100 calls: 100 ok, 120 attempts, 20 retries, refused by breaker   0, by bulkhead  0"
  "at most 4 at once, and every permit came back: yes")
if(configured MATCHES "guarded_coroutines waits")
  message(STATUS "guarded_coroutines: left out, no Boost.Asio with coroutines for this compiler")
else()
  run_example(guarded_coroutines
    "flaky      100 calls: 100 ok"
    "outage      50 calls:   0 ok"
    "recovered   50 calls:  50 ok"
    "refused by bulkhead: yes, by breaker: yes"
    "at most 8 at once, and every permit came back: yes")
endif()
