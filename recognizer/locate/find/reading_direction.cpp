#include "recognizer/locate/find/reading_direction.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "recognizer/base/median.h"
#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr double kMinCosine = 0.94;  // between axes that vote together: 20 degrees
// A line's vote grows with its length, in heights, up to that of a long word.
constexpr double kLongestVote = 25;
// The distance, in heights of the usual line, at which a vote counts half.
constexpr double kReach = 20;

struct Voter {
  Point centre;
  Point direction;
  double size = 0;  ///< of its vote if it were sure
  double vote = 0;
};

double median_height(const std::vector<LineOutline>& lines) {
  std::vector<double> heights;
  for (const LineOutline& line : lines) heights.push_back(2 * line.half_height);
  return median(std::move(heights));
}

Voter voter_of(const LineOutline& line) {
  const Quad& q = line.quad;
  const Point along = (q[1] + q[2] - q[0] - q[3]) * 0.5;
  const double heights = length(along) / (2 * line.half_height);
  const double size = std::min(heights, kLongestVote);
  return {(q[0] + q[1] + q[2] + q[3]) * 0.25, unit(along), size, size * line.upright};
}

}  // namespace

void vote_directions(std::vector<LineOutline>& lines) {
  if (lines.empty()) return;
  const double reach = kReach * median_height(lines);
  std::vector<Voter> voters;
  for (const LineOutline& line : lines) voters.push_back(voter_of(line));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    double votes = 0;
    double most = 0;
    for (const Voter& other : voters) {
      const double cosine = dot(voters[i].direction, other.direction);
      if (std::abs(cosine) < kMinCosine) continue;
      const Point way = other.centre - voters[i].centre;
      const double nearness = 1 / (1 + dot(way, way) / (reach * reach));
      votes += (cosine > 0 ? other.vote : -other.vote) * nearness;
      most += other.size * nearness;
    }
    if (votes < 0) lines[i].quad = upside_down(lines[i].quad);
    lines[i].upright = most > 0 ? std::abs(votes) / most : 0;
  }
}

}  // namespace nibble
