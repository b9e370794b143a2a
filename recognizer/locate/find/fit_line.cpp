#include "recognizer/locate/find/fit_line.h"

#include <algorithm>
#include <cmath>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr double kMinCertain = 0.6;    // text probability of the best cell
constexpr double kMinCoherence = 0.8;  // of the axes: length of their mean, doubled angles
// The network marks the core of a line, whose ends lie this far inside it: in half heights, and of
// a short line's length at most a quarter at each end.
constexpr double kCoreInset = 0.6;
// From this length on, in half heights, cells tell the axis better by where they vote for than by
// the angle that they say.
constexpr double kLengthToFit = 4;
constexpr double kLengthToTaper = 12;  // and that letters grow along the line (perspective)
constexpr double kMaxTaper = 0.25;     // of the height, from the middle to an end
constexpr double kMaxTurn = 0.3;       // tangent, in one fit

/// Weighted sums of the cells of a group.
struct Sums {
  double weight = 0;
  double log_height = 0;
  double most_certain = 0;
  Point doubled{};  // of the axis's doubled angle
  Point centre{};
};

Sums sum_up(const std::vector<TextCell>& cells, const CellGroup& group) {
  Sums sums;
  for (const std::size_t i : group) {
    const TextCell& cell = cells[i];
    const Point axis = cell.axis;
    sums.weight += cell.text;
    sums.log_height += cell.text * cell.log_height;
    sums.most_certain = std::max(sums.most_certain, cell.text);
    sums.doubled =
        sums.doubled + Point{axis.x * axis.x - axis.y * axis.y, 2 * axis.x * axis.y} * cell.text;
    sums.centre = sums.centre + cell.centre * cell.text;
  }
  return sums;
}

/// A line's own coordinates: along it, and down from it.
struct Frame {
  Point origin;
  Point along;
  Point local(Point p) const {
    const Point d = p - origin;
    return {dot(d, along), cross(along, d)};
  }
  Point global(double u, double v) const { return origin + along * u + quarter_turn(along) * v; }
};

/// Turns the frame along the points that the cells vote for (weighted least squares).
void turn_along_votes(const std::vector<TextCell>& cells, const CellGroup& group, Frame& frame) {
  double uv = 0;
  double uu = 0;
  for (const std::size_t i : group) {
    const Point p = frame.local(cells[i].centre);
    uv += cells[i].text * p.x * p.y;
    uu += cells[i].text * p.x * p.x;
  }
  if (!(uu > 0)) return;
  const double slope = std::clamp(uv / uu, -kMaxTurn, kMaxTurn);
  frame.along = unit(frame.along + quarter_turn(frame.along) * slope);
}

/// Logarithm of the half height per pixel along the line.
double height_slope(const std::vector<TextCell>& cells, const CellGroup& group, const Frame& frame,
                    double log_height) {
  double uh = 0;
  double uu = 0;
  for (const std::size_t i : group) {
    const double u = frame.local(cells[i].centre).x;
    uh += cells[i].text * u * (cells[i].log_height - log_height);
    uu += cells[i].text * u * u;
  }
  return uu > 0 ? uh / uu : 0;
}

struct Extent {
  double start = 0;
  double end = 0;
};

Extent extent_of(const std::vector<TextCell>& cells, const CellGroup& group, const Frame& frame) {
  Extent extent{1e30, -1e30};
  for (const std::size_t i : group) {
    const double u = frame.local(cells[i].position()).x;
    extent.start = std::min(extent.start, u);
    extent.end = std::max(extent.end, u);
  }
  extent.start -= (kCellSize - 1) / 2.0;
  extent.end += (kCellSize - 1) / 2.0;
  return extent;
}

double sense_of(const std::vector<TextCell>& cells, const CellGroup& group, Point along) {
  double sum = 0;
  double weight = 0;
  for (const std::size_t i : group) {
    sum += cells[i].text * std::clamp(dot(cells[i].reading, along), -1.0, 1.0);
    weight += cells[i].text;
  }
  return sum / weight;
}

Quad outline(const Frame& frame, const Extent& text, double height, double slope) {
  const auto height_at = [&](double u) {
    return height * (1 + std::clamp(slope * u, -kMaxTaper, kMaxTaper));
  };
  const double left = height_at(text.start);
  const double right = height_at(text.end);
  const double u0 = text.start - kRoomAtEnds * left;
  const double u1 = text.end + kRoomAtEnds * right;
  return {frame.global(u0, -left * (1 + kRoomAbove)), frame.global(u1, -right * (1 + kRoomAbove)),
          frame.global(u1, right * (1 + kRoomBelow)), frame.global(u0, left * (1 + kRoomBelow))};
}

}  // namespace

std::optional<LineOutline> fit_line(const std::vector<TextCell>& cells, const CellGroup& group) {
  const Sums sums = sum_up(cells, group);
  const double coherence = length(sums.doubled) / sums.weight;
  if (sums.most_certain < kMinCertain || coherence < kMinCoherence) return std::nullopt;

  const double angle = std::atan2(sums.doubled.y, sums.doubled.x) / 2;
  Frame frame{sums.centre * (1 / sums.weight), {std::cos(angle), std::sin(angle)}};
  double sense = sense_of(cells, group, frame.along);
  if (sense < 0) frame.along = frame.along * -1;
  const double log_height = sums.log_height / sums.weight;
  const double height = std::exp(log_height);

  Extent core = extent_of(cells, group, frame);
  double slope = 0;
  if (core.end - core.start > kLengthToFit * height) {
    for (int i = 0; i < 2; ++i) turn_along_votes(cells, group, frame);
    core = extent_of(cells, group, frame);
    if (core.end - core.start > kLengthToTaper * height)
      slope = height_slope(cells, group, frame, log_height);
  }
  const double inset = std::min(kCoreInset * height, (core.end - core.start) / 2);
  const Extent text{core.start - inset, core.end + inset};
  LineOutline line;
  line.quad = outline(frame, text, height, slope);
  line.half_height = height;
  line.score = sums.weight / static_cast<double>(group.size()) * coherence;
  line.upright = std::abs(sense);
  return line;
}

}  // namespace nibble
