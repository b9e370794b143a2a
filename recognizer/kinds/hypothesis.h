#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/kinds/kind_print.h"
#include "recognizer/kinds/match.h"

namespace nibble {

/// With this much of the print in its place there is no need to look closer.
inline constexpr double kSureScore = 0.5;

/// A map that speaks for one of some references.
struct Hypothesis {
  std::size_t reference = 0;
  Homography map;      ///< template pixels -> picture pixels
  double support = 0;  ///< comparable only among hypotheses that were made the same way
};

/// Keeps those with the most support, best first.
void keep_best(std::vector<Hypothesis>& hypotheses);

/// Whether an outline could be that of a document of this size, seen aslant.
bool has_shape(const Quad& quad, double width, double height);

/// That the document with an outline (corners in the template's order) is of this kind: support is
/// the share of its print that lies there, the map is refined by it.
Hypothesis outline_hypothesis(std::size_t number, const KindPrint& reference, const Quad& outline,
                              const cv::Mat& grey);

/// Compares the print of the references with the picture under the hypotheses, best supported
/// first, until one is sure. `kinds` says which kind each reference is.
std::optional<TemplateMatch> best_of(const std::vector<Hypothesis>& hypotheses,
                                     const std::vector<KindPrint>& references,
                                     std::span<const std::size_t> kinds, const cv::Mat& grey);

}  // namespace nibble
