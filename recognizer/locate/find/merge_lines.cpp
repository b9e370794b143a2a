#include "recognizer/locate/find/merge_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr double kSamePlace = 0.5;      // overlap, share of the smaller area
constexpr double kBestHalfHeight = 9;   // input pixels; the middle of what training shows
constexpr double kPieceGap = 0.9;       // most, in heights of capital letters,
constexpr double kPieceEnds = 4;        // and pixels, since ends are found by whole cells
constexpr double kPieceOffset = 0.35;   // most between the axes, in half heights
constexpr double kPieceHeights = 1.3;   // most ratio
constexpr double kPieceCosine = 0.995;  // 5.7 degrees

double length_of(const LineOutline& line) {
  const Quad& q = line.quad;
  return length(q[1] + q[2] - q[0] - q[3]) / 2;
}

struct Candidate {
  LineOutline line;
  double value = 0;
  std::vector<cv::Point2f> outline;
  cv::Rect2f bounds;
  double area = 0;
};

Candidate candidate_of(const LineOutline& line, double scale) {
  Candidate candidate{line, 0, {}, {}, 0};
  for (const Point& p : line.quad)
    candidate.outline.emplace_back(static_cast<float>(p.x), static_cast<float>(p.y));
  float left = 1e30F;
  float top = 1e30F;
  float right = -1e30F;
  float bottom = -1e30F;
  for (const cv::Point2f& p : candidate.outline) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  candidate.bounds = {left, top, right - left, bottom - top};
  candidate.area = std::abs(cv::contourArea(candidate.outline));
  const double size = std::abs(std::log(line.half_height * scale / kBestHalfHeight));
  candidate.value = length_of(line) * line.score / (1 + size);
  return candidate;
}

bool in_one_place(const Candidate& a, const Candidate& b) {
  if ((a.bounds & b.bounds).area() <= 0) return false;
  std::vector<cv::Point2f> common;
  const double overlap = cv::intersectConvexConvex(a.outline, b.outline, common);
  return overlap > kSamePlace * std::min(a.area, b.area);
}

/// Whether `b` goes on where `a` ends.
bool continues(const LineOutline& a, const LineOutline& b) {
  const double height = std::min(a.half_height, b.half_height);
  if (std::max(a.half_height, b.half_height) > kPieceHeights * height) return false;
  const Point end = (a.quad[1] + a.quad[2]) * 0.5;
  const Point start = (b.quad[0] + b.quad[3]) * 0.5;
  const Point way = start - end;
  const double most = 2 * kPieceGap * height + kPieceEnds;
  if (length(way) > most + 2 * height) return false;
  const Point along = unit((a.quad[1] + a.quad[2]) - (a.quad[0] + a.quad[3]));
  const Point other = unit((b.quad[1] + b.quad[2]) - (b.quad[0] + b.quad[3]));
  const double gap = dot(along, way);
  return dot(along, other) > kPieceCosine && std::abs(cross(along, way)) < kPieceOffset * height &&
         gap > -2 * height && gap < most;
}

LineOutline joined(const LineOutline& a, const LineOutline& b) {
  const double first = length_of(a);
  const double second = length_of(b);
  const auto mean = [&](double x, double y) { return (x * first + y * second) / (first + second); };
  LineOutline line;
  line.quad = {a.quad[0], b.quad[1], b.quad[2], a.quad[3]};
  line.half_height = mean(a.half_height, b.half_height);
  line.score = mean(a.score, b.score);
  line.upright = mean(a.upright, b.upright);
  return line;
}

}  // namespace

std::vector<LineOutline> merge_looks(const std::vector<Look>& looks) {
  std::vector<Candidate> candidates;
  for (const Look& look : looks) {
    for (const LineOutline& line : look.lines) candidates.push_back(candidate_of(line, look.scale));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.value > b.value; });
  std::vector<Candidate> kept;
  for (Candidate& candidate : candidates) {
    const bool taken = std::any_of(kept.begin(), kept.end(), [&](const Candidate& other) {
      return in_one_place(candidate, other);
    });
    if (!taken) kept.push_back(std::move(candidate));
  }
  std::vector<LineOutline> lines;
  for (const Candidate& candidate : kept) lines.push_back(candidate.line);
  return lines;
}

void join_pieces(std::vector<LineOutline>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (i == k) continue;
      const bool after = continues(lines[i], lines[k]);
      if (!after && !continues(lines[k], lines[i])) continue;
      lines[i] = after ? joined(lines[i], lines[k]) : joined(lines[k], lines[i]);
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(k));
      if (k < i) --i;
      k = static_cast<std::size_t>(-1);  // the longer line may reach further pieces
    }
  }
}

}  // namespace nibble
