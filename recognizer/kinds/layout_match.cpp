#include "recognizer/kinds/layout_match.h"

#include <algorithm>
#include <vector>

#include "recognizer/kinds/hypothesis.h"

namespace nibble {
namespace {

// Of two generations of a made-up kind, which differ by an emblem alone, the layouts differ by
// 0.010 to 0.031; the right one of 1,000 kinds leads by 0.036 at least (88 photographs).
constexpr double kAlike = 0.035;
constexpr std::size_t kMaxAlike = 3;
// With less of its print where the outline puts it a kind is not looked at closer.
constexpr double kMinSupport = 0.2;

/// A kind and how its corners lie on those of the outline.
struct Guess {
  std::size_t kind = 0;
  int turn = 0;  ///< corner of the outline that is the first one of the kind
  double likeness = 0;
};

Quad turned(Quad quad, int turn) {
  std::rotate(quad.begin(), quad.begin() + turn, quad.end());
  return quad;
}

/// The nearest kinds, best first.
std::vector<Guess> nearest(const KindIndex& index, const Quad& outline, const cv::Mat& grey) {
  std::vector<Guess> guesses;
  for (std::size_t kind = 0; kind < index.size(); ++kind) guesses.push_back({kind, 0, 0});
  PrintLayout seen = picture_layout(grey, outline);
  for (int turn = 0; turn < 4; ++turn) {
    const LayoutComparison comparison(seen);
    const Quad quad = turned(outline, turn);
    for (Guess& guess : guesses) {
      const cv::Size size = index.template_size(guess.kind);
      if (!has_shape(quad, size.width, size.height)) continue;
      const double likeness = comparison.likeness(index.layouts()[guess.kind]);
      if (likeness > guess.likeness) guess = {guess.kind, turn, likeness};
    }
    seen = turn_layout(seen);
  }
  const std::size_t most = std::min(kMaxAlike, guesses.size());
  std::partial_sort(guesses.begin(), guesses.begin() + static_cast<std::ptrdiff_t>(most),
                    guesses.end(), [](const Guess& a, const Guess& b) {
                      return a.likeness != b.likeness ? a.likeness > b.likeness : a.kind < b.kind;
                    });
  guesses.resize(most);
  const double least = guesses.empty() ? 0 : guesses.front().likeness - kAlike;
  std::erase_if(guesses,
                [&](const Guess& guess) { return guess.likeness <= std::max(least, 0.0); });
  return guesses;
}

}  // namespace

std::optional<TemplateMatch> match_layouts(const KindIndex& index, const Quad& outline,
                                           const cv::Mat& grey) {
  std::vector<KindPrint> references;
  std::vector<std::size_t> kinds;
  std::vector<Hypothesis> hypotheses;
  for (const Guess& guess : nearest(index, outline, grey)) {
    references.push_back(index.print_without_features(guess.kind));
    kinds.push_back(guess.kind);
    const Hypothesis hypothesis = outline_hypothesis(references.size() - 1, references.back(),
                                                     turned(outline, guess.turn), grey);
    if (hypothesis.support >= kMinSupport) hypotheses.push_back(hypothesis);
  }
  keep_best(hypotheses);
  return best_of(hypotheses, references, kinds, grey);
}

}  // namespace nibble
