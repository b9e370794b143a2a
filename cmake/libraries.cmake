# The libraries that nibble is linked with. The build uses this file, and so do users of the static library, who must link them too: it is
# installed beside nibbleConfig.cmake. Sets NIBBLE_MISSING to the packages that are missing.
set(NIBBLE_MISSING "")

# nibble_find(NAME HEADER PACKAGE): nibble::NAME, for a library that comes without a CMake package.
macro(nibble_find name header package)
  find_path(NIBBLE_${name}_INCLUDE ${header})
  find_library(NIBBLE_${name}_LIBRARY ${name})
  mark_as_advanced(NIBBLE_${name}_INCLUDE NIBBLE_${name}_LIBRARY)
  if(NOT NIBBLE_${name}_INCLUDE OR NOT NIBBLE_${name}_LIBRARY)
    list(APPEND NIBBLE_MISSING ${package})
  elseif(NOT TARGET nibble::${name})
    add_library(nibble::${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(nibble::${name} PROPERTIES IMPORTED_LOCATION ${NIBBLE_${name}_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${NIBBLE_${name}_INCLUDE})
  endif()
endmacro()

# nibble_find_package(NAME PACKAGE ARGUMENTS...)
macro(nibble_find_package name package)
  find_package(${name} QUIET ${ARGN})
  if(NOT ${name}_FOUND)
    list(APPEND NIBBLE_MISSING ${package})
  endif()
endmacro()

set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # a folder above that links the static library must know them
nibble_find(nettle nettle/sha2.h nettle-dev)
if(NOT NIBBLE_CORE_ONLY)
  nibble_find_package(OpenCV "libopencv-core-dev and libopencv-imgproc-dev" COMPONENTS core imgproc)
  nibble_find_package(JPEG libjpeg-dev)
  nibble_find_package(PNG libpng-dev)
  nibble_find_package(TIFF libtiff-dev)
  nibble_find(webp webp/decode.h libwebp-dev)
  nibble_find(utf8proc utf8proc.h libutf8proc-dev)
  nibble_find_package(Threads libc6-dev)
  set(NIBBLE_PICTURE_LIBRARIES opencv_imgproc opencv_core JPEG::JPEG PNG::PNG TIFF::TIFF nibble::webp nibble::utf8proc Threads::Threads)
endif()
if(NIBBLE_HAS_CUDA)
  nibble_find_package(CUDAToolkit "the CUDA toolkit")
endif()
unset(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
