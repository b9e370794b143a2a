#include "recognizer/base/alignment.h"

#include <algorithm>
#include <numeric>

namespace nibble {
namespace {

/// The table of distances between all prefixes, (a.size() + 1) rows of (b.size() + 1).
std::vector<int> distance_table(const std::u32string& a, const std::u32string& b) {
  const std::size_t width = b.size() + 1;
  std::vector<int> table((a.size() + 1) * width);
  std::iota(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(width), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int* row = table.data() + i * width;
    const int* above = row - width;
    row[0] = above[0] + 1;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
    }
  }
  return table;
}

}  // namespace

int edit_distance(const std::u32string& a, const std::u32string& b) {
  return distance_table(a, b).back();
}

std::vector<AlignedPair> align(const std::u32string& truth, const std::u32string& read) {
  const std::vector<int> table = distance_table(truth, read);
  const std::size_t width = read.size() + 1;
  std::vector<AlignedPair> pairs;
  for (std::size_t i = truth.size(), j = read.size(); i > 0 || j > 0;) {
    const int here = table[i * width + j];
    const bool both = i > 0 && j > 0;
    if (both && here == table[(i - 1) * width + j - 1] + (truth[i - 1] == read[j - 1] ? 0 : 1)) {
      pairs.push_back({truth[--i], read[--j]});
    } else if (i > 0 && here == table[(i - 1) * width + j] + 1) {
      pairs.push_back({truth[--i], 0});
    } else {
      pairs.push_back({0, read[--j]});
    }
  }
  std::reverse(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace nibble
