#pragma once

#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// Two or three long lines of text below each other that could be a machine readable zone, in
/// source pixels. The quads hold the lines' full height without a margin; whether the zone is
/// upside down is not known.
struct MrzBand {
  std::vector<Quad>
      lines;         ///< from top to bottom as the text would be read unless it is upside down
  double score = 0;  ///< how much the geometry is that of a zone, 0..1
};

/// Looks for such lines along the picture's rows and along its columns; the text may lean by some 7
/// degrees from these. `size` is the length of the longer side at which is looked, in pixels: about
/// a thousand for zones that fill a third of it or more, twice that for smaller ones. Best first,
/// at most `most`.
std::vector<MrzBand> find_mrz_bands(const Image& image, int size, std::size_t most);

}  // namespace nibble
