#pragma once

#include <cstdint>
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
  bool inverted = false;  ///< the crop was light on dark

  TensorView<const std::uint8_t> view() const {
    return {pixels.data(), Shape{kLineHeight, width, 1}};
  }
  /// A position in the line -> a position in the crop it was made of.
  Point to_crop(Point p) const {
    return {(p.x - kLinePadding) / scale_x, (p.y - kLineMargin) / scale_y};
  }
};

/// Scales a crop (1 or 3 channels, at least 1 x 1) to kLineHeight rows less the margins, stretches
/// its contrast between robust percentiles and makes it dark on light. The one place where lines
/// are normalised, for training too.
LineImage normalize_line(const Image& crop);

}  // namespace nibble
