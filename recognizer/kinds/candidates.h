#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/kinds/feature_index.h"
#include "recognizer/kinds/hypothesis.h"
#include "recognizer/kinds/kind_index.h"
#include "recognizer/kinds/match.h"
#include "recognizer/kinds/match_pairs.h"

namespace nibble {

/// Features of the picture at one size.
struct Look {
  std::vector<Feature> features;
  double scale = 1;  ///< pixels in which they were found, per pixel of the picture
};

/// A feature of a reference picture, made ready.
struct ReferenceFeature {
  std::uint32_t reference = 0;
  Point at;  ///< template pixels
  double angle = 0;
  double scale = 1;  ///< pixels in which it was found, per template pixel
};

/// Some kinds of an index with all that comparing them with a picture needs. Immutable, so threads
/// may share it.
class Candidates {
 public:
  Candidates(const KindIndex& index, std::vector<std::size_t> kinds);

  const std::vector<std::size_t>& kinds() const { return kinds_; }

  /// The best match that looks at a picture tell of.
  std::optional<TemplateMatch> match(const std::vector<Look>& looks, const cv::Mat& grey) const;
  /// The best match of the first `most` kinds with the outline, if there is one, or with all of the
  /// picture.
  std::optional<TemplateMatch> match_outline(const std::optional<Quad>& outline,
                                             const cv::Mat& grey, std::size_t most) const;

 private:
  void add_pairs(const Look& look, std::vector<std::vector<FeaturePair>>& found) const;
  std::vector<Hypothesis> hypotheses(const std::vector<std::vector<FeaturePair>>& pairs) const;
  void add_outline(Quad quad, const cv::Mat& grey, std::size_t most,
                   std::vector<Hypothesis>& found) const;

  std::vector<std::size_t> kinds_;
  std::vector<KindPrint> references_;
  std::vector<ReferenceFeature> features_;
  FeatureIndex index_{{}};
};

}  // namespace nibble
