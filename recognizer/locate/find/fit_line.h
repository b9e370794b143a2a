#pragma once

#include <optional>
#include <vector>

#include "recognizer/locate/find/join_cells.h"
#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// How the outline of a line lies around its capital letters, in half heights: the network is
/// trained on capitals, and ascenders, accents and descenders reach further.
inline constexpr double kRoomAbove = 0.25;
inline constexpr double kRoomBelow = 0.4;
inline constexpr double kRoomAtEnds = 0.5;

/// The line that a group of cells makes up, in input pixels; nothing when the cells do not look
/// like text: no certain one among them, or no common axis.
std::optional<LineOutline> fit_line(const std::vector<TextCell>& cells, const CellGroup& group);

}  // namespace nibble
