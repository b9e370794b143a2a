#pragma once

#include "include/nibble/nibble.hpp"  // FrameQuality
#include "recognizer/image/image.h"

namespace nibble {

/// Sharpness and glare of a picture, at a small part of the cost of reading it; cut_off is left at
/// 0.
///
/// Sharpness compares the strength of edges at the picture's own scale with that at half of it, in
/// those tiles of the picture where edges are strongest: blur takes the finer ones first, and a
/// soft ground says nothing. Glare is what is white in all channels and without edges.
FrameQuality score_frame(const Image& picture);

/// Share of a document's area outside of its picture.
double cut_off(const Quad& document, int width, int height);

}  // namespace nibble
