#pragma once

#include <vector>

#include "recognizer/locate/find/find_lines.h"
#include "recognizer/locate/find/merge_lines.h"

namespace nibble {

/// Lines that a picture shows at a scale (pixels of the network's input per pixel), in its pixels.
/// With `around`, only where these lines stand. Tiles overlap and their cells are joined as one
/// grid, so that lines across them are whole.
Look look_at_picture(const FinderRun& run, const Image& picture, double scale,
                     const std::vector<LineOutline>* around = nullptr);

}  // namespace nibble
