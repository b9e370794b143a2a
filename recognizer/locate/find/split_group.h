#pragma once

#include <vector>

#include "recognizer/locate/find/join_cells.h"

namespace nibble {

/// The group cut where the height of its letters jumps: a caption in small print and the value
/// behind it touch, but are two lines. Letters that grow along the line (perspective) don't cut it.
std::vector<CellGroup> split_group(const std::vector<TextCell>& cells, const CellGroup& group);

}  // namespace nibble
