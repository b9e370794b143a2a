#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// Pixels a side of the squares that print is compared by.
inline constexpr int kPatchPixels = 20;

/// A square of static print in 16 shades between its darkest and its brightest, which correlation
/// does not see: it is blind to brightness and contrast. Two pixels stand in a byte.
struct PrintPatch {
  std::uint16_t x = 0;  ///< of its top left corner in the picture at working size
  std::uint16_t y = 0;
  std::uint16_t weight = 0;  ///< share of its pixels that are static print, of 65535
  std::uint16_t unused = 0;  ///< 0: keeps files free of chance
  std::array<std::uint8_t, std::size_t{kPatchPixels} * kPatchPixels / 2> shades{};
};

/// The static print of a document in small squares, each of which can be found in its place in a
/// picture.
struct PrintPatches {
  cv::Size size;       ///< of the reference picture at working size
  Homography to_grey;  ///< template pixels -> pixels of it
  std::vector<PrintPatch> patches;
};

/// Chooses the squares with the most structure, spread over the picture. `mask` is as large as
/// `grey` and 0 where the print differs from holder to holder.
PrintPatches choose_patches(const cv::Mat& grey, const cv::Mat& mask, const Homography& to_grey);

/// How well the print lies under a map.
struct PrintFit {
  Homography map;    ///< template pixels -> source pixels, refined
  double score = 0;  ///< share of the squares inside the picture (at least of 30 % of all) that
                     ///< were found where the map puts them, by weight
};

/// A step of fit_print: how far squares are looked for and how near the common map they must lie,
/// in pixels of the working size.
struct PrintStep {
  int reach = 8;
  double tolerance = 3;
};

/// Looks for each square in a grey source picture around where `map` (template pixels -> source
/// pixels) puts it and fits the map anew to what was found, once a step.
PrintFit fit_print(const PrintPatches& print, const cv::Mat& source, const Homography& map,
                   const std::vector<PrintStep>& steps);

}  // namespace nibble
