#include "recognizer/kinds/match_pairs.h"

#include <cmath>
#include <cstddef>

#include "recognizer/kinds/match_fit.h"

namespace nibble {
namespace {

// Whether two pairs tell of about the same place, size and turn of the document.
bool agree(const FeaturePair& a, const FeaturePair& b, double size) {
  constexpr double kMinCosine = 0.88;  // 28 degrees
  constexpr double kMaxScale = 1.6;
  constexpr double kReach = 0.12;
  const double square = a.scale * a.scale;
  if (a.cosine * b.cosine + a.sine * b.sine < kMinCosine * a.scale * b.scale) return false;
  if (a.scale > kMaxScale * b.scale || b.scale > kMaxScale * a.scale) return false;
  const double x = b.from.x - a.from.x;
  const double y = b.from.y - a.from.y;
  const double off_x = a.to.x + a.cosine * x - a.sine * y - b.to.x;
  const double off_y = a.to.y + a.sine * x + a.cosine * y - b.to.y;
  return off_x * off_x + off_y * off_y < kReach * kReach * size * size * square;
}

// Farther apart in bits, more likely chance.
double pair_weight(const FeaturePair& pair) { return 1.0 - 0.5 * pair.distance / kMaxPairDistance; }

/// The pairs that agree with the one that most agree with.
std::vector<PointPair> largest_group(const std::vector<FeaturePair>& pairs, double size) {
  double most = 0;
  std::size_t best = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    double sum = 0;
    for (const FeaturePair& other : pairs)
      sum += agree(pairs[i], other, size) ? pair_weight(other) : 0;
    if (sum > most) {
      most = sum;
      best = i;
    }
  }
  std::vector<PointPair> group;
  for (const FeaturePair& other : pairs) {
    if (agree(pairs[best], other, size))
      group.push_back({other.from, other.to, pair_weight(other)});
  }
  return group;
}

std::vector<PointPair> near(const std::vector<PointPair>& pairs, const Homography& map,
                            double reach) {
  std::vector<PointPair> kept;
  for (const PointPair& pair : pairs) {
    if (distance(map.map(pair.from), pair.to) < reach) kept.push_back(pair);
  }
  return kept;
}

double weight_of(const std::vector<PointPair>& pairs) {
  double sum = 0;
  for (const PointPair& pair : pairs) sum += pair.weight;
  return sum;
}

}  // namespace

std::optional<PairMap> map_of_pairs(const std::vector<FeaturePair>& pairs, double size) {
  const std::vector<PointPair> group = largest_group(pairs, size);
  std::vector<PointPair> kept = group;
  std::optional<Homography> map;
  double reach = 0;
  for (const double share : {0.08, 0.05, 0.03}) {
    map = fit_affine(kept);
    if (!map) return std::nullopt;
    reach = share * size * std::sqrt(std::abs(map->m[0] * map->m[4] - map->m[1] * map->m[3])) /
            std::abs(map->m[8]);
    kept = near(group, *map, reach);
  }
  std::vector<PointPair> all;
  for (const FeaturePair& pair : pairs) all.push_back({pair.from, pair.to, pair_weight(pair)});
  for (const double share : {1.0, 0.5}) {
    const auto next = fit_homography(all, *map, share * reach);
    if (!next) return std::nullopt;
    map = next;
  }
  return PairMap{*map, weight_of(near(all, *map, 0.35 * reach))};
}

}  // namespace nibble
