# cmake -D NPM=... -D STAMP=... -P install.cmake, in web/: the packages of package-lock.json, to the letter.
# Where they are there already nothing is fetched: a change of branch touches files that stay the same.
file(SHA256 package-lock.json wanted)
if(EXISTS "${STAMP}")
  file(READ "${STAMP}" installed)
  if(installed STREQUAL wanted)
    file(TOUCH "${STAMP}")
    return()
  endif()
endif()
execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts --prefer-offline --loglevel=error
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${output}\n"
    "npm could not fetch the packages of the web pages (web/package-lock.json): is there a network?\n"
    "Without them the command builds too, but has no report page and no playground: configure with "
    "-DSQUALL_BUILD_WEB=OFF")
endif()
file(WRITE "${STAMP}" "${wanted}")
