#include "recognizer/line/beam_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace nibble {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr int kRoot = 0;

double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

/// All prefixes that were ever in the beam, each one class longer than its parent; node 0 is the
/// empty one.
class PrefixTree {
 public:
  int parent(int node) const { return nodes_[static_cast<std::size_t>(node)].parent; }
  int cls(int node) const { return nodes_[static_cast<std::size_t>(node)].cls; }

  /// The node of `node` + `cls`, or -1 where there is none yet.
  int find(int node, int cls) const {
    const auto found = children_.find(key(node, cls));
    return found == children_.end() ? -1 : found->second;
  }

  int find_or_add(int node, int cls) {
    const auto [entry, added] =
        children_.try_emplace(key(node, cls), static_cast<int>(nodes_.size()));
    if (added) nodes_.push_back({node, cls});
    return entry->second;
  }

  std::vector<int> classes(int node) const {
    std::vector<int> list;
    for (; node != kRoot; node = parent(node)) list.push_back(cls(node));
    std::reverse(list.begin(), list.end());
    return list;
  }

 private:
  struct Node {
    int parent;
    int cls;
  };
  static std::uint64_t key(int node, int cls) {
    return (static_cast<std::uint64_t>(node) << 32U) | static_cast<std::uint32_t>(cls);
  }

  std::vector<Node> nodes_{{-1, 0}};
  std::unordered_map<std::uint64_t, int> children_;
};

/// A prefix and the log probability of its paths so far, by how they end.
struct Hypothesis {
  int node = kRoot;
  double blank = kNever;   ///< paths that end in a blank
  double symbol = kNever;  ///< paths that end in the prefix's last class
  double total() const { return log_add(blank, symbol); }
};

/// A hypothesis of the next column; one that has no node yet is parent + cls.
struct Candidate {
  Hypothesis hypothesis;
  int parent = -1;
  int cls = 0;
};

/// The `count` most probable classes of a column, blank left out.
std::vector<int> best_classes(const float* column, int classes, int count) {
  std::vector<int> order(static_cast<std::size_t>(classes - 1));
  std::iota(order.begin(), order.end(), 1);
  const auto middle = order.begin() + std::min(count, classes - 1);
  std::partial_sort(order.begin(), middle, order.end(), [&](int a, int b) {
    return column[a] > column[b] || (column[a] == column[b] && a < b);
  });
  order.erase(middle, order.end());
  return order;
}

class PrefixBeam {
 public:
  explicit PrefixBeam(int beam) : beam_(static_cast<std::size_t>(beam)) {
    hypotheses_.push_back({kRoot, 0, kNever});
  }

  void advance(const float* column, int classes) {
    place_.clear();
    for (std::size_t i = 0; i < hypotheses_.size(); ++i) place_[hypotheses_[i].node] = i;
    std::vector<Candidate> candidates;
    for (const Hypothesis& h : hypotheses_) candidates.push_back({stay(h, column), -1, 0});
    // A class beyond the best beam + 1 cannot enter: at least `beam` other extensions of the same
    // prefix stand before it.
    for (const int cls : best_classes(
             column, classes, static_cast<int>(std::min<std::size_t>(beam_, 1U << 20)) + 1)) {
      for (const Hypothesis& h : hypotheses_) {
        const int child = tree_.find(h.node, cls);
        if (child < 0 || place_.count(child) == 0)
          candidates.push_back({{-1, kNever, extension(h, cls, column)}, h.node, cls});
      }
    }
    keep_best(candidates);
  }

  std::vector<int> best() const { return tree_.classes(hypotheses_.front().node); }

 private:
  /// Log probability of going from h to h + cls in this column: a repeated class needs a blank
  /// between.
  double extension(const Hypothesis& h, int cls, const float* column) const {
    return (h.node != kRoot && tree_.cls(h.node) == cls ? h.blank : h.total()) +
           static_cast<double>(column[cls]);
  }

