#include "recognizer/page/mat_view.h"

#include <opencv2/imgproc.hpp>

namespace nibble {

cv::Mat to_grey(const cv::Mat& picture) {
  if (picture.channels() == 1) return picture;
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_RGB2GRAY);
  return grey;
}

}  // namespace nibble
