#pragma once

#include <optional>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// A point of one picture and where it is thought to be in another.
struct PointPair {
  Point from;
  Point to;
  double weight = 1;
};

/// The affine map (as a homography) with the least sum of weighted squared errors; none when the
/// points don't fix it.
std::optional<Homography> fit_affine(const std::vector<PointPair>& pairs);

/// The homography with the least sum of weighted squared errors in the target picture, found by
/// Gauss-Newton steps from `start`; pairs farther than `reach` pixels off at a step don't count in
/// it, nearer ones count less the farther they are. None when the points don't fix it or what comes
/// out has its horizon among them.
std::optional<Homography> fit_homography(const std::vector<PointPair>& pairs,
                                         const Homography& start, double reach);

}  // namespace nibble
