#pragma once

#include <vector>

#include "recognizer/locate/find/text_cells.h"
#include "recognizer/locate/find/text_line.h"

namespace nibble {

/// Lines that a grid of this size shows, in input pixels and the order of their first cells; near
/// lines of one axis agree on the reading direction. Time and memory grow with the grid, and with
/// the square of the number of lines.
std::vector<TextLine> trace_lines(const std::vector<TextCell>& cells, int columns, int rows);

}  // namespace nibble
