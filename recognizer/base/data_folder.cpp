#include <cstdlib>
#include <filesystem>

#include "include/nibble/nibble.hpp"

namespace nibble {

namespace fs = std::filesystem;

std::string data_folder() {
  if (const char* given = std::getenv("NIBBLE_DATA"); given != nullptr && *given != '\0')
    return given;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path installed = (program.parent_path() / "../share/nibble").lexically_normal();
    if (fs::is_directory(installed, error)) return installed.string();
  }
  return NIBBLE_DATA_DIR;
}

}  // namespace nibble
