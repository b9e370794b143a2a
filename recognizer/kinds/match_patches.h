#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// The static print of a document in small squares, each of which can be found in its place in a
/// picture.
struct PrintPatches {
  struct Patch {
    cv::Point corner;   ///< top left in `grey`
    double weight = 1;  ///< share of its pixels that are static print
  };
  cv::Mat grey;        ///< the reference picture at working size
  cv::Mat mask;        ///< 0 where the print differs from holder to holder
  Homography to_grey;  ///< template pixels -> pixels of `grey`
  std::vector<Patch> patches;
};

/// Chooses the squares with the most structure, spread over the picture. `mask` is as large as
/// `grey`.
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
