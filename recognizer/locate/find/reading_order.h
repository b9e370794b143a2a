#pragma once

#include <vector>

#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// Puts lines into the order in which a person reads them and numbers their blocks: the direction
/// that most of the text has first; in it columns from the left and what stands above before what
/// stands below (recursive X-Y cut; Nagy and Seth, ICPR 1984), and lines side by side from the
/// left.
void order_lines(std::vector<LineOutline>& lines);

}  // namespace nibble
