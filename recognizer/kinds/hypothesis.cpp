#include "recognizer/kinds/hypothesis.h"

#include <algorithm>

namespace nibble {
namespace {

constexpr std::size_t kMaxTried = 4;

// An outline is right to about a hundredth of the document, so the first step looks farther.
const std::vector<PrintStep> kOutlineSteps = {{16, 8}};
// It looks at every third square, each of which costs as much as seven of a later step.
constexpr std::size_t kOutlineStride = 3;
const std::vector<PrintStep> kSteps = {{8, 4}, {5, 2}, {3, 1.5}};

constexpr double kMaxForeshortened = 1.5;

// A hypothesis with this share of the support of the best one is compared too, though that one is
// sure: kinds of document may share print.
constexpr double kRival = 0.5;

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

void keep_best(std::vector<Hypothesis>& hypotheses) {
  std::stable_sort(hypotheses.begin(), hypotheses.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.support > b.support; });
  if (hypotheses.size() > kMaxTried) hypotheses.resize(kMaxTried);
}

bool has_shape(const Quad& quad, double width, double height) {
  const double across = distance(quad[0], quad[1]) + distance(quad[3], quad[2]);
  const double down = distance(quad[0], quad[3]) + distance(quad[1], quad[2]);
  const double ratio = across * height / (down * width);
  return ratio < kMaxForeshortened && ratio * kMaxForeshortened > 1;
}

Hypothesis outline_hypothesis(std::size_t number, const KindPrint& reference, const Quad& outline,
                              const cv::Mat& grey) {
  PrintPatches some = reference.patches;
  some.patches.clear();
  for (std::size_t i = 0; i < reference.patches.patches.size(); i += kOutlineStride)
    some.patches.push_back(reference.patches.patches[i]);
  const PrintFit fit = fit_print(
      some, grey, homography(rectangle(reference.width, reference.height), outline), kOutlineSteps);
  return {number, fit.map, fit.score};
}

std::optional<TemplateMatch> best_of(const std::vector<Hypothesis>& hypotheses,
                                     const std::vector<KindPrint>& references,
                                     std::span<const std::size_t> kinds, const cv::Mat& grey) {
  std::vector<TemplateMatch> all;
  double most = 0;
  for (const Hypothesis& hypothesis : hypotheses) {
    if (most >= kSureScore && hypothesis.support < kRival * hypotheses.front().support) break;
    const KindPrint& reference = references[hypothesis.reference];
    const PrintFit fit = fit_print(reference.patches, grey, hypothesis.map, kSteps);
    const Quad quad = fit.map.map(rectangle(reference.width, reference.height));
    if (!quad_problem(quad).empty()) continue;
    if (fit.score <= 0) continue;  // nothing of the print is there
    all.push_back({kinds[hypothesis.reference], quad, fit.score});
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
