#include "recognizer/locate/find/join_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr double kMinCosine = 0.85;        // between the axes of neighbours: 32 degrees
constexpr double kMaxHeightRatio = 0.5;    // as a logarithm: 1.65
constexpr double kMaxAxisDistance = 0.65;  // of the smaller half height
// A single cell may be missing along a line of letters larger than this half height; in smaller
// print it may be the gap between two lines.
constexpr double kMinHeightToJump = 4;
constexpr double kMinJumpCosine = 0.85;  // between a jump and the axis

struct Step {
  int columns;
  int rows;
  bool is_jump() const { return std::max(std::abs(columns), std::abs(rows)) > 1; }
};

// The neighbours that come later, row by row, so that every pair is met once.
constexpr std::array<Step, 10> kSteps = {
    {{1, 0}, {0, 1}, {1, 1}, {-1, 1}, {2, 0}, {0, 2}, {1, 2}, {2, 1}, {-1, 2}, {-2, 1}}};

bool are_one_line(const TextCell& a, const TextCell& b, const Step& step) {
  const double cosine = dot(a.axis, b.axis);
  if (std::abs(cosine) < kMinCosine) return false;
  if (std::abs(a.log_height - b.log_height) > kMaxHeightRatio) return false;
  const double height = std::exp(std::min(a.log_height, b.log_height));
  const Point axis = unit(cosine > 0 ? a.axis + b.axis : a.axis - b.axis);
  if (std::abs(cross(axis, b.centre - a.centre)) > kMaxAxisDistance * height) return false;
  if (!step.is_jump()) return true;
  const Point way = unit(b.position() - a.position());
  return height > kMinHeightToJump && std::abs(dot(way, axis)) > kMinJumpCosine;
}

/// Disjoint sets of cells; the first cell of a set stands for it.
class Sets {
 public:
  explicit Sets(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parents_;
};

constexpr std::int32_t kNoCell = -1;

/// Where each cell of the grid stands in the list.
class Grid {
 public:
  Grid(const std::vector<TextCell>& cells, int columns, int rows)
      : columns_(columns),
        rows_(rows),
        places_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), kNoCell) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      places_[index(cells[i].column, cells[i].row)] = static_cast<std::int32_t>(i);
  }
  std::int32_t at(int column, int row) const {
    if (column < 0 || row < 0 || column >= columns_ || row >= rows_) return kNoCell;
    return places_[index(column, row)];
  }

 private:
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  int columns_;
  int rows_;
  std::vector<std::int32_t> places_;
};

}  // namespace

std::vector<CellGroup> join_cells(const std::vector<TextCell>& cells, int columns, int rows) {
  const Grid grid(cells, columns, rows);
  Sets sets(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (const Step& step : kSteps) {
      const std::int32_t k = grid.at(cells[i].column + step.columns, cells[i].row + step.rows);
      if (k == kNoCell) continue;
      const auto other = static_cast<std::size_t>(k);
      if (are_one_line(cells[i], cells[other], step)) sets.join(i, other);
    }
  }
  std::vector<CellGroup> groups(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) groups[sets.root(i)].push_back(i);
  std::erase_if(groups, [](const CellGroup& group) { return group.size() < 2; });
  return groups;
}

}  // namespace nibble
