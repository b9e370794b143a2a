#pragma once

#include <cmath>

#include "recognizer/base/geometry.h"

namespace nibble {

inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(Point a, double factor) { return {a.x * factor, a.y * factor}; }

inline double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
inline double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }
inline double length(Point a) { return std::hypot(a.x, a.y); }

/// A quarter turn clockwise as seen on a picture, whose y grows downwards: from along a line to
/// down from it.
inline Point quarter_turn(Point a) { return {-a.y, a.x}; }

/// In the same direction, of length 1; (1, 0) for a vector without length.
inline Point unit(Point a) {
  const double size = length(a);
  return size > 0 ? a * (1 / size) : Point{1, 0};
}

}  // namespace nibble
