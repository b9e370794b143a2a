#pragma once

#include "recognizer/image/image.h"

namespace nibble {

/// A crop at the size at which a page shows it: `height` pixels high unless it would then be wider
/// than `max_width` or more than `max_scale` times its size.
Image fit_crop(const Image& crop, int height, int max_width, double max_scale);

}  // namespace nibble
