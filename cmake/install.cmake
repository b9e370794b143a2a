# What is installed: the program and its data, both libraries, their headers, and what finds them. All paths are relative to each other.
include(CMakePackageConfigHelpers)

install(TARGETS nibble_shared EXPORT nibbleTargets)
install(TARGETS nibble_static EXPORT nibbleStaticTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/nibble DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
if(TARGET nibble)
  install(TARGETS nibble)
endif()
if(TARGET nibble-pdf)
  install(TARGETS nibble-pdf DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/nibble)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data/models ${PROJECT_SOURCE_DIR}/data/schema ${PROJECT_SOURCE_DIR}/data/templates
  DESTINATION ${CMAKE_INSTALL_DATADIR}/nibble)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE TYPE DOC)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/nibble)
install(EXPORT nibbleTargets NAMESPACE nibble:: DESTINATION ${package})
install(EXPORT nibbleStaticTargets NAMESPACE nibble:: DESTINATION ${package})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/nibbleConfig.cmake.in ${PROJECT_BINARY_DIR}/nibbleConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nibbleConfigVersion.cmake COMPATIBILITY SameMinorVersion)  # until 1.0 a minor version may break
install(FILES ${PROJECT_BINARY_DIR}/nibbleConfig.cmake ${PROJECT_BINARY_DIR}/nibbleConfigVersion.cmake ${PROJECT_SOURCE_DIR}/cmake/libraries.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindOpenCV.cmake DESTINATION ${package})

# pkg-config knows no targets: -l and the name of each.
set(NIBBLE_PRIVATE_LIBS "")
foreach(library IN LISTS NIBBLE_PICTURE_LIBRARIES ITEMS nibble::nettle)
  string(REGEX REPLACE ".*::" "" name ${library})
  string(TOLOWER ${name} name)
  string(APPEND NIBBLE_PRIVATE_LIBS "-l${name} ")
endforeach()
string(REPLACE "-lthreads " "-pthread " NIBBLE_PRIVATE_LIBS ${NIBBLE_PRIVATE_LIBS})
if(NIBBLE_HAS_CUDA)
  string(APPEND NIBBLE_PRIVATE_LIBS "-L${CUDAToolkit_LIBRARY_DIR} -lcudart_static -ldl -lrt ")
endif()
string(APPEND NIBBLE_PRIVATE_LIBS "-lstdc++ -lm")
file(RELATIVE_PATH NIBBLE_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" NIBBLE_PREFIX_FROM_PC ${NIBBLE_PREFIX_FROM_PC})
configure_file(${PROJECT_SOURCE_DIR}/cmake/nibble.pc.in ${PROJECT_BINARY_DIR}/nibble.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nibble.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
