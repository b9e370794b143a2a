#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "recognizer/base/unicode.h"
#include "recognizer/result/annotate.h"

namespace nibble {

namespace {

// Base letters of U+00C0 to U+017F, one a code point; '*' marks what two letters stand for or what
// has none.
constexpr std::string_view kLatin =
    "AAAAAA*CEEEEIIIIDNOOOOO*OUUUUY**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo**RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(kLatin.size() == 0x180 - 0xC0);

// Their diacritics, as LetterMark names them; ' ' for none.
constexpr std::string_view kMarks =
    "`'^~:o ,`'^:`'^:/~`'^~: /`'^:'  `'^~:o ,`'^:`'^:/~`'^~: /`'^:' :"
    "--uu;;''^^..vvvv//--uu..;;vv^^uu..,,^^//~~--uu;;.   ^^,, '',,vv  //'',,vv   --uu\"\"  '',,vv''^^,,vv,,vv//~~--uuoo\"\";;^^^^:''..vv ";
static_assert(kMarks.size() == kLatin.size());

struct Pair {
  std::uint32_t code;
  const char* text;
};

constexpr std::array<Pair, 18> kOthers{{{0xC6, "AE"},
                                        {0xD7, "x"},
                                        {0xDE, "Th"},
                                        {0xDF, "ss"},
                                        {0xE6, "ae"},
                                        {0xF7, "/"},
                                        {0xFE, "th"},
                                        {0x132, "IJ"},
                                        {0x133, "ij"},
                                        {0x152, "OE"},
                                        {0x153, "oe"},
                                        {0x218, "S"},
                                        {0x219, "s"},
                                        {0x21A, "T"},
                                        {0x21B, "t"},
                                        {0x1E9E, "SS"},
                                        {0x2013, "-"},
                                        {0x2019, "'"}}};

std::string fold(std::uint32_t code) {
  if (code >= 0x20 && code < 0x7F) return {static_cast<char>(code)};
  for (const Pair& other : kOthers) {
    if (other.code == code) return other.text;
  }
  if (code >= 0xC0 && code < 0x180) return {kLatin[code - 0xC0]};
  return "?";
}

}  // namespace

std::string fold_to_ascii(const std::string& text) {
  std::string out;
  for (const char32_t code : decode_utf8(text)) out += fold(code);
  return out;
}

std::vector<LetterMark> letter_marks(const std::string& text) {
  std::vector<LetterMark> marks;
  std::size_t position = 0;
  for (const char32_t code : decode_utf8(text)) {
    const char kind = code >= 0xC0 && code < 0x180     ? kMarks[code - 0xC0]
                      : code >= 0x218 && code <= 0x21B ? ','
                                                       : ' ';
    if (kind != ' ') marks.push_back({position, kind});
    position += fold(code).size();
  }
  return marks;
}

}  // namespace nibble
