#pragma once

#include <string>
#include <string_view>

namespace nibble {

/// Code points of UTF-8 text; every byte that is not valid UTF-8 becomes U+FFFD.
std::u32string decode_utf8(std::string_view text);

/// Whether the text is valid UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// The text with every byte that is not valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// UTF-8 of a code point.
std::string encode_utf8(char32_t code_point);

/// Capitals as Python's str.upper() gives them, for the Latin, Greek and Cyrillic letters of
/// documents: ß becomes SS, ı becomes I.
std::u32string to_upper(const std::u32string& text);

/// What the published figures compare: upper-case, O = 0, no white space at the ends.
std::u32string normalize_text(std::string_view utf8);

}  // namespace nibble
