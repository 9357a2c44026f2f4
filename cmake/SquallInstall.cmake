# What `cmake --install` puts down besides the modules and the command, which bring their own rules.
include(CMakePackageConfigHelpers)

set(squall_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/squall")
get_property(squall_modules GLOBAL PROPERTY SQUALL_MODULES)

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/squallConfig.cmake.in" "${PROJECT_BINARY_DIR}/squallConfig.cmake"
  INSTALL_DESTINATION "${squall_cmake_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/squallConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/squallConfig.cmake" "${PROJECT_BINARY_DIR}/squallConfigVersion.cmake"
  DESTINATION "${squall_cmake_dir}")
install(EXPORT squallTargets NAMESPACE squall:: DESTINATION "${squall_cmake_dir}")

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
foreach(folder IN ITEMS scenarios schema)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}/"
      DESTINATION "${CMAKE_INSTALL_DATADIR}/squall/${folder}"
      PATTERN CMakeLists.txt EXCLUDE)
  endif()
endforeach()

if(EXISTS "${PROJECT_SOURCE_DIR}/completions/squall.bash")
  install(FILES "${PROJECT_SOURCE_DIR}/completions/squall.bash"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME squall)
endif()
if(EXISTS "${PROJECT_SOURCE_DIR}/completions/_squall")
  install(FILES "${PROJECT_SOURCE_DIR}/completions/_squall"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
endif()