  /// The same prefix one column on: by a blank, by its last class again, or reached from its parent
  /// just now.
  Hypothesis stay(const Hypothesis& h, const float* column) const {
    Hypothesis next{h.node, h.total() + static_cast<double>(column[0]), kNever};
    if (h.node == kRoot) return next;
    const int cls = tree_.cls(h.node);
    next.symbol = h.symbol + static_cast<double>(column[cls]);
    const auto parent = place_.find(tree_.parent(h.node));
    if (parent != place_.end())
      next.symbol = log_add(next.symbol, extension(hypotheses_[parent->second], cls, column));
    return next;
  }

  void keep_best(const std::vector<Candidate>& candidates) {
    std::vector<std::pair<double, std::size_t>>
        order;  // the order of the candidates breaks ties, so that results are repeatable
    for (std::size_t i = 0; i < candidates.size(); ++i)
      order.emplace_back(-candidates[i].hypothesis.total(), i);
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(beam_, order.size()));
    std::partial_sort(order.begin(), middle, order.end());
    hypotheses_.clear();
    for (auto it = order.begin(); it != middle; ++it) {
      if (it->first == -kNever && !hypotheses_.empty()) break;
      const Candidate& candidate = candidates[it->second];
      hypotheses_.push_back(candidate.hypothesis);
      if (candidate.parent >= 0)
        hypotheses_.back().node = tree_.find_or_add(candidate.parent, candidate.cls);
    }
  }

  std::size_t beam_;
  PrefixTree tree_;
  std::vector<Hypothesis> hypotheses_;          // best first
  std::unordered_map<int, std::size_t> place_;  // of a node in hypotheses_
};

/// Steps back through the best path; a move is how many states it came up in that column.
std::vector<ClassSpan> trace(const std::vector<std::uint8_t>& moves,
                             const std::vector<int>& classes, int columns, int state) {
  const int states = 2 * static_cast<int>(classes.size()) + 1;
  std::vector<ClassSpan> spans(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) spans[i] = {classes[i], columns, -1};
  for (int x = columns - 1; x >= 0; --x) {
    if (state % 2 == 1) {
      ClassSpan& span = spans[static_cast<std::size_t>(state / 2)];
      span.first = std::min(span.first, x);
      span.last = std::max(span.last, x);
    }
    state -= moves[static_cast<std::size_t>(x) * static_cast<std::size_t>(states) +
                   static_cast<std::size_t>(state)];
  }
  return spans;
}

}  // namespace

std::vector<int> search_prefixes(const Logits& logits, int beam) {
  PrefixBeam search(beam);
  for (int x = 0; x < logits.columns; ++x) search.advance(logits.column(x), logits.classes);
  return search.best();
}

std::vector<ClassSpan> align(const Logits& logits, const std::vector<int>& classes) {
  // States: blank, class 0, blank, class 1, ..., blank.
  const int states = 2 * static_cast<int>(classes.size()) + 1;
  const auto cls = [&](int state) {
    return state % 2 == 0 ? 0 : classes[static_cast<std::size_t>(state / 2)];
  };
  std::vector<std::uint8_t> moves(static_cast<std::size_t>(states) *
                                  static_cast<std::size_t>(logits.columns));
  std::vector<double> score(static_cast<std::size_t>(states) + 2,
                            kNever);  // two unreachable states in front
  score[1] = 0;                       // entered by one step up into state 0 or two into state 1
  for (int x = 0; x < logits.columns; ++x) {
    for (int state = states - 1; state >= 0; --state) {
      const auto at = static_cast<std::size_t>(state) + 2;
      const bool may_skip = x > 0 && state % 2 == 1 && state >= 2 && cls(state) != cls(state - 2);
      std::uint8_t move = score[at - 1] > score[at] ? 1 : 0;
      if ((may_skip || (x == 0 && state == 1)) && score[at - 2] > score[at - move]) move = 2;
      score[at] = score[at - move] + static_cast<double>(logits.column(x)[cls(state)]);
      moves[static_cast<std::size_t>(x) * static_cast<std::size_t>(states) +
            static_cast<std::size_t>(state)] = move;
    }
    score[1] = kNever;
  }
  const auto last = static_cast<std::size_t>(states) + 1;
  const int end = states > 1 && score[last - 1] > score[last] ? states - 2 : states - 1;
  return trace(moves, classes, logits.columns, end);
}

}  // namespace nibble
