# Functions that make the libraries of CMakeLists.txt.

# nibble_layer(FOLDER LINKS...): nibble_<FOLDER>, of all sources in the folder.
function(nibble_layer name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(main|training_api|pdf_reader|pdf_sandbox)\\.cpp$")
  foreach(format pdf tiff webp)  # each with its sources, or with one that says that it is left out
    list(FILTER sources EXCLUDE REGEX "/${format}_left_out\\.cpp$")
    string(TOUPPER ${format} upper)
    if(name STREQUAL recognizer AND NOT NIBBLE_${upper})
      list(FILTER sources EXCLUDE REGEX "/image/${format}(_[a-z]+)?\\.cpp$")
      list(APPEND sources ${PROJECT_SOURCE_DIR}/recognizer/image/${format}_left_out.cpp)
    endif()
  endforeach()
  add_library(nibble_${name} STATIC ${sources})
  target_link_libraries(nibble_${name} PUBLIC nibble_flags ${ARGN})
  if(name STREQUAL recognizer)
    # Where an installation has its files, seen from its program and from its library: it may be moved as a whole.
    foreach(from BIN LIB)
      file(RELATIVE_PATH data ${CMAKE_INSTALL_FULL_${from}DIR} ${CMAKE_INSTALL_FULL_DATADIR}/nibble)
      file(RELATIVE_PATH programs ${CMAKE_INSTALL_FULL_${from}DIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/nibble)
      list(APPEND places "NIBBLE_DATA_FROM_${from}=\"${data}\"" "NIBBLE_PROGRAMS_FROM_${from}=\"${programs}\"")
    endforeach()
    set_source_files_properties(${PROJECT_SOURCE_DIR}/recognizer/base/installation.cpp PROPERTIES
      COMPILE_DEFINITIONS "NIBBLE_VERSION=\"${PROJECT_VERSION}\";${places}")
  endif()
endfunction()

# nibble_embed(TARGET FILES...): compiles files into a library, where embedded_file() of recognizer/base/embedded.h finds them by name.
function(nibble_embed target)
  set(number 0)
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME)
    set(begin nibble_embedded_${number}_begin)
    set(end nibble_embedded_${number}_end)
    string(APPEND NIBBLE_EMBED_ASSEMBLY
      "    \".balign 64\\n.globl ${begin}\\n.hidden ${begin}\\n${begin}:\\n.incbin \\\"${PROJECT_SOURCE_DIR}/${file}\\\"\\n\"\n"
      "    \".globl ${end}\\n.hidden ${end}\\n${end}:\\n\"\n")
    string(APPEND NIBBLE_EMBED_SYMBOLS
      "extern \"C\" [[gnu::visibility(\"hidden\")]] const std::byte ${begin}[];\n"
      "extern \"C\" [[gnu::visibility(\"hidden\")]] const std::byte ${end}[];\n")
    string(APPEND NIBBLE_EMBED_CASES "  if (name == \"${name}\") return {${begin}, ${end}};\n")
    list(APPEND files ${PROJECT_SOURCE_DIR}/${file})
    math(EXPR number "${number} + 1")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_files.cpp.in ${PROJECT_BINARY_DIR}/embedded_files.cpp @ONLY)
  set_source_files_properties(${PROJECT_BINARY_DIR}/embedded_files.cpp PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/embedded_files.cpp)
endfunction()

# nibble_public_library(TARGET SHARED|STATIC LAYERS...): what users link, made of the layers' objects. It hands on the folder of the public
# headers and nothing else; only nibble_* and what NIBBLE_API marks can be seen from outside.
function(nibble_public_library target kind)
  set_target_properties(${ARGN} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  if(NIBBLE_HAS_CUDA)
    list(APPEND objects $<TARGET_OBJECTS:nibble_cuda_device>)
  endif()
  add_library(${target} ${kind} ${objects})
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} INTERFACE cxx_std_17)
  target_link_libraries(${target} PRIVATE ${NIBBLE_PICTURE_LIBRARIES} nibble::nettle)
  if(NIBBLE_HAS_CUDA)
    target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  endif()
  set_target_properties(${target} PROPERTIES OUTPUT_NAME nibble VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE CXX)
  if(kind STREQUAL SHARED)
    set(script ${PROJECT_SOURCE_DIR}/cmake/exports.map)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:nibble_flags>)
    target_link_options(${target} PRIVATE -Wl,--version-script=${script})
    set_target_properties(${target} PROPERTIES EXPORT_NAME nibble LINK_DEPENDS ${script})
    add_library(nibble::nibble ALIAS ${target})
  else()
    add_library(nibble::${target} ALIAS ${target})
  endif()
endfunction()
