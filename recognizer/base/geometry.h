#pragma once

#include <array>
#include <string>

#include "include/nibble/nibble.hpp"  // Point and Quad

namespace nibble {

/// A projective map of the plane, row-major 3 x 3.
struct Homography {
  std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};
  Point map(Point p) const;
  Quad map(const Quad& q) const;
};

/// Why a quad cannot serve as a document's outline ("crosses itself", "has no area", ...), or empty
/// when it can.
std::string quad_problem(const Quad& quad);

double distance(Point a, Point b);

/// Mean length of the left and the right side.
double quad_height(const Quad& quad);

/// The quad with every side moved outwards: the left and right ones by `x`, the top and bottom ones
/// by `y` pixels.
Quad widen(const Quad& quad, double x, double y);

/// The outer corners of a width x height picture: (-0.5, -0.5) to (width - 0.5, height - 0.5),
/// since pixel centres are whole.
Quad rectangle(double width, double height);

/// The map that takes the corners of `from` to those of `to`; both are convex, of any size and way
/// round. Throws Error(bad_quad).
Homography homography(const Quad& from, const Quad& to);

/// The inverse map. Throws Error(bad_quad) for a singular one.
Homography inverse(const Homography& h);

/// First `second`, then `first`: compose(a, b).map(p) == a.map(b.map(p)).
Homography compose(const Homography& first, const Homography& second);

}  // namespace nibble
