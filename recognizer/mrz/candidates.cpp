#include "recognizer/mrz/candidates.h"

#include <algorithm>
#include <cmath>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

// In heights of capital letters. A zone of 30 characters of OCR-B is 24 of them long and more, and
// its lines stand 2 apart (Doc 9303 part 3); half of that is allowed for what was found in part and
// for rendered specimens.
constexpr double kMinPiece = 3;
constexpr double kMinLength = 14;
constexpr double kMaxLength = 75;  // 44 characters that stand wide
constexpr double kMinPitch = 1.2;
constexpr double kMaxPitch = 3.6;
constexpr double kPieceGap = 8;  // fillers alone may be missed
constexpr double kPieceOffset = 0.4;
constexpr double kMaxHeightRatio = 1.6;
constexpr double kMaxTurn = 0.09;     // between lines, radians: 5 degrees
constexpr double kMinSimilar = 0.6;   // of lengths, and of how lines overlap
constexpr double kMinEvenness = 0.7;  // of the two pitches of three lines

/// The axis of a line between the middles of its ends.
struct Axis {
  Point start;
  Point end;
  double half_height = 0;
  double size() const { return distance(start, end); }
  double height() const { return 2 * half_height; }
  Point along() const { return unit(end - start); }
  Point centre() const { return (start + end) * 0.5; }
};

/// The outline holds descenders, so that the axis of capitals is above its middle.
Axis axis_of(const LineOutline& line) {
  const Quad& q = line.quad;
  const auto between = [&](Point top, Point bottom) {
    const double height = distance(top, bottom);
    const double share = 0.5 - 0.5 * (height > 0 ? 0.15 * line.half_height / height : 0);
    return top + (bottom - top) * share;
  };
  return {between(q[0], q[3]), between(q[1], q[2]), line.half_height};
}

double ratio(double a, double b) { return std::max(a, b) / std::max(1e-9, std::min(a, b)); }

double turn_between(const Axis& a, const Axis& b) {
  return std::abs(std::asin(std::clamp(cross(a.along(), b.along()), -1.0, 1.0)));
}

bool continues(const Axis& a, const Axis& b) {
  if (ratio(a.half_height, b.half_height) > kMaxHeightRatio) return false;
  const Axis& longer = a.size() > b.size() ? a : b;
  const Axis& other = a.size() > b.size() ? b : a;
  const Point way = other.centre() - longer.centre();
  const double height = std::min(a.height(), b.height());
  const double gap = std::abs(dot(way, longer.along())) - (a.size() + b.size()) / 2;
  return gap < kPieceGap * height && gap > -2 * height && turn_between(a, b) < 3 * kMaxTurn &&
         std::abs(cross(longer.along(), way)) < kPieceOffset * height + 0.02 * std::abs(gap);
}

Axis joined(const Axis& a, const Axis& b) {
  const Point along = (a.size() > b.size() ? a : b).along();
  const bool a_first = dot(along, b.centre() - a.centre()) > 0;
  const double sizes = a.size() + b.size();
  return {a_first ? a.start : b.start, a_first ? b.end : a.end,
          (a.half_height * a.size() + b.half_height * b.size()) / sizes};
}

bool is_long(const Axis& axis) { return axis.size() >= kMinLength * axis.height(); }

/// Joins what continues each other. Two that are long enough may be lines of zones that stand side
/// by side as well as pieces of one: `whole` gets these as they were.
void join_pieces(std::vector<Axis>& axes, std::vector<Axis>& whole) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    for (std::size_t k = i + 1; k < axes.size(); ++k) {
      if (dot(axes[i].along(), axes[k].along()) < 0) std::swap(axes[k].start, axes[k].end);
      if (!continues(axes[i], axes[k])) continue;
      if (is_long(axes[i]) && is_long(axes[k])) whole.insert(whole.end(), {axes[i], axes[k]});
      axes[i] = joined(axes[i], axes[k]);
      axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(k));
      k = i;  // the longer line may reach further pieces
    }
  }
}

