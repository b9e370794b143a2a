#pragma once

#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// Where a document's portrait may be: of the upright rectangles with a portrait's shape that hold
/// none of `texts`, the one with the most detail. Empty where no such area is as large as a
/// portrait: at least a quarter of the document's height.
std::vector<Quad> find_portrait(const Image& document, const std::vector<Quad>& texts);

/// Covers what stands in an area, and a little about it, with a blend of the colours at its edges:
/// nothing of what was there is left.
void blank_area(Image& document, const Quad& area);

}  // namespace nibble
