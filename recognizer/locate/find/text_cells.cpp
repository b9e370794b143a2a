#include "recognizer/locate/find/text_cells.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "recognizer/base/vector.h"

namespace nibble {
namespace {

// Half heights beyond these, 1 and 160 pixels, are not what the network was trained on: only a
// damaged or foreign one says so.
constexpr double kMaxLogHeight = 3;
constexpr double kMinLogHeight = -2.1;
// A line's core is half as high as its letters, so that its axis is near.
constexpr double kMaxOffset = 2;

TextCell cell_of(const float* values, int column, int row) {
  TextCell cell;
  cell.column = column;
  cell.row = row;
  cell.text = 1 / (1 + std::exp(-static_cast<double>(values[kTextLogit])));
  cell.reading = {values[kReadingX], values[kReadingY]};
  const double angle = std::atan2(values[kAxisSine], values[kAxisCosine]) / 2;
  cell.axis = {std::cos(angle), std::sin(angle)};
  if (dot(cell.axis, cell.reading) < 0) cell.axis = cell.axis * -1;
  const double log_height = std::clamp<double>(values[kLogHeight], kMinLogHeight, kMaxLogHeight);
  cell.log_height = log_height + std::log(kUsualHalfHeight);
  const double height = std::exp(cell.log_height);
  const auto offset = [&](float value) {
    return std::clamp<double>(value, -kMaxOffset, kMaxOffset) * height;
  };
  cell.centre = cell.position() + Point{offset(values[kOffsetX]), offset(values[kOffsetY])};
  return cell;
}

}  // namespace

void append_cells(TensorView<const float> map, const CellWindow& window,
                  std::vector<TextCell>& cells) {
  assert(map.shape.channels == kTextChannels);
  for (int row = 0; row < window.rows; ++row) {
    for (int column = 0; column < window.columns; ++column) {
      const float* values = &map.at(window.row + row, window.column + column, 0);
      if (!(values[kTextLogit] > 0)) continue;
      cells.push_back(cell_of(values, window.grid_column + column, window.grid_row + row));
    }
  }
}

}  // namespace nibble
