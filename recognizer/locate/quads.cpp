#include "recognizer/locate/quads.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace nibble {
namespace {

constexpr double kMaxSlant = 30;   // degrees between opposite sides
constexpr double kMinCorner = 50;  // degrees between adjacent sides
constexpr double kOutside = 0.12;  // of the picture's sides by which a corner may lie outside
constexpr double kMinSide = 0.12;  // of the picture's shorter side
constexpr double kMinArea = 0.04;  // of the picture
constexpr double kUsualArea = 0.25;
constexpr double kBorderSupport =
    0.45;  // what the picture's border counts for: a document may end there
constexpr double kMinSupport = 0.25;
constexpr double kOverrun = 14;  // pixels beyond a corner in which an outline has no edge
// Longer side of the picture to focal length: telephones' main cameras have 24 to 30 mm beside a
// picture of 36.
constexpr double kFocal = 0.78;
// ID-1 cards, TD2 and ID-3 pages, A4 pages; nearly all documents are one of these.
constexpr std::array<double, 3> kShapes = {85.6 / 53.98, 125.0 / 88.0, 297.0 / 210.0};

struct Crossing {
  bool valid = false;
  Point at;
  double position = 0;  ///< along the first line
};

double angle_of(const EdgeLine& line) { return std::atan2(line.normal.y, line.normal.x); }

/// Degrees between two lines, 0 to 90.
double degrees_between(const EdgeLine& a, const EdgeLine& b) {
  const double turn = std::abs(std::remainder(angle_of(a) - angle_of(b), std::numbers::pi));
  return turn * 180 / std::numbers::pi;
}

class Search {
 public:
  Search(const std::vector<EdgeLine>& lines, int width, int height)
      : lines_(lines), width_(width), height_(height) {
    crossings_.resize(lines.size() * lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (std::size_t k = 0; k < lines.size(); ++k) crossings_[i * lines.size() + k] = cross(i, k);
    }
  }

  std::vector<QuadCandidate> run() {
    const auto pairs = opposite_pairs();
    for (std::size_t a = 0; a < pairs.size(); ++a) {
      for (std::size_t b = a + 1; b < pairs.size(); ++b) consider(pairs[a], pairs[b]);
    }
    return std::move(found_);
  }

 private:
  using LinePair = std::pair<std::size_t, std::size_t>;

  const Crossing& crossing(std::size_t i, std::size_t k) const {
    return crossings_[i * lines_.size() + k];
  }

  Crossing cross(std::size_t i, std::size_t k) const {
    const EdgeLine& a = lines_[i];
    const EdgeLine& b = lines_[k];
    if (i == k || degrees_between(a, b) < kMinCorner) return {};
    const double determinant = a.normal.x * b.normal.y - a.normal.y * b.normal.x;
    const Point at{(a.offset * b.normal.y - b.offset * a.normal.y) / determinant,
                   (a.normal.x * b.offset - b.normal.x * a.offset) / determinant};
    const double x = kOutside * width_;
    const double y = kOutside * height_;
    const bool near = at.x > -x && at.y > -y && at.x < width_ + x && at.y < height_ + y;
    return {near, at, a.position(at)};
  }

  std::vector<LinePair> opposite_pairs() const {
    std::vector<LinePair> pairs;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      for (std::size_t j = i + 1; j < lines_.size(); ++j) {
        if (lines_[i].border && lines_[j].border) continue;
        if (degrees_between(lines_[i], lines_[j]) <= kMaxSlant) pairs.emplace_back(i, j);
      }
    }
    return pairs;
  }

  /// How much of a side is there, or none when it is too short or too little. `length` gets what of
  /// it the picture shows.
  std::optional<double> side_support(std::size_t line, std::size_t from, std::size_t to,
                                     double& length) const {
    const Crossing& a = crossing(line, from);
    const Crossing& b = crossing(line, to);
    if (!a.valid || !b.valid) return std::nullopt;
    if (std::abs(a.position - b.position) < kMinSide * std::min(width_, height_))
      return std::nullopt;
    const EdgeLine& of = lines_[line];
    length = of.visible(a.position, b.position);
    if (of.border) return kBorderSupport;
    if (length < 0.25 * std::abs(a.position - b.position)) return std::nullopt;
    const double support = of.support(a.position, b.position) / length;
    if (support < kMinSupport) return std::nullopt;
    return support;
  }

  /// Share of edges just beyond both ends of a side.
  double overrun(std::size_t line, std::size_t from, std::size_t to) const {
    const EdgeLine& of = lines_[line];
    double first = crossing(line, from).position;
    double last = crossing(line, to).position;
    if (first > last) std::swap(first, last);
    constexpr double kGap = 3;
    const double length = of.visible(first - kGap - kOverrun, first - kGap) +
                          of.visible(last + kGap, last + kGap + kOverrun);
    if (length < 1) return 0;
    return (of.support(first - kGap - kOverrun, first - kGap) +
            of.support(last + kGap, last + kGap + kOverrun)) /
           length;
  }

