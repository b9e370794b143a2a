#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// An OpenCV header over the pixels of an image, which must outlive it.
inline cv::Mat mat_view(Image& image) {
  return {image.height, image.width, CV_8UC(image.channels), image.pixels.data()};
}

/// The same for reading only: OpenCV has no constant view, so don't write through it.
inline cv::Mat mat_view(const Image& image) {
  return {image.height, image.width, CV_8UC(image.channels),
          const_cast<std::uint8_t*>(image.pixels.data())};
}

/// One channel of an RGB picture's brightness; a picture of one channel itself, not a copy.
cv::Mat to_grey(const cv::Mat& picture);

/// An image of this size, black.
inline Image make_image(int width, int height, int channels) {
  Image image{width, height, channels, {}};
  image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                      static_cast<std::size_t>(channels));
  return image;
}

/// The matrix that cv::warpPerspective takes.
inline cv::Matx33d matrix(const Homography& h) { return cv::Matx33d(h.m.data()); }

}  // namespace nibble
