#pragma once

#include "recognizer/base/geometry.h"

namespace nibble {

/// Moves every point by as much.
inline Homography shift(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }

/// From the pixels of a picture to those of the same scaled. Pixel centres are whole, so that moves
/// them by half a pixel too.
inline Homography scaling(double x, double y) {
  return {{x, 0, (x - 1) / 2, 0, y, (y - 1) / 2, 0, 0, 1}};
}

}  // namespace nibble
