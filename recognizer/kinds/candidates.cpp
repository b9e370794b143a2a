#include "recognizer/kinds/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nibble {
namespace {

constexpr std::size_t kMaxPairs = 250;
constexpr std::size_t kMinPairs = 6;

}  // namespace

Candidates::Candidates(const KindIndex& index, std::vector<std::size_t> kinds)
    : kinds_(std::move(kinds)) {
  std::vector<BinaryDescriptor> descriptors;
  for (const std::size_t kind : kinds_) {
    KindPrint print = index.print(kind);
    for (const KindFeature& feature : print.features) {
      const cv::Size level = print.levels[feature.level];
      const double scale_x = static_cast<double>(level.width) / print.width;
      const double scale_y = static_cast<double>(level.height) / print.height;
      const Point at{(feature.x + 0.5) / scale_x - 0.5, (feature.y + 0.5) / scale_y - 0.5};
      features_.push_back(
          {static_cast<std::uint32_t>(references_.size()), at, radians_of(feature.angle), scale_x});
      descriptors.push_back(feature.descriptor);
    }
    references_.push_back(std::move(print));
  }
  index_ = FeatureIndex(std::move(descriptors));
}

void Candidates::add_pairs(const Look& look, std::vector<std::vector<FeaturePair>>& found) const {
  FeatureIndex::Scratch scratch;
  std::vector<std::pair<int, std::uint32_t>> best(references_.size());
  for (const Feature& feature : look.features) {
    index_.find(feature.descriptor, scratch);
    std::fill(best.begin(), best.end(), std::pair(kMaxPairDistance + 1, 0U));
    for (const std::uint32_t candidate : scratch.found) {
      const int bits = descriptor_distance(feature.descriptor, index_.descriptor(candidate));
      auto& place = best[features_[candidate].reference];
      place = std::min(place, std::pair(bits, candidate));
    }
    for (std::size_t r = 0; r < best.size(); ++r) {
      if (best[r].first > kMaxPairDistance) continue;
      const ReferenceFeature& of = features_[best[r].second];
      const Point at{(feature.x + 0.5) / look.scale - 0.5, (feature.y + 0.5) / look.scale - 0.5};
      const double ratio = of.scale / look.scale;
      const double turn = feature.angle - of.angle;
      found[r].push_back(
          {of.at, at, ratio, ratio * std::cos(turn), ratio * std::sin(turn), best[r].first});
    }
  }
}

std::optional<TemplateMatch> Candidates::match(const std::vector<Look>& looks,
                                               const cv::Mat& grey) const {
  std::vector<std::vector<FeaturePair>> pairs(references_.size());
  for (const Look& look : looks) add_pairs(look, pairs);
  for (std::vector<FeaturePair>& list : pairs) {
    std::stable_sort(list.begin(), list.end(), [](const FeaturePair& a, const FeaturePair& b) {
      return a.distance < b.distance;
    });
    if (list.size() > kMaxPairs) list.resize(kMaxPairs);
  }
  return best_of(hypotheses(pairs), references_, kinds_, grey);
}

std::vector<Hypothesis> Candidates::hypotheses(
    const std::vector<std::vector<FeaturePair>>& pairs) const {
  std::vector<Hypothesis> found;
  for (std::size_t r = 0; r < pairs.size(); ++r) {
    if (pairs[r].size() < kMinPairs) continue;
    const double size = std::max(references_[r].width, references_[r].height);
    if (const auto fit = map_of_pairs(pairs[r], size)) found.push_back({r, fit->map, fit->support});
  }
  keep_best(found);
  return found;
}

void Candidates::add_outline(Quad quad, const cv::Mat& grey, std::size_t most,
                             std::vector<Hypothesis>& found) const {
  for (std::size_t r = 0; r < std::min(most, references_.size()); ++r) {
    const KindPrint& reference = references_[r];
    for (int turn = 0; turn < 4; ++turn) {
      if (has_shape(quad, reference.width, reference.height)) {
        found.push_back(outline_hypothesis(r, reference, quad, grey));
      }
      std::rotate(quad.begin(), quad.begin() + 1, quad.end());
    }
  }
}

std::optional<TemplateMatch> Candidates::match_outline(const std::optional<Quad>& outline,
                                                       const cv::Mat& grey,
                                                       std::size_t most) const {
  std::vector<Hypothesis> found;
  add_outline(rectangle(grey.cols, grey.rows), grey, most, found);
  if (outline) add_outline(*outline, grey, most, found);
  keep_best(found);
  return best_of(found, references_, kinds_, grey);
}

}  // namespace nibble
