#include "recognizer/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool within(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

bool is_break(char32_t code) { return code == '\t' || code == '\n' || code == '\r'; }

enum class Breaks { replace, keep };

/// The text with replace(bytes, code) for what is not printable, and with replace(byte, U+FFFD)
/// for each byte that is no UTF-8.
template <typename Replace>
std::string replace_unprintable(std::string_view text, Breaks breaks, Replace replace) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    const std::string_view bytes = text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
    const bool keep = breaks == Breaks::keep && is_break(c.value);
    if (c.valid && (keep || is_printable(c.value))) {
      out += bytes;
    } else {
      out += replace(bytes, c.value);
    }
  }
  return out;
}

/// "\xNN" for each byte.
std::string byte_escapes(std::string_view bytes) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
  return out;
}

/// A unit of UTF-16 as JSON writes it.
std::string unit_escape(char32_t unit) {
  return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(unit & 0xFFFFU));
}

std::string json_escape(char32_t code) {
  if (code < 0x10000) return unit_escape(code);
  const char32_t rest = code - 0x10000;
  return unit_escape(0xD800 + (rest >> 10U)) + unit_escape(0xDC00 + (rest & 0x3FFU));
}

}  // namespace

bool is_printable(char32_t code) {
  const bool separator = code == 0x2028 || code == 0x2029;
  const bool mark = within(code, 0x206A, 0x206F) || code == 0xFEFF ||
                    within(code, 0xFFF9, 0xFFFB) || within(code, 0xE0000, 0xE007F);
  const bool none = (code & 0xFFFEU) == 0xFFFE;
  return !is_control(code) && !is_direction_mark(code) && !separator && !mark && !none;
}

std::string printable_text(const std::string& text) {
  return replace_unprintable(text, Breaks::replace,
                             [](std::string_view bytes, char32_t) { return byte_escapes(bytes); });
}

std::string visible_text(const std::string& text) {
  return replace_unprintable(text, Breaks::keep,
                             [](std::string_view, char32_t) { return kReplacement; });
}

std::string table_cell(const std::string& text) {
  std::string cell = visible_text(text);
  std::replace_if(cell.begin(), cell.end(), is_break, ' ');
  return cell;
}

std::string escape_markup(const std::string& text) {
  std::string out;
  for (const char c : visible_text(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string escape_json(const std::string& json) {
  return replace_unprintable(json, Breaks::keep,
                             [](std::string_view, char32_t code) { return json_escape(code); });
}

}  // namespace nibble
