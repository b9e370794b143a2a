#include "data/correlation.h"

#include <algorithm>
#include <cstddef>

namespace nibble {

double intraclass_correlation(const std::vector<std::vector<bool>>& groups) {
  double count = 0;
  double sum = 0;
  double squares = 0;  // of the groups' sizes
  double used = 0;
  for (const std::vector<bool>& group : groups) {
    if (group.empty()) continue;
    const auto size = static_cast<double>(group.size());
    count += size;
    squares += size * size;
    sum += static_cast<double>(std::count(group.begin(), group.end(), true));
    ++used;
  }
  if (used < 2 || count <= used) return 0;
  const double mean = sum / count;
  double between = 0;
  double within = 0;
  for (const std::vector<bool>& group : groups) {
    if (group.empty()) continue;
    const auto size = static_cast<double>(group.size());
    const double share = static_cast<double>(std::count(group.begin(), group.end(), true)) / size;
    between += size * (share - mean) * (share - mean);
    within += size * share * (1 - share);
  }
  between /= used - 1;
  within /= count - used;
  const double usual = (count - squares / count) / (used - 1);
  const double total = between + (usual - 1) * within;
  return total > 0 ? std::clamp((between - within) / total, 0.0, 1.0) : 0;
}

}  // namespace nibble
