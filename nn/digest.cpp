#include "nn/digest.h"

#include <nettle/sha2.h>

#include <array>
#include <string_view>

#include "nn/dtype.h"

namespace nibble {
namespace {

class Sha256 {
 public:
  Sha256() { sha256_init(&context_); }

  void add(std::uint64_t number) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(number & 0xFF);
      number >>= 8;
    }
    sha256_update(&context_, bytes.size(), bytes.data());
  }

  void add(const void* data, std::size_t size) {
    add(size);
    sha256_update(&context_, size, static_cast<const std::uint8_t*>(data));
  }

  void add(std::string_view text) { add(text.data(), text.size()); }

  std::string hex() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context_, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  }

 private:
  sha256_ctx context_{};
};

}  // namespace

std::string model_digest(const ModelFile& model) {
  Sha256 hash;
  const auto graph = model.metadata.find("graph");
  hash.add(graph == model.metadata.end() ? std::string_view() : std::string_view(graph->second));
  for (const auto& [name, tensor] : model.tensors) {
    hash.add(std::string_view(name));
    hash.add(dtype_name(tensor.dtype));
    hash.add(tensor.shape.size());
    for (const std::int64_t extent : tensor.shape) hash.add(static_cast<std::uint64_t>(extent));
    hash.add(tensor.data.data(), tensor.data.size());
  }
  return "sha256:" + hash.hex();
}

std::string text_digest(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return "sha256:" + hash.hex();
}

}  // namespace nibble
