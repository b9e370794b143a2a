#include "recognizer/base/text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

bool is_safe(const CodePoint& c) {
  const bool separator = c.value == 0x2028 || c.value == 0x2029;
  const bool byte_order_mark = c.value == 0xFEFF;
  return c.valid && !is_control(c.value) && !is_direction_mark(c.value) && !separator &&
         !byte_order_mark;
}

}  // namespace

std::string printable_path(const std::string& path) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (std::string_view rest = path; !rest.empty();) {
    const CodePoint c = first_code_point(rest);
    const std::string_view bytes = rest.substr(0, c.bytes);
    rest.remove_prefix(c.bytes);
    if (is_safe(c)) {
      out += bytes;
      continue;
    }
    for (const char byte : bytes) {
      out += "\\x";
      out += digits[static_cast<std::uint8_t>(byte) >> 4U];
      out += digits[static_cast<std::uint8_t>(byte) & 15U];
    }
  }
  return out;
}

std::string lower_extension(const std::string& path) {
  const std::size_t dot = path.find_last_of("./");
  if (dot == std::string::npos || path[dot] != '.') return {};
  std::string extension = path.substr(dot);
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace nibble
