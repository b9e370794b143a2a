#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "recognizer/base/vector.h"
#include "recognizer/locate/find/fit_line.h"
#include "recognizer/locate/find/text_cells.h"
#include "recognizer/locate/find/trace_lines.h"

namespace nibble {

/// A line of print as a test draws it: capitals `2 * half_height` high around the axis from `start`
/// to `end`, which is read from start to end.
struct Print {
  Point start;
  Point end;
  double half_height = 8;
};

/// The output that a perfect finder would give for some print.
class TextMap {
 public:
  /// Pixels of the input, multiples of kCellSize.
  TextMap(int width, int height)
      : columns(width / kCellSize),
        rows(height / kCellSize),
        values(static_cast<std::size_t>(columns) * rows * kTextChannels, 0.0F) {
    for (std::size_t i = 0; i < values.size(); i += kTextChannels) values[i] = -8;
  }

  float* cell(int column, int row) {
    return &values[(static_cast<std::size_t>(row) * columns + column) * kTextChannels];
  }

  /// `sureness` of the reading direction, -1 for one that is upside down.
  void draw(const Print& print, double sureness = 1) {
    const Point along = unit(print.end - print.start);
    const Point down = quarter_turn(along);
    const double size = length(print.end - print.start);
    const double inset = std::min(0.6 * print.half_height, size / 4);
    const double thick = std::max(0.5 * print.half_height, 2.05);
    const auto range = [&](double a, double b, int most) {
      const double room = print.half_height + kCellSize;
      return std::pair{std::clamp(static_cast<int>((std::min(a, b) - room) / kCellSize), 0, most),
                       std::clamp(static_cast<int>((std::max(a, b) + room) / kCellSize), 0, most)};
    };
    const auto [left, right] = range(print.start.x, print.end.x, columns);
    const auto [top, bottom] = range(print.start.y, print.end.y, rows);
    for (int row = top; row < bottom; ++row) {
      for (int column = left; column < right; ++column) {
        const Point p = Point{column * 4 + 1.5, row * 4 + 1.5} - print.start;
        const double u = dot(p, along);
        const double v = dot(p, down);
        if (u < inset || u > size - inset || std::abs(v) > thick) continue;
        float* out = cell(column, row);
        const Point offset = down * (-v / print.half_height);
        const double numbers[] = {6,
                                  along.x * sureness,
                                  along.y * sureness,
                                  along.x * along.x - along.y * along.y,
                                  2 * along.x * along.y,
                                  std::log(print.half_height / 8),
                                  offset.x,
                                  offset.y};
        std::copy(std::begin(numbers), std::end(numbers), out);
      }
    }
  }

  /// Shakes every channel of the cells with text (a linear congruence: the same everywhere).
  void shake(double amount) {
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
      state = state * 1664525U + 1013904223U;
      if (values[i - i % kTextChannels] > 0 && i % kTextChannels != 0)
        values[i] += static_cast<float>(amount * (state / 2147483648.0 - 1));
    }
  }

  TensorView<const float> view() const { return {values.data(), {rows, columns, kTextChannels}}; }

  std::vector<TextCell> cells() const {
    std::vector<TextCell> found;
    append_cells(view(), {0, 0, columns, rows, 0, 0}, found);
    return found;
  }

  std::vector<LineOutline> trace() const { return trace_lines(cells(), columns, rows); }

  int columns;
  int rows;
  std::vector<float> values;
};

/// The axis of a found line: the middles of its left and right ends, without the room around caps.
inline Print print_of(const LineOutline& line) {
  const Quad& q = line.quad;
  const Point down = unit(q[3] - q[0]) * (line.half_height * (1 + kRoomAbove));
  const Point along = unit(q[1] - q[0]) * (line.half_height * kRoomAtEnds);
  const double h = line.half_height;
  return {q[0] + down + along, q[1] + down - along, h};
}

}  // namespace nibble
