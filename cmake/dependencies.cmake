# The libraries of others: those that nibble links, and those that end inside of it or of its program.
if(NIBBLE_PORTABLE)
  set(shared_suffixes ${CMAKE_FIND_LIBRARY_SUFFIXES})
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/libraries.cmake)
nibble_find_package(Eigen3 libeigen3-dev NO_MODULE)
nibble_find_package(nlohmann_json nlohmann-json3-dev)
if((NIBBLE_PROGRAM OR NIBBLE_TESTS) AND NOT NIBBLE_CORE_ONLY)
  nibble_find_package(CLI11 libcli11-dev)
endif()
if(NOT NIBBLE_CORE_ONLY)
  nibble_find_package(fmt libfmt-dev)  # its headers, so that nothing more is loaded at the start
endif()
if(NIBBLE_MISSING)
  list(JOIN NIBBLE_MISSING ", " NIBBLE_MISSING)
  message(FATAL_ERROR "nibble needs libraries that are missing: run scripts/setup.sh, or install ${NIBBLE_MISSING}")
endif()
if(NOT NIBBLE_CORE_ONLY)
  include(${CMAKE_CURRENT_LIST_DIR}/opencv.cmake)  # its archives instead, without the libraries that they would load
endif()
if(NIBBLE_PORTABLE)  # what libtiff's archive needs
  foreach(library webp Lerc jbig lzma zstd deflate jpeg z)
    find_library(NIBBLE_PORTABLE_${library} ${library} REQUIRED)
    mark_as_advanced(NIBBLE_PORTABLE_${library})
    set_property(TARGET TIFF::TIFF APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${NIBBLE_PORTABLE_${library}})
  endforeach()
  set(CMAKE_FIND_LIBRARY_SUFFIXES ${shared_suffixes})  # poppler has no archive
endif()
