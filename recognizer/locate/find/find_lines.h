#pragma once

#include <functional>
#include <vector>

#include "nn/tensor.h"
#include "recognizer/image/image.h"
#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// What the finder network says of a grey picture (1 channel, sides multiples of kFinderGrain): a
/// map of kTextChannels channels and a kCellSize-th of its size, valid until the next call.
using FinderRun = std::function<TensorView<const float>(TensorView<const std::uint8_t>)>;
inline constexpr int kFinderGrain = 32;

/// How a picture is looked at.
struct FindOptions {
  int side = 960;  ///< pixels of its longer side in the first look
  /// Looks at everything at two and four times that size too, where the picture has the pixels: for
  /// text that is much smaller than the picture, e.g. the zone of a card on a desk.
  bool thorough = false;
};

/// Finds the lines of text of a picture (1 or 3 channels) at any angle, in reading order; quads are
/// in its pixels. A second look at twice the size is taken around small print, and everywhere when
/// the first one found next to nothing; a third at four times the size likewise. Deterministic.
///
/// Work is bounded: the network sees at most some 1 + 4 + 16 times the first look's pixels, in
/// tiles of at most kMaxTile a side, and no look gives more than kMaxLines lines, the best ones.
/// Memory: the scaled picture, one tile in the network, and 100 bytes a cell with text.
std::vector<LineOutline> find_lines(const FinderRun& run, const Image& picture,
                                    const FindOptions& options = {});
inline constexpr int kMaxTile = 1120;
inline constexpr std::size_t kMaxLines = 6000;

}  // namespace nibble
