#pragma once

#include <vector>

#include "nn/tensor.h"
#include "recognizer/base/geometry.h"

namespace nibble {

/// Pixels of the finder network's input per cell of its output, in both directions.
inline constexpr int kCellSize = 4;

/// What the finder network says of a cell, channel by channel.
enum TextChannel {
  kTextLogit,  ///< log-odds that the cell lies in the core of a line of text
  kReadingX,   ///< reading direction: a vector of length 1
  kReadingY,
  kAxisCosine,  ///< of twice the angle of the line's axis, whose sign is open
  kAxisSine,
  kLogHeight,  ///< log(half the height of capital letters in input pixels / kUsualHalfHeight)
  kOffsetX,    ///< from the cell's centre to the line's axis, in half heights
  kOffsetY,
  kTextChannels
};
inline constexpr double kUsualHalfHeight = 8;

/// A cell that holds text, with positions in input pixels.
struct TextCell {
  int column = 0;  ///< in the grid of cells
  int row = 0;
  double text = 0;        ///< probability, 0.5 to 1
  Point reading{};        ///< length about 1
  Point axis{};           ///< length 1, to the side of `reading`
  double log_height = 0;  ///< log(half height in input pixels)
  Point centre{};         ///< the point of the line's axis that it votes for

  Point position() const {
    const double middle = (kCellSize - 1) / 2.0;
    return {column * kCellSize + middle, row * kCellSize + middle};
  }
};

/// A part of a map that counts, and where its first cell lies in the grid: a picture is looked at
/// in overlapping tiles, of which each gives its inner cells.
struct CellWindow {
  int column = 0;  ///< in the map
  int row = 0;
  int columns = 0;
  int rows = 0;
  int grid_column = 0;
  int grid_row = 0;
};

/// Appends the cells with text in a window of a map (kTextChannels channels), row by row.
void append_cells(TensorView<const float> map, const CellWindow& window,
                  std::vector<TextCell>& cells);

}  // namespace nibble
