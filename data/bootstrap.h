#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "data/metrics.h"

namespace nibble {

/// The 95 % interval between percentiles of values.
inline Interval percentile_interval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
  };
  return {at(0.025), at(0.975)};
}

/// Calls with the sums of as many clusters as there are, drawn with replacement, `resamples` times
/// (Efron's bootstrap over clusters). Sums has add(); the same seed draws the same anywhere.
template <typename Sums, typename Call>
void bootstrap(const std::vector<Sums>& clusters, int resamples, std::uint64_t seed, Call call) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < resamples && !clusters.empty(); ++i) {
    Sums sums;
    // The standard's distributions differ between libraries; the bias of a remainder of 64 bits
    // does not matter here.
    for (std::size_t drawn = 0; drawn < clusters.size(); ++drawn)
      sums.add(clusters[random() % clusters.size()]);
    call(sums);
  }
}

}  // namespace nibble
