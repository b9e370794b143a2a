# Debian's shared OpenCV loads LAPACK (often OpenBLAS, which starts threads as it is loaded), TBB and OpenGL with X11, of which Nibble uses
# nothing. Where OpenCV's archives are installed too, its targets become those, with opencv_parts.cpp in place of the parts that need these
# libraries: 20 libraries fewer to load, and no thread but those that Nibble starts. Else the shared ones are linked, with a message.
find_library(NIBBLE_OPENCV_CORE_ARCHIVE libopencv_core.a)
find_library(NIBBLE_OPENCV_IMGPROC_ARCHIVE libopencv_imgproc.a)
mark_as_advanced(NIBBLE_OPENCV_CORE_ARCHIVE NIBBLE_OPENCV_IMGPROC_ARCHIVE)
find_package(ZLIB QUIET)

get_target_property(type opencv_core TYPE)
if(NOT type STREQUAL UNKNOWN_LIBRARY)  # not of FindOpenCV.cmake: the choice of a project above, or of OpenCV's own configuration
  return()
endif()
if(NIBBLE_OPENCV_CORE_ARCHIVE AND NIBBLE_OPENCV_IMGPROC_ARCHIVE AND ZLIB_FOUND AND NOT DEFINED NIBBLE_OPENCV_ARCHIVES_LINK)
  get_target_property(include opencv_core INTERFACE_INCLUDE_DIRECTORIES)
  try_compile(NIBBLE_OPENCV_ARCHIVES_LINK ${PROJECT_BINARY_DIR}/opencv_probe
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/opencv_probe.cpp ${CMAKE_CURRENT_LIST_DIR}/opencv_parts.cpp
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${include}" -DCMAKE_BUILD_TYPE=Release
    LINK_OPTIONS -Wl,--gc-sections
    LINK_LIBRARIES ${NIBBLE_OPENCV_IMGPROC_ARCHIVE} ${NIBBLE_OPENCV_CORE_ARCHIVE} ZLIB::ZLIB ${CMAKE_DL_LIBS}
    CXX_STANDARD 20)
endif()
if(NOT NIBBLE_OPENCV_ARCHIVES_LINK)
  message(STATUS "OpenCV is linked as shared libraries, with all that they load: its archives are missing or not as expected")
  return()
endif()

add_library(nibble_opencv_parts OBJECT ${CMAKE_CURRENT_LIST_DIR}/opencv_parts.cpp)
target_include_directories(nibble_opencv_parts SYSTEM PRIVATE $<TARGET_PROPERTY:opencv_core,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_options(nibble_opencv_parts PRIVATE -fmacro-prefix-map=${CMAKE_CURRENT_LIST_DIR}/=)  # CV_Error tells its file: no path of the build
set_target_properties(opencv_core PROPERTIES IMPORTED_LOCATION ${NIBBLE_OPENCV_CORE_ARCHIVE}
  INTERFACE_LINK_LIBRARIES "$<TARGET_OBJECTS:nibble_opencv_parts>;ZLIB::ZLIB;${CMAKE_DL_LIBS}"
  INTERFACE_LINK_OPTIONS "-Wl,--gc-sections;-Wl,--exclude-libs,libopencv_core.a:libopencv_imgproc.a")
set_target_properties(opencv_imgproc PROPERTIES IMPORTED_LOCATION ${NIBBLE_OPENCV_IMGPROC_ARCHIVE} INTERFACE_LINK_LIBRARIES opencv_core)
