#pragma once

#include <cstddef>
#include <vector>

#include "recognizer/locate/find/text_cells.h"

namespace nibble {

/// The cells of one line, as indices into the list of all.
using CellGroup = std::vector<std::size_t>;

/// Joins neighbouring cells that agree on direction, height and axis: one group a line, those of
/// fewer than two cells left out. The cells lie in a grid of this size, at most one a place. Takes
/// time and memory in proportion to the grid.
std::vector<CellGroup> join_cells(const std::vector<TextCell>& cells, int columns, int rows);

}  // namespace nibble
