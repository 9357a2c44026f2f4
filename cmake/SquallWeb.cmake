# The option SQUALL_BUILD_WEB: whether the report page and the playground become part of the command.
# ON by default where Node and npm are, OFF where one of them is missing, and then this says which.
#
# NODE_EXECUTABLE, NPM_EXECUTABLE  what builds them
include(CMakeDependentOption)

find_program(NODE_EXECUTABLE NAMES node nodejs DOC "Node, 18 or newer")
find_program(NPM_EXECUTABLE NAMES npm DOC "npm, which comes with Node")
mark_as_advanced(NODE_EXECUTABLE NPM_EXECUTABLE)

set(squall_web_lacks "")
if(NOT NODE_EXECUTABLE)
  set(squall_web_lacks "Node 18 or newer (Debian: nodejs)")
else()
  execute_process(COMMAND "${NODE_EXECUTABLE}" --version
    OUTPUT_VARIABLE squall_node_version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REGEX REPLACE "^v" "" squall_node_version "${squall_node_version}")
  if(squall_node_version VERSION_LESS 18)
    set(squall_web_lacks "Node 18 or newer (${NODE_EXECUTABLE} is '${squall_node_version}')")
  elseif(NOT NPM_EXECUTABLE)
    set(squall_web_lacks "npm (Debian: npm)")
  endif()
endif()

cmake_dependent_option(SQUALL_BUILD_WEB "Build the report page and the playground into the command"
  ${PROJECT_IS_TOP_LEVEL} "NOT squall_web_lacks" OFF)

if(squall_web_lacks)
  message(STATUS "The command gets no report page and no playground: ${squall_web_lacks} is missing")
elseif(NOT SQUALL_BUILD_WEB)
  message(STATUS "The command gets no report page and no playground: SQUALL_BUILD_WEB is OFF")
endif()
