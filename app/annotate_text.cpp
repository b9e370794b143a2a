#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/annotate.h"

namespace nibble {

namespace {

// Base letters of U+00C0 to U+017F, one a code point; '*' marks what two letters stand for or what has none.
constexpr std::string_view kLatin =
    "AAAAAA*CEEEEIIIIDNOOOOO*OUUUUY**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo**RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(kLatin.size() == 0x180 - 0xC0);

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
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    out += fold(code);
    at += length;
  }
  return out;
}

}  // namespace nibble
