#include "recognizer/base/unicode.h"

#include <utf8proc.h>

#include <array>

namespace nibble {
namespace {

/// Capitals of several code points, which utf8proc does not know.
std::u32string_view long_capitals(char32_t c) {
  switch (c) {
    case 0xDF: return U"SS";                   // sharp s
    case 0x149: return U"\u02BCN";             // n preceded by apostrophe
    case 0x1F0: return U"J\u030C";             // j with caron
    case 0x390: return U"\u0399\u0308\u0301";  // Greek iota, upsilon with dialytika and tonos
    case 0x3B0: return U"\u03A5\u0308\u0301";
    case 0xFB00: return U"FF";  // ligatures
    case 0xFB01: return U"FI";
    case 0xFB02: return U"FL";
    case 0xFB03: return U"FFI";
    case 0xFB04: return U"FFL";
    case 0xFB05:
    case 0xFB06: return U"ST";
    default: return {};
  }
}

utf8proc_propval_t direction(char32_t c) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->bidi_class;
}

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

/// As Python's str.isspace().
bool is_space(char32_t c) {
  const auto kind = direction(c);
  return category(c) == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_BIDI_CLASS_WS ||
         kind == UTF8PROC_BIDI_CLASS_B || kind == UTF8PROC_BIDI_CLASS_S;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  utf8proc_int32_t value = 0;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0) return {};
  return {static_cast<char32_t>(value), static_cast<std::size_t>(bytes), true};
}

std::u32string decode_utf8(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    result += c.value;
    text.remove_prefix(c.bytes);
  }
  return result;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (!c.valid) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::string encode_utf8(char32_t code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  return {bytes.begin(), bytes.begin() + count};
}

std::string encode_utf8(std::u32string_view code_points) {
  std::string result;
  for (const char32_t c : code_points) result += encode_utf8(c);
  return result;
}

std::string valid_utf8(std::string_view text) { return encode_utf8(decode_utf8(text)); }

std::u32string to_upper(std::u32string_view text) {
  std::u32string result;
  for (const char32_t c : text) {
    if (const std::u32string_view capitals = long_capitals(c); !capitals.empty()) {
      result += capitals;
    } else {
      result += static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
    }
  }
  return result;
}

BareLetter bare_letter(char32_t c) {
  std::array<utf8proc_int32_t, 8> parts{};  // canonical decompositions have four at most
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                                             static_cast<utf8proc_ssize_t>(parts.size()),
                                             UTF8PROC_DECOMPOSE, nullptr);
  if (count <= 1) return {c, 0};
  return {static_cast<char32_t>(parts[0]), static_cast<char32_t>(parts[1])};
}

bool is_control(char32_t c) { return category(c) == UTF8PROC_CATEGORY_CC; }

bool is_direction_mark(char32_t c) {
  switch (direction(c)) {
    case UTF8PROC_BIDI_CLASS_LRE:
    case UTF8PROC_BIDI_CLASS_LRO:
    case UTF8PROC_BIDI_CLASS_RLE:
    case UTF8PROC_BIDI_CLASS_RLO:
    case UTF8PROC_BIDI_CLASS_PDF:
    case UTF8PROC_BIDI_CLASS_LRI:
    case UTF8PROC_BIDI_CLASS_RLI:
    case UTF8PROC_BIDI_CLASS_FSI:
    case UTF8PROC_BIDI_CLASS_PDI: return true;
    default: return c == 0x61C || c == 0x200E || c == 0x200F;  // of letters' classes
  }
}

std::u32string normalize_text(std::string_view utf8) {
  std::u32string text = to_upper(decode_utf8(utf8));
  for (char32_t& c : text) {
    if (c == U'O') c = U'0';
  }
  std::size_t first = 0;
  std::size_t last = text.size();
  while (first < last && is_space(text[first])) ++first;
  while (last > first && is_space(text[last - 1])) --last;
  return text.substr(first, last - first);
}

}  // namespace nibble
