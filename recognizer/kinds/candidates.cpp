#include "recognizer/kinds/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "recognizer/kinds/match_patches.h"
#include "recognizer/locate/locate.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxPairs = 250;
constexpr std::size_t kMinPairs = 6;
constexpr std::size_t kMaxTried = 4;

// An outline is right to about a hundredth of the document, so the first step looks farther.
const std::vector<PrintStep> kOutlineSteps = {{16, 8}};
const std::vector<PrintStep> kSteps = {{8, 4}, {5, 2}, {3, 1.5}};
constexpr double kMaxForeshortened = 1.5;

// A hypothesis with this share of the support of the best one is compared too, though that one is
// sure: kinds of document may share print.
constexpr double kRival = 0.5;

void keep_best(std::vector<Hypothesis>& hypotheses) {
  std::stable_sort(hypotheses.begin(), hypotheses.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.support > b.support; });
  if (hypotheses.size() > kMaxTried) hypotheses.resize(kMaxTried);
}

/// Whether an outline could be that of a document of this size, seen aslant.
bool has_shape(const Quad& quad, double width, double height) {
  const double across = distance(quad[0], quad[1]) + distance(quad[3], quad[2]);
  const double down = distance(quad[0], quad[3]) + distance(quad[1], quad[2]);
  const double ratio = across * height / (down * width);
  return ratio < kMaxForeshortened && ratio * kMaxForeshortened > 1;
}

/// Whether two matches are of the same place, to a twentieth of the document's sides.
bool same_place(const Quad& a, const Quad& b) {
  const double reach = 0.05 * (distance(a[0], a[1]) + distance(a[0], a[3]));
  for (int turn = 0; turn < 4; ++turn) {
    bool near = true;
    for (std::size_t i = 0; i < 4; ++i)
      near = near && distance(a[i], b[(i + static_cast<std::size_t>(turn)) % 4]) < reach;
    if (near) return true;
  }
  return false;
}

/// Names the best of the other kinds that lie in the place of the first one and score as well.
void add_rival(TemplateMatch& best, const std::vector<TemplateMatch>& all) {
  for (const TemplateMatch& other : all) {
    const bool rivals = other.index != best.index && other.score >= kMinMatchScore &&
                        other.score > best.score - kMinScoreLead &&
                        other.score > best.rival_score && same_place(best.quad, other.quad);
    if (!rivals) continue;
    best.rival = other.index;
    best.rival_score = other.score;
  }
}

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
  return best_of(hypotheses(pairs), grey);
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
        const PrintFit fit = fit_print(
            reference.patches, grey, homography(rectangle(reference.width, reference.height), quad),
            kOutlineSteps);
        found.push_back({r, fit.map, fit.score});
      }
      std::rotate(quad.begin(), quad.begin() + 1, quad.end());
    }
  }
}

std::optional<TemplateMatch> Candidates::match_outline(const Image& picture, const cv::Mat& grey,
                                                       std::size_t most) const {
  std::vector<Hypothesis> found;
  add_outline(rectangle(picture.width, picture.height), grey, most, found);
  const auto outline = locate_document(picture);
  if (outline && outline->confidence >= kMinLocateConfidence)
    add_outline(outline->quad, grey, most, found);
  keep_best(found);
  return best_of(found, grey);
}

std::optional<TemplateMatch> Candidates::best_of(const std::vector<Hypothesis>& hypotheses,
                                                 const cv::Mat& grey) const {
  std::vector<TemplateMatch> all;
  double most = 0;
  for (const Hypothesis& hypothesis : hypotheses) {
    if (most >= kSureScore && hypothesis.support < kRival * hypotheses.front().support) break;
    const KindPrint& reference = references_[hypothesis.reference];
    const PrintFit fit = fit_print(reference.patches, grey, hypothesis.map, kSteps);
    const Quad quad = fit.map.map(rectangle(reference.width, reference.height));
    if (!quad_problem(quad).empty()) continue;
    if (fit.score <= 0) continue;  // nothing of the print is there
    all.push_back({kinds_[hypothesis.reference], quad, fit.score});
    most = std::max(most, fit.score);
  }
  if (all.empty()) return std::nullopt;
  TemplateMatch best = *std::max_element(
      all.begin(), all.end(),
      [](const TemplateMatch& a, const TemplateMatch& b) { return a.score < b.score; });
  add_rival(best, all);
  return best;
}

}  // namespace nibble
