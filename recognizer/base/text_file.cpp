#include "recognizer/base/text_file.h"

#include <span>
#include <vector>

#include "recognizer/base/file_bytes.h"

namespace nibble {

std::string read_text_file(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_text_file(const std::string& path, const std::string& text) {
  write_file_bytes(path, std::as_bytes(std::span(text)));
}

}  // namespace nibble
