#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace nibble {

/// A text in a box of its own, to be drawn into a picture.
struct Label {
  std::string text;  ///< UTF-8
  cv::Size size;     ///< with its padding, in pixels
  double scale = 0;  ///< of the font
  int thickness = 1;
  int baseline = 0;  ///< pixels from the box's top to the letters' feet
  int letter = 0;    ///< height of the capitals, in pixels
};

/// A label with capitals of `letter_height` pixels, or smaller when it would be wider than
/// `most_width`.
Label make_label(const std::string& text, double letter_height, int most_width);

/// Draws it with its top-left corner at `corner` onto a colour (red, green, blue) through which a
/// little of the picture shows.
void draw_label(cv::Mat& canvas, const Label& label, const cv::Point& corner,
                const cv::Scalar& colour);

/// Where print and other detail is in a picture, so that labels can keep off it.
class InkMap {
 public:
  explicit InkMap(const cv::Mat& colours);

  /// Pixels with detail inside `place`.
  double inside(const cv::Rect& place) const;

 private:
  cv::Mat sums_;
};

}  // namespace nibble
