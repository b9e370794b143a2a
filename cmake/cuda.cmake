# Looks for nvcc and, with NIBBLE_CUDA, turns CUDA on. Sets NIBBLE_NVCC (or not found) and NIBBLE_HAS_CUDA. Comes before the folders that
# have CUDA sources.
option(NIBBLE_CUDA "Build the network for CUDA too (needs nvcc 12.8 or newer)" OFF)
set(NIBBLE_CUDA_ARCHITECTURES 75 80 86 89 90 100 120)
find_program(NIBBLE_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_HOME ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin
  DOC "The CUDA compiler")
set(NIBBLE_HAS_CUDA OFF)
if(NIBBLE_CUDA AND NIBBLE_NVCC)
  set(CMAKE_CUDA_COMPILER ${NIBBLE_NVCC})
  list(TRANSFORM NIBBLE_CUDA_ARCHITECTURES APPEND -real OUTPUT_VARIABLE CMAKE_CUDA_ARCHITECTURES)
  list(APPEND CMAKE_CUDA_ARCHITECTURES 120-virtual)  # later devices compile this when the program starts
  enable_language(CUDA)
  set(NIBBLE_HAS_CUDA ON)
elseif(NIBBLE_CUDA)
  message(WARNING "nvcc was not found: CUDA is left out, the rest is built. Install the CUDA toolkit, or set CUDA_HOME or NIBBLE_NVCC.")
else()
  message(STATUS "CUDA is left out (NIBBLE_CUDA is off)")
endif()
