#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nibble {

/// The code point that a text begins with.
struct CodePoint {
  char32_t value = 0xFFFD;  ///< U+FFFD where the first byte begins no valid UTF-8
  std::size_t bytes = 1;    ///< that it takes in the text
  bool valid = false;
};
/// Of a text that is not empty.
CodePoint first_code_point(std::string_view text);

/// Code points of UTF-8 text; every byte that is not valid UTF-8 becomes U+FFFD.
std::u32string decode_utf8(std::string_view text);

/// Whether the text is valid UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// The text with every byte that is not valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// UTF-8 of a code point, or of several.
std::string encode_utf8(char32_t code_point);
std::string encode_utf8(std::u32string_view code_points);

/// Capitals as Python's str.upper() gives them, for the Latin, Greek and Cyrillic letters of
/// documents: ß becomes SS, ı becomes I.
std::u32string to_upper(std::u32string_view text);

/// A letter without its diacritics, by Unicode's canonical decomposition.
struct BareLetter {
  char32_t letter = 0;  ///< e of é; the code point itself where it is not composed
  char32_t mark = 0;    ///< U+0301 of é, of several diacritics the first; 0 for none
};
BareLetter bare_letter(char32_t c);

/// Whether it is a control character: C0, DEL or C1.
bool is_control(char32_t c);

/// Whether it turns the direction of the text around it, itself unseen.
bool is_direction_mark(char32_t c);

/// What the published figures compare: upper-case, O = 0, no white space at the ends.
std::u32string normalize_text(std::string_view utf8);

}  // namespace nibble
