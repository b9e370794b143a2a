#pragma once

#include <cstddef>
#include <vector>

#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// The numbers of lines in the order in which a person reads them: the direction that most of the
/// text has first; in it columns from the left and what stands above before what stands below
/// (recursive X-Y cut; Nagy and Seth, ICPR 1984), and lines side by side from the left.
std::vector<std::size_t> reading_order(const std::vector<LineOutline>& lines);

/// Puts lines into that order and numbers their blocks.
void order_lines(std::vector<LineOutline>& lines);

}  // namespace nibble
