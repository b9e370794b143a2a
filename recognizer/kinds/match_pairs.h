#pragma once

#include <optional>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// A feature of the reference and one of the picture that look alike.
struct FeaturePair {
  Point from;         ///< template pixels
  Point to;           ///< picture pixels
  double scale = 1;   ///< picture pixels per template pixel
  double cosine = 1;  ///< of the turn from template to picture, times the scale
  double sine = 0;
  int distance = 0;
};

/// Farther apart than this many bits, two features don't look alike.
inline constexpr int kMaxPairDistance = 72;

/// A map that some pairs support.
struct PairMap {
  Homography map;  ///< template pixels -> picture pixels
  double support = 0;
};

/// The map that most pairs tell of, wrong ones among them, of a reference whose longer side has
/// `size` pixels: the largest group that agrees about place, size and turn; then an affine map
/// through ever fewer of it, and a projective one through all that lie near. None when too few
/// agree.
std::optional<PairMap> map_of_pairs(const std::vector<FeaturePair>& pairs, double size);

}  // namespace nibble
