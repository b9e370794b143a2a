#pragma once

#include <algorithm>

#include "recognizer/base/geometry.h"

namespace nibble {

/// A rectangle along the axes.
struct Bounds {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// The smallest one around the corners of a quad.
inline Bounds bounds_of(const Quad& quad) {
  const auto [left, right] = std::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {left, top, right, bottom};
}

}  // namespace nibble
