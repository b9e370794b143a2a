#pragma once

#include <cstddef>
#include <vector>

#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// Lines of text below each other that could be a machine readable zone.
struct MrzCandidate {
  std::vector<Quad> lines;  ///< as high as capital letters, all equally long, first line first
  std::vector<std::size_t> numbers;  ///< of the lines: a line has the same one in all candidates
                                     ///< of a picture's lines
  double half_height = 0;            ///< of capital letters, pixels
  double score = 0;  ///< how much the geometry is that of a zone, 0 to 1, times its length
};

/// Groups of `count` lines (1 to 3) of the lines of a picture that could be a zone, whose lines are
/// alike in length and height, begin together and stand as far apart as Doc 9303 says. Lines that
/// were found in pieces are put together. Best first, at most `most`.
std::vector<MrzCandidate> mrz_candidates(const std::vector<LineOutline>& lines, std::size_t count,
                                         std::size_t most);

}  // namespace nibble
