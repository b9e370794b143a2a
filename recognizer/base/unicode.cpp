#include "recognizer/base/unicode.h"

#include <array>
#include <cstdint>

namespace nibble {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Reads one code point at `pos` and moves on; kReplacement and `valid` = false for a byte that is
/// no UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& pos, bool& valid) {
  const auto byte_at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte_at(pos);
  if (lead < 0x80) return byte_at(pos++);
  const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  char32_t code_point = lead & (0x7FU >> static_cast<unsigned>(length));
  bool good = lead >= 0xC2 && lead <= 0xF4 && pos + static_cast<std::size_t>(length) <= text.size();
  for (int i = 1; good && i < length; ++i) {
    const std::uint8_t byte = byte_at(pos + static_cast<std::size_t>(i));
    good = (byte & 0xC0U) == 0x80;
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  good = good && code_point >= least[static_cast<std::size_t>(length)] && code_point <= 0x10FFFF;
  good = good && (code_point < 0xD800 || code_point > 0xDFFF);
  if (!good) {
    valid = false;
    ++pos;
    return kReplacement;
  }
  pos += static_cast<std::size_t>(length);
  return code_point;
}

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Letters whose capital is the code point before or after them, in blocks where the two alternate.
bool in_alternating_block(char32_t c, bool capitals_are_even) {
  if (capitals_are_even) {
    return within(c, 0x100, 0x12F) || within(c, 0x132, 0x137) || within(c, 0x14A, 0x177) ||
           within(c, 0x1DE, 0x1EF) || within(c, 0x1F8, 0x21F) || within(c, 0x222, 0x233) ||
           within(c, 0x460, 0x481) || within(c, 0x48A, 0x4BF) || within(c, 0x4D0, 0x52F) ||
           within(c, 0x1E00, 0x1E95) || within(c, 0x1EA0, 0x1EFF);
  }
  return within(c, 0x139, 0x148) || within(c, 0x179, 0x17E) || within(c, 0x1CD, 0x1DC) ||
         within(c, 0x4C1, 0x4CE);
}

char32_t upper_of(char32_t c) {
  if (within(c, 'a', 'z')) return c - 0x20;
  if (c < 0x80) return c;
  if (within(c, 0xE0, 0xFE) && c != 0xF7) return c - 0x20;
  if (in_alternating_block(c, true)) return c & ~char32_t{1};
  if (in_alternating_block(c, false)) return c % 2 == 0 ? c - 1 : c;
  if (within(c, 0x3B1, 0x3CB) && c != 0x3C2) return c - 0x20;
  if (within(c, 0x3AD, 0x3AF)) return c - 0x25;
  if (within(c, 0x430, 0x44F)) return c - 0x20;
  if (within(c, 0x450, 0x45F)) return c - 0x50;
  switch (c) {
    case 0xB5: return 0x39C;   // micro sign -> capital mu
    case 0xFF: return 0x178;   // y with diaeresis
    case 0x131: return 'I';    // dotless i
    case 0x17F: return 'S';    // long s
    case 0x192: return 0x191;  // f with hook
    case 0x1A1: return 0x1A0;  // o, u with horn (Vietnamese)
    case 0x1B0: return 0x1AF;
    case 0x1DD: return 0x18E;  // turned e
    case 0x259: return 0x18F;  // schwa (Azerbaijani)
    case 0x3AC: return 0x386;  // Greek alpha with tonos
    case 0x3C2: return 0x3A3;  // Greek final sigma
    case 0x3CC: return 0x38C;  // Greek omicron, upsilon, omega with tonos
    case 0x3CD: return 0x38E;
    case 0x3CE: return 0x38F;
    case 0x4CF: return 0x4C0;  // palochka
    default: return c;
  }
}

bool is_space(char32_t c) {
  return within(c, 0x09, 0x0D) || within(c, 0x1C, 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         within(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string result;
  bool valid = true;
  for (std::size_t pos = 0; pos < text.size();) result += next_code_point(text, pos, valid);
  return result;
}

bool is_utf8(std::string_view text) {
  bool valid = true;
  for (std::size_t pos = 0; valid && pos < text.size();) next_code_point(text, pos, valid);
  return valid;
}

std::string encode_utf8(char32_t code_point) {
  const auto byte = [](char32_t bits) {
    return static_cast<char>(static_cast<std::uint8_t>(bits));
  };
  const auto tail = [&](unsigned shift) { return byte(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) return {byte(code_point)};
  if (code_point < 0x800) return {byte(0xC0U | (code_point >> 6U)), tail(0)};
  if (code_point < 0x10000) return {byte(0xE0U | (code_point >> 12U)), tail(6), tail(0)};
  return {byte(0xF0U | (code_point >> 18U)), tail(12), tail(6), tail(0)};
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  for (const char32_t c : decode_utf8(text)) result += encode_utf8(c);
  return result;
}

std::u32string to_upper(const std::u32string& text) {
  std::u32string result;
  for (const char32_t c : text) {
    switch (c) {
      case 0xDF: result += U"SS"; break;        // sharp s
      case 0x149: result += U"\u02BCN"; break;  // n preceded by apostrophe
      case 0x1F0: result += U"J\u030C"; break;  // j with caron
      case 0x390:
        result += U"\u0399\u0308\u0301";
        break;  // Greek iota, upsilon with dialytika and tonos
      case 0x3B0: result += U"\u03A5\u0308\u0301"; break;
      case 0xFB00: result += U"FF"; break;  // ligatures
      case 0xFB01: result += U"FI"; break;
      case 0xFB02: result += U"FL"; break;
      case 0xFB03: result += U"FFI"; break;
      case 0xFB04: result += U"FFL"; break;
      case 0xFB05:
      case 0xFB06: result += U"ST"; break;
      default: result += upper_of(c);
    }
  }
  return result;
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
