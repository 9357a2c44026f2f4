# cmake -D NPM=... -D STAMP=... -P install.cmake, in web/: the packages of package-lock.json, to the letter.
execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts --prefer-offline --loglevel=error
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${output}\n"
    "npm could not fetch the packages of the web pages (web/package-lock.json): is there a network?\n"
    "Without them the command builds too, but has no report page and no playground: configure with "
    "-DSQUALL_BUILD_WEB=OFF")
endif()
file(TOUCH "${STAMP}")
