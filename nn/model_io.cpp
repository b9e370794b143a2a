#include <array>
#include <filesystem>
#include <fstream>

#include "nn/atomic_file.h"
#include "nn/error.h"
#include "nn/model_file.h"

namespace nibble {
namespace {

/// More than any model file may have: parse_model then refuses it without the rest being read.
constexpr std::size_t kReadLimit = (std::size_t{64} << 20) + 1;

}  // namespace

ModelFile read_model(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error(ErrorCode::file_not_found, path + ": is a folder, not a model file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::file_not_found, path + ": cannot open this model file");
  std::vector<std::byte> bytes;
  std::array<char, 65536> block{};
  while (in && bytes.size() < kReadLimit) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto* begin = reinterpret_cast<const std::byte*>(block.data());
    bytes.insert(bytes.end(), begin, begin + in.gcount());
  }
  if (in.bad()) throw Error(ErrorCode::file_not_found, path + ": reading this model file failed");
  return parse_model(bytes.data(), bytes.size(), path);
}

void write_model(const ModelFile& model, const std::string& path) {
  write_file(path, serialize_model(model), FileAccess::everyone);
}

}  // namespace nibble
