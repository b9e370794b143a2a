#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nn/tensor.h"
#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// Rows of every normalised line.
inline constexpr int kLineHeight = 32;
/// Rows at the top and at the bottom of a normalised line that repeat the crop's first and last
/// row.
inline constexpr int kLineMargin = 2;
/// White columns added at either end of a normalised line.
inline constexpr int kLinePadding = 8;
/// Widest normalised line; a longer one is squeezed.
inline constexpr int kMaxLineWidth = 4096;

/// A text line as the network sees it: 8-bit grey, kLineHeight rows, dark ink on light ground.
struct LineImage {
  int width = 0;
  std::vector<std::uint8_t> pixels;  ///< kLineHeight x width
  double scale_x = 1;                ///< line pixels per crop pixel
  double scale_y = 1;
  Point origin;           ///< of the part of the crop that became the line, in crop pixels
  bool inverted = false;  ///< the crop was light on dark

  TensorView<const std::uint8_t> view() const {
    return {pixels.data(), Shape{kLineHeight, width, 1}};
  }
  /// A position in the line -> a position in the crop it was made of.
  Point to_crop(Point p) const {
    return {origin.x + (p.x - kLinePadding) / scale_x, origin.y + (p.y - kLineMargin) / scale_y};
  }
};

/// A part of a crop, in its pixels: edges of pixels, so that all of it is from 0 to width and
/// height.
struct CropPart {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// Where the line is looked for in a crop, and how much of what is about it becomes part of it.
struct LineSearch {
  double room = 0.3;  ///< left above and below a line that had much more, a share of its height
  /// What should become the line, e.g. a field of a template with a small margin. It grows where
  /// the line's ink goes on beyond it, and print beside it does not belong to the line.
  std::optional<CropPart> expected{};
};

/// Finds the line through the centre of a crop (1 or 3 channels, at least 1 x 1), scales it with
/// the room about it to kLineHeight rows less the margins, stretches its contrast between robust
/// percentiles and makes it dark on light. So what comes out hardly hangs on how much more than the
/// line the crop holds. The one place where lines are normalised, for training too.
LineImage normalize_line(const Image& crop, const LineSearch& search = {});

}  // namespace nibble
