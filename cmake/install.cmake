# What is installed: the program and its data, both libraries, their headers, and what finds them. All paths are relative to each other.
# Components: program, library (and the models), templates, development, license.
include(CMakePackageConfigHelpers)

install(TARGETS nibble_shared EXPORT nibbleTargets LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS nibble_static EXPORT nibbleStaticTargets ARCHIVE COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/nibble DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
if(TARGET nibble)
  install(TARGETS nibble RUNTIME COMPONENT program)
  include(manual)  # its manual pages and completions
endif()
if(TARGET nibble-pdf)
  install(TARGETS nibble-pdf RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/nibble COMPONENT library)
endif()
set(data ${CMAKE_INSTALL_DATADIR}/nibble)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data/models ${PROJECT_SOURCE_DIR}/data/schema DESTINATION ${data} COMPONENT library)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data/templates DESTINATION ${data} COMPONENT templates PATTERN kinds.idx EXCLUDE)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT license)  # packages have Debian's own form of it

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/nibble)
install(EXPORT nibbleTargets NAMESPACE nibble:: DESTINATION ${package} COMPONENT development)
install(EXPORT nibbleStaticTargets NAMESPACE nibble:: DESTINATION ${package} COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/nibbleConfig.cmake.in ${PROJECT_BINARY_DIR}/nibbleConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nibbleConfigVersion.cmake COMPATIBILITY SameMinorVersion)  # until 1.0 a minor version may break
install(FILES ${PROJECT_BINARY_DIR}/nibbleConfig.cmake ${PROJECT_BINARY_DIR}/nibbleConfigVersion.cmake ${PROJECT_SOURCE_DIR}/cmake/libraries.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindOpenCV.cmake DESTINATION ${package} COMPONENT development)

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
install(FILES ${PROJECT_BINARY_DIR}/nibble.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
