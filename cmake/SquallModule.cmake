# squall_module(NAME <name> [DEPENDS <module>...] [LIBS <target>...] [NO_EXCEPTIONS] [UNITY])
#
# Makes the library squall_<name>, known as squall::<name>, of the *.cpp and *.hpp that stand in the
# current folder (not below it). While a folder holds no *.cpp the library is an INTERFACE library;
# the first *.cpp makes it STATIC at the next build, without any edit here.
#
# DEPENDS        modules of squall whose headers this one's headers may include (public)
# LIBS           other libraries, private; a header-only one is not asked of those who link squall
# NO_EXCEPTIONS  compile with -fno-exceptions
# UNITY          compile many files at a time where SQUALL_UNITY is set: squall_unity()
function(squall_module)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NO_EXCEPTIONS;UNITY" "NAME" "DEPENDS;LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME)
    message(FATAL_ERROR "squall_module(${ARGN}): NAME is required; unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(target squall_${arg_NAME})
  set(no_exceptions "")
  if(arg_NO_EXCEPTIONS)
    set(no_exceptions NO_EXCEPTIONS)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.hpp")
  list(TRANSFORM arg_DEPENDS PREPEND "squall::")

  if(sources)
    add_library(${target} STATIC ${sources})
    squall_target_defaults(${target} ${no_exceptions})
    if(arg_UNITY)
      squall_unity(${target})
    endif()
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(squall::${arg_NAME} ALIAS ${target})

  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_DEPENDS})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME})
  set_property(GLOBAL APPEND PROPERTY SQUALL_MODULES ${arg_NAME})

  foreach(library IN LISTS arg_LIBS)
    get_target_property(type ${library} TYPE)
    if(NOT sources)
      target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:${library}>)
    elseif(type STREQUAL "INTERFACE_LIBRARY" AND NOT library MATCHES "^Threads::")
      target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
    else()
      target_link_libraries(${target} PRIVATE ${library})
    endif()
  endforeach()

  if(SQUALL_INSTALL)
    install(TARGETS ${target}
      EXPORT squallTargets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
      FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endif()
endfunction()
