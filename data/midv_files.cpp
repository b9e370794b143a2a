#include "data/midv_files.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

#include "nn/error.h"

namespace nibble {

namespace fs = std::filesystem;

int picture_rank(const fs::path& path) {
  static const std::vector<std::string> kExtensions = {".tif", ".tiff", ".png", ".jpg", ".jpeg"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto found = std::find(kExtensions.begin(), kExtensions.end(), extension);
  return found == kExtensions.end() ? -1 : static_cast<int>(found - kExtensions.begin());
}

std::vector<fs::path> list_folder(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with('.') && name != "__MACOSX") entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::map<std::string, fs::path> list_pictures(const fs::path& folder) {
  std::map<std::string, fs::path> pictures;
  for (const fs::path& entry : list_folder(folder)) {
    const int rank = picture_rank(entry);
    if (rank < 0 || !is_file(entry)) continue;
    const auto [found, added] = pictures.try_emplace(entry.stem().string(), entry);
    if (!added && rank < picture_rank(found->second)) found->second = entry;
  }
  return pictures;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string read_truth_file(const fs::path& path, std::uintmax_t most_bytes) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) throw Error(ErrorCode::file_not_found, path.string() + ": cannot be opened");
  if (size > most_bytes)
    throw Error(ErrorCode::decode_failed, path.string() + ": too large for a ground truth");
  std::ostringstream text;
  text << file.rdbuf();
  std::string result = text.str();
  if (result.starts_with("\xEF\xBB\xBF")) result.erase(0, 3);
  return result;
}

}  // namespace nibble