/// How much line b looks like the one below a in a zone, 0 for not at all.
double next_line_score(const Axis& a, const Axis& b) {
  const Point along = a.along();
  const Point way = b.centre() - a.centre();
  const double height = (a.height() + b.height()) / 2;
  const double pitch = cross(along, way) / height;
  if (pitch < kMinPitch || pitch > kMaxPitch || turn_between(a, b) > kMaxTurn) return 0;
  const double heights = 1 / ratio(a.half_height, b.half_height);
  if (heights < 1 / kMaxHeightRatio) return 0;
  const double longer = std::max(a.size(), b.size());
  const double similar = std::min(a.size(), b.size()) / longer;
  const double aligned = 1 - std::abs(dot(way, along)) / (0.5 * longer);
  if (similar < kMinSimilar || aligned < kMinSimilar) return 0;
  return similar * aligned * heights;
}

struct Group {
  std::vector<Axis> lines;
  std::vector<std::size_t> numbers;
  double score = 0;
};

/// All from the leftmost start to the rightmost end, as high as capitals.
MrzCandidate candidate_of(const Group& group) {
  double left = 1e30;
  double right = -1e30;
  const Point along = group.lines[0].along();
  MrzCandidate candidate;
  candidate.numbers = group.numbers;
  for (const Axis& line : group.lines) {
    left = std::min(left, dot(line.start, along));
    right = std::max(right, dot(line.end, along));
    candidate.half_height += line.half_height / static_cast<double>(group.lines.size());
  }
  candidate.score = group.score * std::sqrt(right - left);
  for (const Axis& line : group.lines) {
    const Point own = line.along();
    const Point start = line.start + own * (left - dot(line.start, along));
    const Point end = line.end + own * (right - dot(line.end, along));
    const Point up = quarter_turn(own) * -line.half_height;
    candidate.lines.push_back({start + up, end + up, end - up, start - up});
  }
  return candidate;
}

/// Lines that are long enough, all pointing to one side of the picture.
std::vector<Axis> long_axes(const std::vector<LineOutline>& lines) {
  std::vector<Axis> axes;
  for (const LineOutline& line : lines) {
    const Axis axis = axis_of(line);
    if (axis.size() > kMinPiece * axis.height()) axes.push_back(axis);
  }
  std::stable_sort(axes.begin(), axes.end(),
                   [](const Axis& a, const Axis& b) { return a.size() > b.size(); });
  std::vector<Axis> whole;
  join_pieces(axes, whole);
  axes.insert(axes.end(), whole.begin(), whole.end());
  std::erase_if(axes, [](const Axis& axis) {
    return !is_long(axis) || axis.size() > kMaxLength * axis.height();
  });
  return axes;
}

void add_groups(const std::vector<Axis>& axes, std::size_t first, std::size_t count,
                std::vector<Group>& groups) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Axis second = axes[i];
    if (dot(second.along(), axes[first].along()) < 0) std::swap(second.start, second.end);
    const double pair = next_line_score(axes[first], second);
    if (pair <= 0) continue;
    if (count == 2) groups.push_back({{axes[first], second}, {first, i}, pair});
    if (count != 3) continue;
    for (std::size_t k = 0; k < axes.size(); ++k) {
      Axis third = axes[k];
      if (dot(third.along(), second.along()) < 0) std::swap(third.start, third.end);
      const double next = next_line_score(second, third);
      const double even = 1 / ratio(distance(axes[first].centre(), second.centre()),
                                    distance(second.centre(), third.centre()));
      if (next > 0 && even > kMinEvenness)
        groups.push_back({{axes[first], second, third}, {first, i, k}, std::min(pair, next)});
    }
  }
}

}  // namespace

std::vector<MrzCandidate> mrz_candidates(const std::vector<LineOutline>& lines, std::size_t count,
                                         std::size_t most) {
  const std::vector<Axis> axes = long_axes(lines);
  std::vector<Group> groups;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (count == 1) groups.push_back({{axes[i]}, {i}, 1});
    if (count > 1) add_groups(axes, i, count, groups);
  }
  std::vector<MrzCandidate> candidates;
  for (const Group& group : groups) candidates.push_back(candidate_of(group));
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const MrzCandidate& a, const MrzCandidate& b) { return a.score > b.score; });
  if (candidates.size() > most) candidates.resize(most);
  return candidates;
}

}  // namespace nibble
