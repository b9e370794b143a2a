#pragma once

#include <cstddef>
#include <vector>

#include "recognizer/locate/find/line_outline.h"
#include "recognizer/locate/find/text_cells.h"

namespace nibble {

/// Lines that a grid of this size shows, in input pixels; near lines of one axis agree on the
/// reading direction. Of more than `most` lines the best are kept. Time and memory grow with the
/// grid, and with the square of the number of lines.
std::vector<LineOutline> trace_lines(const std::vector<TextCell>& cells, int columns, int rows,
                                     std::size_t most = 6000);

}  // namespace nibble
