#include "data/paired.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "data/bootstrap.h"

namespace nibble {
namespace {

struct ClipSums {
  int count = 0;
  int change = 0;  // gained less lost

  void add(const ClipSums& other) {
    count += other.count;
    change += other.change;
  }
};

double log_choose(int n, int k) {
  return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

double share(int part, int whole) { return whole == 0 ? 0.0 : static_cast<double>(part) / whole; }

Interval interval_of(const std::vector<ClipSums>& clips, int resamples, std::uint64_t seed) {
  if (clips.empty() || resamples < 1) return {};
  std::vector<double> differences;
  bootstrap(clips, resamples, seed,
            [&](const ClipSums& sums) { differences.push_back(share(sums.change, sums.count)); });
  return percentile_interval(std::move(differences));
}

}  // namespace

double mcnemar(int lost, int gained) {
  const int changes = lost + gained;
  if (changes == 0) return 1;
  double tail = 0;
  for (int i = 0; i <= std::min(lost, gained); ++i)
    tail += std::exp(log_choose(changes, i) - changes * std::log(2.0));
  return std::min(1.0, 2 * tail);
}

PairedComparison compare_paired(const std::vector<PairedSample>& samples, int resamples,
                                std::uint64_t seed) {
  PairedComparison result;
  std::map<std::string, ClipSums> clips;
  for (const PairedSample& sample : samples) {
    const int change = static_cast<int>(sample.now) - static_cast<int>(sample.before);
    ClipSums& clip = clips[sample.clip];
    ++clip.count;
    clip.change += change;
    ++result.count;
    result.lost += change < 0 ? 1 : 0;
    result.gained += change > 0 ? 1 : 0;
  }
  result.difference = share(result.gained - result.lost, result.count);
  result.probability = mcnemar(result.lost, result.gained);
  std::vector<ClipSums> sums;
  for (const auto& [name, clip] : clips) sums.push_back(clip);
  result.interval = interval_of(sums, resamples, seed);
  return result;
}

}  // namespace nibble
