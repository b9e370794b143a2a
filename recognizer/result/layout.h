#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// A rectangle in whole pixels of the picture, from (0, 0) to its width and height.
struct PixelBox {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
};

/// A character of a text as the rules left it.
struct PlacedChar {
  std::string text;       ///< one character, UTF-8
  double confidence = 0;  ///< 0..1, of what was read here, whatever a rule made of it
  PixelBox box;
  std::vector<Alternative>
      alternatives;  ///< what else it could be; first what was read, where a rule changed it
};

/// Characters between spaces.
struct PlacedWord {
  std::string text;
  int spaces_before = 0;
  double confidence = 0;  ///< 0..1, the product over its characters
  PixelBox box;
  std::vector<PlacedChar> chars;
};

/// The smallest rectangle of whole pixels around a quad, clipped to the page.
PixelBox box_in_page(const Quad& quad, const Document& page);

/// The words of a line's text. A character that a rule put in has box and confidence of its
/// neighbour.
std::vector<PlacedWord> place_words(const TextLine& line, const Document& page);

/// Text for an XML 1.0 element or quoted attribute: valid UTF-8; what XML forbids and what is not
/// printable becomes U+FFFD, and tabs and line breaks are references, which a parser leaves as they
/// are.
std::string escape_xml(const std::string& text);

}  // namespace nibble
