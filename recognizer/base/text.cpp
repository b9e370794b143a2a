#include "recognizer/base/text.h"

#include <cstddef>
#include <cstdint>

namespace nibble {
namespace {

/// Length of the UTF-8 sequence at `at` and its code point; 0 when the bytes there are no UTF-8.
std::size_t decode_utf8(const std::string& text, std::size_t at, std::uint32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(at);
  std::size_t length = 0;
  if (lead < 0x80) {
    code = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() - at < length) return 0;
  code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

bool is_safe(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;
  const bool separator_or_direction = code == 0x200E || code == 0x200F ||
                                      (code >= 0x2028 && code <= 0x202E) ||
                                      (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
  return !separator_or_direction;
}

}  // namespace

std::string printable_path(const std::string& path) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    std::uint32_t code = 0;
    const std::size_t length = decode_utf8(path, at, code);
    if (length > 0 && is_safe(code)) {
      out.append(path, at, length);
      at += length;
      continue;
    }
    for (const std::size_t end = at + (length == 0 ? 1 : length); at < end; ++at) {
      const auto byte = static_cast<std::uint8_t>(path[at]);
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
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
