#include "recognizer/locate/find/split_group.h"

#include <algorithm>
#include <cmath>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

// Logarithm of the ratio of heights: 1.35 apart, both over a part's mean and within some letters of
// the cut.
constexpr double kMinJump = 0.3;
constexpr double kMinPart = 4;     // half heights of a part that is a line
constexpr double kNearTheCut = 6;  // half heights

struct Cell {
  double u = 0;
  double log_height = 0;
  std::size_t index = 0;
};

std::vector<Cell> along_axis(const std::vector<TextCell>& cells, const CellGroup& group) {
  Point doubled;
  for (const std::size_t i : group) {
    const Point axis = cells[i].axis;
    doubled =
        doubled + Point{axis.x * axis.x - axis.y * axis.y, 2 * axis.x * axis.y} * cells[i].text;
  }
  const double angle = std::atan2(doubled.y, doubled.x) / 2;
  const Point axis{std::cos(angle), std::sin(angle)};
  std::vector<Cell> sorted;
  for (const std::size_t i : group)
    sorted.push_back({dot(cells[i].position(), axis), cells[i].log_height, i});
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Cell& a, const Cell& b) { return a.u < b.u; });
  return sorted;
}

/// Mean of the log heights of [first, last).
double mean(const std::vector<Cell>& cells, std::size_t first, std::size_t last) {
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += cells[i].log_height;
  return sum / static_cast<double>(last - first);
}

/// The position that parts the heights best (greatest variance between the parts); 0 for none.
std::size_t best_cut(const std::vector<Cell>& cells) {
  const std::size_t count = cells.size();
  const double all = mean(cells, 0, count);
  double sum = 0;
  double most = 0;
  std::size_t best = 0;
  for (std::size_t i = 1; i < count; ++i) {
    sum += cells[i - 1].log_height - all;
    if (cells[i].u - cells[i - 1].u < 1e-9) continue;
    const double value = sum * sum / (static_cast<double>(i) * static_cast<double>(count - i));
    if (value <= most) continue;
    most = value;
    best = i;
  }
  return best;
}

bool is_jump(const std::vector<Cell>& cells, std::size_t cut) {
  const double left = mean(cells, 0, cut);
  const double right = mean(cells, cut, cells.size());
  if (std::abs(left - right) < kMinJump) return false;
  if (cells[cut - 1].u - cells.front().u < kMinPart * std::exp(left)) return false;
  if (cells.back().u - cells[cut].u < kMinPart * std::exp(right)) return false;
  const double near = kNearTheCut * std::exp(std::max(left, right));
  std::size_t first = cut;
  std::size_t last = cut;
  while (first > 0 && cells[cut].u - cells[first - 1].u < near) --first;
  while (last < cells.size() && cells[last].u - cells[cut].u < near) ++last;
  return std::abs(mean(cells, first, cut) - mean(cells, cut, last)) > kMinJump;
}

}  // namespace

std::vector<CellGroup> split_group(const std::vector<TextCell>& cells, const CellGroup& group) {
  const std::vector<Cell> sorted = along_axis(cells, group);
  const std::size_t cut = best_cut(sorted);
  if (cut == 0 || !is_jump(sorted, cut)) return {group};
  CellGroup left;
  CellGroup right;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    (i < cut ? left : right).push_back(sorted[i].index);
  std::vector<CellGroup> parts = split_group(cells, left);
  for (CellGroup& part : split_group(cells, right)) parts.push_back(std::move(part));
  return parts;
}

}  // namespace nibble
