#pragma once

#include "recognizer/base/geometry.h"

namespace nibble {

/// A line of text in a picture.
struct LineOutline {
  /// First corner: top left of the text; the second: top right of it. Holds ascenders and
  /// descenders, so that it is higher than capital letters.
  Quad quad{};
  double half_height = 0;  ///< of capital letters, in the pixels of `quad`
  double score = 0;        ///< that it is one line of text, 0 to 1
  /// How sure the reading direction is, 0 to 1: near 0 the text may as well stand upside down.
  double upright = 0;
  int block = 0;  ///< lines that stand together (order_lines) have one number
};

}  // namespace nibble
