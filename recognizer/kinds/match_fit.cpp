#include "recognizer/kinds/match_fit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/core.hpp>

namespace nibble {
namespace {

constexpr int kSteps = 8;

// Moves the mean of points to the origin and makes their mean distance from it 1, which keeps the
// equations well conditioned.
Homography conditioning(const std::vector<PointPair>& pairs, Point PointPair::*side) {
  Point mean;
  double weights = 0;
  for (const PointPair& pair : pairs) {
    mean = {mean.x + pair.weight * (pair.*side).x, mean.y + pair.weight * (pair.*side).y};
    weights += pair.weight;
  }
  mean = {mean.x / weights, mean.y / weights};
  double spread = 0;
  for (const PointPair& pair : pairs) spread += pair.weight * distance(pair.*side, mean) / weights;
  const double scale = 1 / std::max(spread, 1e-9);
  return {{scale, 0, -scale * mean.x, 0, scale, -scale * mean.y, 0, 0, 1}};
}

template <int N>
struct Normal {
  cv::Matx<double, N, N> a = cv::Matx<double, N, N>::zeros();
  cv::Matx<double, N, 1> b = cv::Matx<double, N, 1>::zeros();

  void add(const cv::Matx<double, 1, N>& row, double value, double weight) {
    a += weight * (row.t() * row);
    b += weight * value * row.t();
  }

  std::optional<cv::Matx<double, N, 1>> solve() const {
    cv::Matx<double, N, 1> x;
    if (!cv::solve(a, b, x, cv::DECOMP_CHOLESKY)) return std::nullopt;
    for (int i = 0; i < N; ++i) {
      if (!std::isfinite(x(i))) return std::nullopt;
    }
    return x;
  }
};

// Tukey's biweight: no pull at all beyond the reach.
double biweight(double error, double reach) {
  const double share = error / reach;
  return share >= 1 ? 0 : (1 - share * share) * (1 - share * share);
}

bool step(const std::vector<PointPair>& pairs, double reach, Homography& h) {
  Normal<8> normal;
  int used = 0;
  for (const PointPair& pair : pairs) {
    const Point p = pair.from;
    const double w = h.m[6] * p.x + h.m[7] * p.y + h.m[8];
    if (w <= 1e-6) continue;
    const Point q = h.map(p);
    const double weight = pair.weight * biweight(distance(q, pair.to), reach);
    if (weight <= 0) continue;
    ++used;
    normal.add({p.x / w, p.y / w, 1 / w, 0, 0, 0, -q.x * p.x / w, -q.x * p.y / w}, pair.to.x - q.x,
               weight);
    normal.add({0, 0, 0, p.x / w, p.y / w, 1 / w, -q.y * p.x / w, -q.y * p.y / w}, pair.to.y - q.y,
               weight);
  }
  if (used < 4) return false;
  // A little damping keeps the perspective of points that lie close together within bounds.
  for (int i = 0; i < 8; ++i) normal.a(i, i) += 1e-9;
  const auto delta = normal.solve();
  if (!delta) return false;
  for (std::size_t i = 0; i < 8; ++i) h.m[i] += (*delta)(static_cast<int>(i));
  return true;
}

bool keeps_side(const Homography& h, const std::vector<PointPair>& pairs) {
  return std::all_of(pairs.begin(), pairs.end(), [&](const PointPair& pair) {
    return h.m[6] * pair.from.x + h.m[7] * pair.from.y + h.m[8] > 1e-3;
  });
}

}  // namespace

std::optional<Homography> fit_affine(const std::vector<PointPair>& pairs) {
  if (pairs.size() < 3) return std::nullopt;
  const Homography before = conditioning(pairs, &PointPair::from);
  Normal<6> normal;
  for (const PointPair& pair : pairs) {
    const Point p = before.map(pair.from);
    normal.add({p.x, p.y, 1, 0, 0, 0}, pair.to.x, pair.weight);
    normal.add({0, 0, 0, p.x, p.y, 1}, pair.to.y, pair.weight);
  }
  const auto x = normal.solve();
  if (!x) return std::nullopt;
  const Homography affine{{(*x)(0), (*x)(1), (*x)(2), (*x)(3), (*x)(4), (*x)(5), 0, 0, 1}};
  return compose(affine, before);
}

std::optional<Homography> fit_homography(const std::vector<PointPair>& pairs,
                                         const Homography& start, double reach) {
  if (pairs.size() < 4) return std::nullopt;
  const Homography before = conditioning(pairs, &PointPair::from);
  const Homography after = conditioning(pairs, &PointPair::to);
  std::vector<PointPair> scaled;
  for (const PointPair& pair : pairs)
    scaled.push_back({before.map(pair.from), after.map(pair.to), pair.weight});
  Homography h = compose(after, compose(start, inverse(before)));
  for (double& value : h.m) value /= h.m[8];
  for (int i = 0; i < kSteps; ++i) {
    if (!step(scaled, reach * after.m[0], h)) return std::nullopt;
  }
  if (!keeps_side(h, scaled)) return std::nullopt;
  return compose(inverse(after), compose(h, before));
}

}  // namespace nibble
