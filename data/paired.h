#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/metrics.h"

namespace nibble {

/// A field that was read twice: whether each reading was right, and the clip it comes from.
struct PairedSample {
  std::string clip;
  bool before = false;
  bool now = false;
};

/// Two results over the same fields.
struct PairedComparison {
  int count = 0;
  int lost = 0;            ///< right before, wrong now
  int gained = 0;          ///< wrong before, right now
  double difference = 0;   ///< share right now less share right before
  Interval interval;       ///< of the difference: 95 % bootstrap over clips
  double probability = 1;  ///< mcnemar(lost, gained); it takes fields as independent, which those
                           ///< of one clip are not
};

/// McNemar's test, exact and two-sided: how likely a split at least as uneven is when changes go
/// either way equally often. 1 for none.
double mcnemar(int lost, int gained);

/// Compares; the same samples and seed give the same interval everywhere.
PairedComparison compare_paired(const std::vector<PairedSample>& samples, int resamples = 2000,
                                std::uint64_t seed = 1);

}  // namespace nibble
