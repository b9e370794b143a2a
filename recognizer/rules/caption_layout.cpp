#include "recognizer/rules/caption_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

// In heights (TextOffset). Chosen on the rendered documents of the set tuning
// (scripts/specimens/layouts.py), so that a value below two lines of captions is reached and one
// below the next caption is not.
constexpr double kFar = 3.4;        // down to a value
constexpr double kNear = 0.55;      // what is nearer stands beside it
constexpr double kBeside = 0.55;    // off the centre line of what stands beside
constexpr double kFarBeside = 26;   // along the line
constexpr double kOtherSide = 1.6;  // cost of standing on another side than most values
constexpr double kMaxCost = 4.5;
constexpr double kCosine = 0.966;  // 15 degrees

/// The cost of a value standing on this side of a caption; nothing where it does not.
std::optional<double> cost_of(const TextOffset& o, Side side) {
  if (!o.parallel || o.ratio < 0.4 || o.ratio > 5) return {};
  if (side == Side::below || side == Side::above) {
    const double down = side == Side::below ? o.down : -o.down;
    if (down < kNear || down > kFar || !o.overlaps()) return {};
    const double middle = std::abs(o.begin + o.end) / 2;
    // A caption that was found in part may begin anywhere above its value.
    const double aligned = std::min({std::abs(o.begin), middle, std::abs(o.end) + 0.5});
    return std::max(0.0, down - 1) + 0.25 * std::min(aligned, 6.0);
  }
  if (std::abs(o.down) > kBeside) return {};
  const double gap = side == Side::right ? o.behind : o.before;
  if (gap < -2 || gap > kFarBeside)
    return {};  // a wide line may begin with the caption's last word
  return 0.4 + 0.1 * std::max(0.0, gap) + std::abs(o.down);
}

class Pairing {
 public:
  Pairing(const std::vector<Quad>& captions, const std::vector<Quad>& values,
          const std::function<bool(std::size_t, std::size_t)>& suits,
          const std::function<bool(std::size_t, std::size_t)>& alike)
      : captions_(captions), values_(values), suits_(suits), alike_(alike) {}

  std::vector<CaptionPair> pair() {
    for (std::size_t c = 0; c < captions_.size(); ++c) {
      for (std::size_t v = 0; v < values_.size(); ++v) add_candidates(c, v);
    }
    const Side main = main_side();
    for (CaptionPair& candidate : candidates_) {
      if (candidate.side != main) candidate.cost += kOtherSide;
    }
    std::vector<CaptionPair> chosen = choose(candidates_);
    std::erase_if(chosen, [](const CaptionPair& pair) { return pair.cost > kMaxCost; });
    return chosen;
  }

 private:
  void add_candidates(std::size_t c, std::size_t v) {
    const TextOffset offset = offset_of(captions_[c], values_[v]);
    if (!offset.parallel) return;
    for (const Side side : {Side::below, Side::right, Side::above, Side::left}) {
      const auto cost = cost_of(offset, side);
      if (cost && suits_(c, v) && !is_behind_another(c, offset, side))
        candidates_.push_back({c, v, side, *cost});
    }
  }

  /// Whether another caption stands between this one and the value.
  bool is_behind_another(std::size_t c, const TextOffset& value, Side side) const {
    for (std::size_t other = 0; other < captions_.size(); ++other) {
      if (other == c || alike_(c, other)) continue;
      const TextOffset o = offset_of(captions_[c], captions_[other]);
      if (!o.parallel) continue;
      const bool between =
          side == Side::below          ? o.overlaps() && o.down > kNear && o.down < value.down
          : side == Side::above        ? o.overlaps() && o.down < -kNear && o.down > value.down
          : std::abs(o.down) > kBeside ? false
          : side == Side::right        ? o.behind > -0.5 && o.behind < value.behind
                                       : o.before > -0.5 && o.before < value.before;
      if (between) return true;
    }
    return false;
  }

  /// The cheapest first; each caption and each value once.
  std::vector<CaptionPair> choose(std::vector<CaptionPair> list) const {
    std::stable_sort(list.begin(), list.end(),
                     [](const CaptionPair& a, const CaptionPair& b) { return a.cost < b.cost; });
    std::vector<bool> caption_taken(captions_.size(), false);
    std::vector<bool> value_taken(values_.size(), false);
    std::vector<CaptionPair> chosen;
    for (const CaptionPair& pair : list) {
      if (caption_taken[pair.caption] || value_taken[pair.value]) continue;
      caption_taken[pair.caption] = true;
      value_taken[pair.value] = true;
      chosen.push_back(pair);
    }
    return chosen;
  }

  Side main_side() const {
    Side best = Side::below;
    double most = 0;
    for (const Side side : {Side::below, Side::right, Side::above, Side::left}) {
      std::vector<CaptionPair> list;
      std::copy_if(candidates_.begin(), candidates_.end(), std::back_inserter(list),
                   [&](const CaptionPair& pair) { return pair.side == side; });
      double votes = 0;
      for (const CaptionPair& pair : choose(std::move(list)))
        votes += std::max(0.0, 1 - pair.cost / kMaxCost);
      if (votes <= most) continue;
      most = votes;
      best = side;
    }
    return best;
  }

  const std::vector<Quad>& captions_;
  const std::vector<Quad>& values_;
  const std::function<bool(std::size_t, std::size_t)>& suits_;
  const std::function<bool(std::size_t, std::size_t)>& alike_;
  std::vector<CaptionPair> candidates_;
};

}  // namespace

TextOffset offset_of(const Quad& from, const Quad& to) {
  const Point along = unit(from[1] + from[2] - from[0] - from[3]);
  const Point down = quarter_turn(along);
  const auto left = [](const Quad& q) { return (q[0] + q[3]) * 0.5; };
  const auto right = [](const Quad& q) { return (q[1] + q[2]) * 0.5; };
  const double height = std::max(quad_height(from), 1.0);
  const double other = std::max(quad_height(to), 1.0);
  const Point to_along = unit(to[1] + to[2] - to[0] - to[3]);
  TextOffset offset;
  offset.parallel = dot(along, to_along) > kCosine;
  offset.begin = dot(left(to) - left(from), along) / height;
  offset.end = dot(right(to) - right(from), along) / height;
  offset.behind = dot(left(to) - right(from), along) / height;
  offset.before = dot(left(from) - right(to), along) / height;
  // Measured between the ends that are nearest: the two may differ by a degree or so.
  const Point a = offset.behind > 0 ? right(from) : left(from);
  const Point b = offset.before > 0 ? right(to) : left(to);
  offset.down = dot(b - a, down) / ((height + other) / 2);
  offset.ratio = other / height;
  return offset;
}

std::vector<CaptionPair> pair_captions(
    const std::vector<Quad>& captions, const std::vector<Quad>& values,
    const std::function<bool(std::size_t caption, std::size_t value)>& suits,
    const std::function<bool(std::size_t, std::size_t)>& alike) {
  return Pairing(captions, values, suits, alike).pair();
}

}  // namespace nibble
