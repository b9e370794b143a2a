# The commit that is built stands in one small source, written at each build but changed only with the commit.
find_package(Git QUIET)
add_custom_target(nibble_commit BYPRODUCTS ${PROJECT_BINARY_DIR}/commit.cpp VERBATIM
  COMMAND ${CMAKE_COMMAND} -DGIT=${GIT_EXECUTABLE} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${PROJECT_BINARY_DIR}/commit.cpp
    -P ${PROJECT_SOURCE_DIR}/cmake/write_commit.cmake)
target_sources(nibble_app PRIVATE ${PROJECT_BINARY_DIR}/commit.cpp)
add_dependencies(nibble_app nibble_commit)
