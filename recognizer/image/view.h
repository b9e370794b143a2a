#pragma once

#include "include/nibble/nibble.hpp"
#include "recognizer/image/image.h"

namespace nibble {

/// A copy of the caller's picture: grey stays grey, the others become RGB, alpha is laid over
/// white. Throws Error(usage) for a view without pixels or with rows that overlap, Error(too_large)
/// beyond the limits.
Image to_image(const ImageView& view, const Limits& limits = {});

/// An image as callers see it; lasts as long as the image. Null pixels for an empty one.
ImageView view_of(const Image& image);

/// An image given away.
Picture to_picture(Image image);

}  // namespace nibble
