#pragma once

#include <opencv2/core.hpp>

#include "recognizer/page/normalize.h"

namespace nibble {

/// The part of a crop that holds its line of text, see normalize_line: the line through the crop's
/// centre with its accents and descenders. A crop that hardly holds more is taken whole. Of others,
/// lines above and below and print that stands beside the expected part are left out. All of the
/// crop where no line stands out. `grey` has 1 channel of 8 bits; dark or light print.
cv::Rect find_line_band(const cv::Mat& grey, const LineSearch& search);

}  // namespace nibble
