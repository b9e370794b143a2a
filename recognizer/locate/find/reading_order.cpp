#include "recognizer/locate/find/reading_order.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr double kSameDirection = 0.94;  // cosine: 20 degrees
constexpr double kColumnGap = 2;         // least between columns, in line heights
constexpr std::size_t kMinRows = 3;      // of each column
constexpr double kFilledColumn = 0.55;   // mean length of its lines, share of its width,
constexpr double kColumnLine = 10;       // and in heights: prices are none
constexpr double kThickness = 0.6;       // of a line when rows are parted, share of its height
constexpr double kBlockGap = 1.5;        // most between lines of a block, in line heights
constexpr double kBlockHeights = 1.5;    // most ratio of their heights

/// A line in the coordinates of its direction.
struct Box {
  std::size_t line = 0;
  double left = 0;
  double right = 0;
  double middle = 0;
  double height = 0;
  double top() const { return middle - kThickness / 2 * height; }
  double bottom() const { return middle + kThickness / 2 * height; }
};
using Boxes = std::vector<Box>;

Point direction_of(const Quad& q) { return q[1] + q[2] - q[0] - q[3]; }

Box box_of(const LineOutline& line, std::size_t number, Point along) {
  const Quad& q = line.quad;
  Box box{number, 1e30, -1e30, cross(along, (q[0] + q[1] + q[2] + q[3]) * 0.25),
          2 * line.half_height};
  for (const Point& p : q) {
    box.left = std::min(box.left, dot(p, along));
    box.right = std::max(box.right, dot(p, along));
  }
  return box;
}

double mean_height(const Boxes& boxes) {
  double sum = 0;
  for (const Box& box : boxes) sum += box.height;
  return sum / static_cast<double>(boxes.size());
}

bool is_column(const Boxes& boxes) {
  if (boxes.size() < kMinRows) return false;
  double left = 1e30;
  double right = -1e30;
  double sum = 0;
  for (const Box& box : boxes) {
    left = std::min(left, box.left);
    right = std::max(right, box.right);
    sum += box.right - box.left;
  }
  const double mean = sum / static_cast<double>(boxes.size());
  return mean >= kFilledColumn * (right - left) && mean >= kColumnLine * mean_height(boxes);
}

/// Where a sorted list of extents is best cut: the widest gap, of nearly equal ones that nearest
/// the middle. 0 when there is none.
template <typename Start, typename End>
std::size_t widest_gap(const Boxes& boxes, double least, Start start, End end) {
  std::size_t best = 0;
  double widest = 0;
  double reached = end(boxes[0]);
  const auto off_middle = [&](std::size_t i) {
    return std::abs(static_cast<double>(i) - static_cast<double>(boxes.size()) / 2);
  };
  for (std::size_t i = 1; i < boxes.size(); ++i) {
    const double gap = start(boxes[i]) - reached;
    reached = std::max(reached, end(boxes[i]));
    if (gap <= least) continue;
    const bool wider = gap > 1.1 * widest;
    const bool as_wide = gap > widest / 1.1 && off_middle(i) < off_middle(best);
    if (best != 0 && !wider && !as_wide) continue;
    best = i;
    widest = std::max(widest, gap);
  }
  return best;
}

class Orderer {
 public:
  explicit Orderer(std::vector<std::size_t>& order) : order_(order) {}

  void add(Boxes boxes) {
    if (boxes.size() == 1) order_.push_back(boxes[0].line);
    if (boxes.size() < 2 || cut_columns(boxes) || cut_rows(boxes)) return;
    std::sort(boxes.begin(), boxes.end(),
              [](const Box& a, const Box& b) { return a.left < b.left; });
    for (const Box& box : boxes) order_.push_back(box.line);
  }

 private:
  void add_parts(const Boxes& boxes, std::size_t cut) {
    const auto middle = boxes.begin() + static_cast<std::ptrdiff_t>(cut);
    add(Boxes(boxes.begin(), middle));
    add(Boxes(middle, boxes.end()));
  }

  bool cut_columns(Boxes& boxes) {
    if (boxes.size() < 2 * kMinRows) return false;
    std::sort(boxes.begin(), boxes.end(),
              [](const Box& a, const Box& b) { return a.left < b.left; });
    const std::size_t cut = widest_gap(
        boxes, kColumnGap * mean_height(boxes), [](const Box& b) { return b.left; },
        [](const Box& b) { return b.right; });
    if (cut == 0) return false;
    const auto middle = boxes.begin() + static_cast<std::ptrdiff_t>(cut);
    if (!is_column(Boxes(boxes.begin(), middle)) || !is_column(Boxes(middle, boxes.end())))
      return false;
    add_parts(boxes, cut);
    return true;
  }

  bool cut_rows(Boxes& boxes) {
    std::sort(boxes.begin(), boxes.end(),
              [](const Box& a, const Box& b) { return a.middle < b.middle; });
    const std::size_t cut = widest_gap(
        boxes, 0, [](const Box& b) { return b.top(); }, [](const Box& b) { return b.bottom(); });
    if (cut == 0) return false;
    add_parts(boxes, cut);
    return true;
  }

  std::vector<std::size_t>& order_;
};

struct Direction {
  Point along;
  double text = 0;  ///< length of its lines
  Boxes boxes{};
};

/// Lines by direction, that with most text first.
std::vector<Direction> by_direction(const std::vector<LineOutline>& lines) {
  std::vector<std::size_t> longest(lines.size());
  std::iota(longest.begin(), longest.end(), std::size_t{0});
  const auto size = [&](std::size_t i) { return length(direction_of(lines[i].quad)); };
  std::stable_sort(longest.begin(), longest.end(),
                   [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  std::vector<Direction> directions;
  for (const std::size_t i : longest) {
    const Point along = unit(direction_of(lines[i].quad));
    auto found = std::find_if(directions.begin(), directions.end(), [&](const Direction& d) {
      return dot(d.along, along) > kSameDirection;
    });
    if (found == directions.end()) found = directions.insert(found, Direction{along});
    found->text += size(i);
    found->boxes.push_back(box_of(lines[i], i, found->along));
  }
  std::stable_sort(directions.begin(), directions.end(),
                   [](const Direction& a, const Direction& b) { return a.text > b.text; });
  return directions;
}

bool continues_block(const LineOutline& above, const LineOutline& line) {
  const Point along = unit(direction_of(above.quad));
  if (dot(along, unit(direction_of(line.quad))) < kSameDirection) return false;
  const Box a = box_of(above, 0, along);
  const Box b = box_of(line, 0, along);
  const double height = std::max(a.height, b.height);
  const double pitch = b.middle - a.middle;
  return height < kBlockHeights * std::min(a.height, b.height) && pitch > 0.5 * height &&
         pitch < (1 + kBlockGap) * height && b.left < a.right && b.right > a.left;
}

}  // namespace

std::vector<std::size_t> reading_order(const std::vector<LineOutline>& lines) {
  std::vector<std::size_t> order;
  Orderer orderer(order);
  for (const Direction& direction : by_direction(lines)) orderer.add(direction.boxes);
  return order;
}

void order_lines(std::vector<LineOutline>& lines) {
  std::vector<LineOutline> ordered;
  ordered.reserve(lines.size());
  for (const std::size_t i : reading_order(lines)) {
    const bool continued = !ordered.empty() && continues_block(ordered.back(), lines[i]);
    const int block = ordered.empty() ? 0 : ordered.back().block + (continued ? 0 : 1);
    ordered.push_back(lines[i]);
    ordered.back().block = block;
  }
  lines = std::move(ordered);
}

}  // namespace nibble
