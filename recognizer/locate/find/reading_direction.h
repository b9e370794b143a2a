#pragma once

#include <vector>

#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// Lets near lines of one axis agree on the way that they are read: turns lines upside down where
/// the others outvote them, and sets how sure the direction is. Takes time in proportion to the
/// square of their number.
void vote_directions(std::vector<LineOutline>& lines);

/// The quad of the same text turned upside down.
inline Quad upside_down(const Quad& quad) { return {quad[2], quad[3], quad[0], quad[1]}; }

}  // namespace nibble
