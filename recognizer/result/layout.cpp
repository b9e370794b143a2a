#include "recognizer/result/layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "recognizer/base/alignment.h"
#include "recognizer/base/bounds.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

int pixel(double value, int size) {
  return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(size)));
}

PixelBox united(const PixelBox& a, const PixelBox& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

std::u32string code_points_read(const TextLine& line) {
  std::u32string text;
  // One a character, whatever it is made of, so that positions are those of the reading's
  // characters.
  for (const TextChar& c : line.chars) text += decode_utf8(c.text).substr(0, 1);
  return text;
}

PlacedChar placed(char32_t code, const TextChar& read, const PixelBox& box) {
  PlacedChar c{encode_utf8(code), std::clamp(read.confidence, 0.0, 1.0), box, {}};
  if (c.text != read.text) c.alternatives.push_back({read.text, c.confidence});
  for (const Alternative& other : read.alternatives) {
    if (other.text != c.text) c.alternatives.push_back(other);
  }
  return c;
}

/// The characters of the text, spaces included, each where the reading has it.
std::vector<PlacedChar> place_chars(const TextLine& line, const Document& page) {
  std::vector<PlacedChar> chars;
  const bool none_read = line.chars.empty();
  PlacedChar neighbour{"", none_read ? 0 : line.chars.front().confidence, {}, {}};
  neighbour.box = box_in_page(none_read ? line.quad : line.chars.front().quad, page);
  std::size_t at = 0;
  for (const AlignedPair& pair : align(decode_utf8(line.text), code_points_read(line))) {
    if (pair.read != 0) {
      neighbour = placed(pair.truth, line.chars.at(at), box_in_page(line.chars.at(at).quad, page));
      ++at;
    }
    if (pair.truth == 0) continue;
    chars.push_back(
        pair.read != 0
            ? neighbour
            : PlacedChar{encode_utf8(pair.truth), neighbour.confidence, neighbour.box, {}});
  }
  return chars;
}

}  // namespace

PixelBox box_in_page(const Quad& quad, const Document& page) {
  const Bounds box = bounds_of(quad);
  return {pixel(std::floor(box.left), page.width), pixel(std::floor(box.top), page.height),
          pixel(std::ceil(box.right), page.width), pixel(std::ceil(box.bottom), page.height)};
}

std::vector<PlacedWord> place_words(const TextLine& line, const Document& page) {
  std::vector<PlacedWord> words;
  int spaces = 0;
  bool inside = false;
  for (PlacedChar& c : place_chars(line, page)) {
    inside = inside && c.text != " ";
    if (c.text == " ") {
      ++spaces;
      continue;
    }
    if (!inside) words.push_back({"", spaces, 1, c.box, {}});
    inside = true;
    spaces = 0;
    PlacedWord& word = words.back();
    word.text += c.text;
    word.confidence *= c.confidence;
    word.box = united(word.box, c.box);
    word.chars.push_back(std::move(c));
  }
  return words;
}

std::string escape_xml(const std::string& text) {
  std::string out;
  for (const char c : escape_markup(text)) {
    switch (c) {
      case '\t': out += "&#9;"; break;
      case '\n': out += "&#10;"; break;
      case '\r': out += "&#13;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace nibble