  /// A side lies on a line, between its crossings with two others.
  struct Side {
    std::size_t line, from, to;
  };
  using Sides = std::array<Side, 4>;

  /// What the edges under the sides say for them.
  struct Support {
    double length = 0;
    double supported = 0;
    double least = 1;  ///< of a side, a share
  };

  std::optional<Support> support_of(const Sides& sides) const {
    Support all;
    for (const Side& side : sides) {
      double visible = 0;
      const auto support = side_support(side.line, side.from, side.to, visible);
      if (!support) return std::nullopt;
      all.length += visible;
      all.supported += *support * visible;
      all.least = std::min(all.least, *support);
    }
    return all;
  }

  /// The quad of the sides, clockwise; none when it can be no document's outline.
  std::optional<QuadCandidate> candidate_of(const Sides& sides) const {
    QuadCandidate candidate;
    for (std::size_t i = 0; i < 4; ++i) {
      candidate.quad[i] = crossing(sides[i].line, sides[i].from).at;
      candidate.lines[i] = sides[i].line;
    }
    if (quad_problem(candidate.quad).empty()) return candidate;
    candidate.quad = {candidate.quad[1], candidate.quad[0], candidate.quad[3], candidate.quad[2]};
    candidate.lines = {sides[0].line, sides[3].line, sides[2].line, sides[1].line};
    return quad_problem(candidate.quad).empty() ? std::optional(candidate) : std::nullopt;
  }

  void consider(const LinePair& a, const LinePair& b) {
    const Sides sides = {{{a.first, b.first, b.second},
                          {b.second, a.first, a.second},
                          {a.second, b.second, b.first},
                          {b.first, a.second, a.first}}};
    const auto support = support_of(sides);
    if (!support) return;
    auto candidate = candidate_of(sides);
    if (!candidate) return;
    const double share = area(candidate->quad) / (static_cast<double>(width_) * height_);
    if (share < kMinArea) return;
    candidate->score = score_of(sides, *support, candidate->quad, share);
    found_.push_back(*candidate);
  }

  /// Of a quad that covers a share of the picture.
  double score_of(const Sides& sides, const Support& support, const Quad& quad,
                  double share) const {
    double beyond = 0;
    for (const Side& side : sides)
      beyond += lines_[side.line].border ? 0 : overrun(side.line, side.from, side.to) / 4;
    const bool cut = std::any_of(sides.begin(), sides.end(),
                                 [&](const Side& side) { return lines_[side.line].border; });
    const double shape = cut ? 0.7 : shape_likelihood(quad, width_, height_);
    const double outline =
        0.75 * support.supported / support.length + 0.25 * support.least - 0.15 * beyond;
    return outline * (0.6 + 0.4 * shape) * std::pow(std::min(1.0, share / kUsualArea), 0.2);
  }

  static double area(const Quad& q) {
    return 0.5 *
           std::abs((q[2].x - q[0].x) * (q[3].y - q[1].y) - (q[2].y - q[0].y) * (q[3].x - q[1].x));
  }

  const std::vector<EdgeLine>& lines_;
  int width_;
  int height_;
  std::vector<Crossing> crossings_;
  std::vector<QuadCandidate> found_;
};

}  // namespace

double shape_likelihood(const Quad& quad, int width, int height) {
  const double focal = kFocal * std::max(width, height);
  Quad centred = quad;
  for (Point& p : centred) p = {(p.x - width / 2.0) / focal, (p.y - height / 2.0) / focal};
  const Homography h = homography({{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, centred);
  // The columns of the map from the unit square are the document's sides in space, up to one scale.
  const auto column = [&](std::size_t i) {
    return std::array<double, 3>{h.m[i], h.m[i + 3], h.m[i + 6]};
  };
  const auto dot = [](const std::array<double, 3>& a, const std::array<double, 3>& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  };
  const auto across = column(0);
  const auto down = column(1);
  const double x = std::sqrt(dot(across, across));
  const double y = std::sqrt(dot(down, down));
  const double cosine = dot(across, down) / (x * y);
  const double aspect = std::max(x / y, y / x);
  double nearest = 10;
  for (const double shape : kShapes)
    nearest = std::min(nearest, std::abs(std::log(aspect / shape)));
  const auto bell = [](double value, double width_of) {
    return std::exp(-0.5 * value * value / (width_of * width_of));
  };
  return bell(cosine, 0.08) * (0.3 + 0.7 * bell(nearest, 0.05));
}

std::vector<QuadCandidate> find_quads(const std::vector<EdgeLine>& lines, int width, int height,
                                      std::size_t most) {
  std::vector<QuadCandidate> found = Search(lines, width, height).run();
  const auto better = [](const QuadCandidate& a, const QuadCandidate& b) {
    return a.score > b.score;
  };
  std::stable_sort(found.begin(), found.end(), better);
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace nibble
