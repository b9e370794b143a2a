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

/// What two stretches have in common, 0 for nothing.
inline double common_length(double a0, double a1, double b0, double b1) {
  return std::max(0.0, std::min(a1, b1) - std::max(a0, b0));
}

/// The share of the smaller one's bounds that lies in the other one's, 0 to 1.
inline double overlap(const Quad& first, const Quad& second) {
  const Bounds a = bounds_of(first), b = bounds_of(second);
  const auto area = [](const Bounds& box) {
    return (box.right - box.left) * (box.bottom - box.top);
  };
  const double smaller = std::min(area(a), area(b));
  if (smaller <= 0) return 0;
  return common_length(a.left, a.right, b.left, b.right) *
         common_length(a.top, a.bottom, b.top, b.bottom) / smaller;
}

}  // namespace nibble
