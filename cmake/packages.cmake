# Debian packages (cpack): nibble, libnibble0, libnibble-dev and nibble-templates. scripts/package.sh builds and checks them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Nibble contributors <nibble@packages.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL "")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
if(CMAKE_CROSSCOMPILING AND CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)  # else that of the machine that builds
endif()
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(NIBBLE_DEBIAN_VERSION ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
set(debian ${PROJECT_BINARY_DIR}/debian)
configure_file(${PROJECT_SOURCE_DIR}/cmake/debian/changelog.in ${debian}/changelog @ONLY)
execute_process(COMMAND gzip -9nfk ${debian}/changelog COMMAND_ERROR_IS_FATAL ANY)

# nibble_package(COMPONENT NAME SECTION DEPENDS SUMMARY CONTENTS)
macro(nibble_package component name section depends summary contents)
  string(TOUPPER ${component} upper)
  list(APPEND CPACK_COMPONENTS_ALL ${component})
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${depends}")
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\nThe fields, lines and machine readable zones of passports, cards and\n\
licences are read from photographs and scans by small networks of 4-bit weights\n\
and activations, on the processor and without a connection.\n.\n${contents}")
  # What Debian asks of every package, and no other installation has.
  install(FILES ${debian}/changelog.gz DESTINATION share/doc/${name} RENAME changelog.Debian.gz COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/debian/copyright DESTINATION share/doc/${name} COMPONENT ${component} EXCLUDE_FROM_ALL)
endmacro()

set(library libnibble${PROJECT_VERSION_MAJOR})
set(same "(= ${NIBBLE_DEBIAN_VERSION})")
nibble_package(program nibble graphics "${library} ${same}, nibble-templates ${same}" "reads identity documents on the command line"
  "This package holds the program.")
nibble_package(library ${library} libs "" "reads identity documents: the library" "This package holds the shared library and its models.")
nibble_package(development libnibble-dev libdevel "${library} ${same}" "reads identity documents: development files"
  "This package holds the headers and the static library.")
nibble_package(templates nibble-templates graphics "" "reads identity documents: kinds of document"
  "This package holds the kinds of document that are known.")
set(CPACK_DEBIAN_TEMPLATES_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)
include(CPack)
