#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace nibble {

/// 256 comparisons of grey values around a point, turned with the point's orientation.
using BinaryDescriptor = std::array<std::uint64_t, 4>;

/// A corner of the print that can be found again in another picture.
struct Feature {
  float x = 0;  ///< pixels
  float y = 0;
  float angle = 0;  ///< radians, from the centre to the brighter side
  BinaryDescriptor descriptor{};
};

/// Pixels that the description of a feature looks at on each side of it.
inline constexpr int kFeatureRadius = 16;

/// Number of bits that differ, 0 to 256.
int descriptor_distance(const BinaryDescriptor& a, const BinaryDescriptor& b);

/// Finds at most about `most` features in an 8-bit grey picture, spread over all of it, so that a
/// busy background does not take them all. Pixels where `mask` (8-bit, the same size, or empty) is
/// 0 hold none. The same picture always gives the same features.
std::vector<Feature> find_features(const cv::Mat& grey, int most, const cv::Mat& mask = {});

}  // namespace nibble
