#pragma once

#include <vector>

#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// Lines found in one look at a picture, and how large the look showed it.
struct Look {
  double scale = 1;  ///< pixels of the network's input per pixel of the picture
  std::vector<LineOutline> lines;
};

/// The lines of all looks, in the picture's pixels (which theirs are in), each once: of lines in
/// one place that one is kept whose look showed it at the size which the network knows best, or
/// which is by far the longer.
std::vector<LineOutline> merge_looks(const std::vector<Look>& looks);

/// Joins pieces of lines, in input pixels: on one axis, alike in height, with a gap no wider than
/// between widely spaced letters. Captions and values beside each other stay apart.
void join_pieces(std::vector<LineOutline>& lines);

}  // namespace nibble
