# docs: the pages of the library's interface, in docs/html of the build folder.
find_program(NIBBLE_DOXYGEN doxygen)
mark_as_advanced(NIBBLE_DOXYGEN)
if(NIBBLE_DOXYGEN)
  configure_file(${PROJECT_SOURCE_DIR}/docs/Doxyfile.in ${PROJECT_BINARY_DIR}/Doxyfile @ONLY)
  add_custom_target(docs COMMAND ${NIBBLE_DOXYGEN} ${PROJECT_BINARY_DIR}/Doxyfile VERBATIM)
endif()
