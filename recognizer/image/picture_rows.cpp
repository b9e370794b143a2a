#include "recognizer/image/picture_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace nibble {
namespace {

/// Rows that are turned into columns at once: their part of a column fills cache lines.
constexpr int kBandRows = 32;

/// Fax has 204 pixels an inch across and 98 or 196 down. A ratio below this changes no letter; one
/// above the other is no scanner's, but a mistake in the file.
constexpr double kMinUneven = 1.1;
constexpr double kMaxUneven = 4;

/// Brighter than this is not told from white, and less opaque than the other from nothing.
constexpr std::uint8_t kNearWhite = 240;
constexpr std::uint8_t kVisible = 128;

std::uint8_t over(unsigned ground, unsigned value, unsigned alpha) {
  return static_cast<std::uint8_t>((value * alpha + ground * (255U - alpha) + 127U) / 255U);
}

/// The weights of OpenCV's conversion, in 1 / 32768 (ITU-R BT.601).
std::uint8_t grey_of(unsigned red, unsigned green, unsigned blue) {
  return static_cast<std::uint8_t>((red * 9798U + green * 19235U + blue * 3735U + 16384U) >> 15U);
}

bool is_transposed(int orientation) { return orientation >= 5; }
bool is_from_right(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}
bool is_from_bottom(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

template <int kChannels>
void mirror_row(const std::uint8_t* in, int width, std::uint8_t* out) {
  in += static_cast<std::ptrdiff_t>(width) * kChannels;
  for (int x = 0; x < width; ++x, out += kChannels) {
    in -= kChannels;
    for (int c = 0; c < kChannels; ++c) out[c] = in[c];
  }
}

bool is_uneven(double aspect) {
  const double ratio = aspect > 0 ? std::max(aspect, 1 / aspect) : 1;
  return ratio >= kMinUneven && ratio <= kMaxUneven;
}

}  // namespace

int channels_of(PixelKind kind) {
  switch (kind) {
    case PixelKind::grey: return 1;
    case PixelKind::grey_alpha: return 2;
    case PixelKind::rgb: return 3;
    case PixelKind::rgb_alpha: break;
  }
  return 4;
}

PictureRows::PictureRows(const PictureHeader& header, PixelKind kind, bool grey, Ground ground)
    : header_(header), kind_(kind), ground_(ground) {
  const bool transposed = is_transposed(header.orientation);
  image_.width = transposed ? header.height : header.width;
  image_.height = transposed ? header.width : header.height;
  image_.channels = grey || channels_of(kind) <= 2 ? 1 : 3;
  const auto row_bytes =
      static_cast<std::size_t>(header.width) * static_cast<std::size_t>(image_.channels);
  image_.pixels.resize(row_bytes * static_cast<std::size_t>(header.height));
  if (transposed) band_.resize(row_bytes * kBandRows);
  row_.resize(row_bytes);
}

/// From grey with opacity (2), RGB (3) or RGB with opacity (4 channels) to grey or RGB.
template <int kFrom, int kTo>
void PictureRows::convert_pixels(const std::uint8_t* in, std::uint8_t* out) noexcept {
  constexpr int kColours = kFrom == 2 ? 1 : 3;
  const auto ground = static_cast<unsigned>(ground_);
  for (int x = 0; x < header_.width; ++x, in += kFrom, out += kTo) {
    std::uint8_t pixel[kColours];
    if constexpr (kFrom == 3) {
      std::memcpy(pixel, in, 3);
    } else {
      const std::uint8_t alpha = in[kColours];
      least_opaque_ = std::min(least_opaque_, alpha);
      most_opaque_ = std::max(most_opaque_, alpha);
      for (int c = 0; c < kColours; ++c) {
        pixel[c] = over(ground, in[c], alpha);
        darkest_ = std::min(darkest_, pixel[c]);
      }
    }
    if constexpr (kTo == kColours) {
      for (int c = 0; c < kTo; ++c) out[c] = pixel[c];
    } else {
      out[0] = grey_of(pixel[0], pixel[1], pixel[2]);
    }
  }
}

bool PictureRows::vanished() const {
  return darkest_ >= kNearWhite && least_opaque_ < kVisible && most_opaque_ >= kVisible;
}

void PictureRows::convert(const std::uint8_t* in, std::uint8_t* out) noexcept {
  const int width = header_.width;
  switch (kind_) {
    case PixelKind::grey: std::memcpy(out, in, static_cast<std::size_t>(width)); break;
    case PixelKind::grey_alpha: convert_pixels<2, 1>(in, out); break;
    case PixelKind::rgb:
      if (image_.channels == 1) {
        convert_pixels<3, 1>(in, out);
      } else {
        std::memcpy(out, in, static_cast<std::size_t>(width) * 3);
      }
      break;
    case PixelKind::rgb_alpha:
      if (image_.channels == 1) {
        convert_pixels<4, 1>(in, out);
      } else {
        convert_pixels<4, 3>(in, out);
      }
      break;
  }
}

void PictureRows::place_band() noexcept {
  const std::ptrdiff_t channels = image_.channels;
  const std::ptrdiff_t row_bytes = header_.width * channels;
  const int first = rows_ - band_rows_;  // stored row of the band's first
  const bool from_right = is_from_right(header_.orientation);
  const bool from_bottom = is_from_bottom(header_.orientation);
  // Which way a stored axis runs is named by where the upright picture begins on it: the upright
  // row y comes from the stored column y, or the one as far from the right.
  for (int x = 0; x < header_.width; ++x) {
    std::uint8_t* out = image_.row(from_right ? header_.width - 1 - x : x);
    for (int y = 0; y < band_rows_; ++y) {
      const int column = from_bottom ? header_.height - 1 - (first + y) : first + y;
      const std::uint8_t* in = band_.data() + y * row_bytes + x * channels;
      for (std::ptrdiff_t c = 0; c < channels; ++c) out[column * channels + c] = in[c];
    }
  }
  band_rows_ = 0;
}

void PictureRows::put(const std::uint8_t* row) noexcept {
  if (rows_ >= header_.height) return;
  if (is_transposed(header_.orientation)) {
    convert(row, band_.data() +
                     static_cast<std::ptrdiff_t>(band_rows_) * header_.width * image_.channels);
    ++rows_;
    if (++band_rows_ == kBandRows || rows_ == header_.height) place_band();
    return;
  }
  const int y = is_from_bottom(header_.orientation) ? header_.height - 1 - rows_ : rows_;
  ++rows_;
  if (!is_from_right(header_.orientation)) return convert(row, image_.row(y));
  convert(row, row_.data());
  if (image_.channels == 1) {
    mirror_row<1>(row_.data(), header_.width, image_.row(y));
  } else {
    mirror_row<3>(row_.data(), header_.width, image_.row(y));
  }
}

Image PictureRows::take() {
  const bool transposed = is_transposed(header_.orientation);
  band_ = {};
  return square_pixels(std::move(image_),
                       transposed ? 1 / header_.pixel_aspect : header_.pixel_aspect);
}

void square_size(int& width, int& height, double pixel_aspect) {
  if (!is_uneven(pixel_aspect)) return;
  if (pixel_aspect > 1) {
    width = static_cast<int>(std::lround(width * pixel_aspect));
  } else {
    height = static_cast<int>(std::lround(height / pixel_aspect));
  }
}

Image square_pixels(Image image, double pixel_aspect) {
  if (!is_uneven(pixel_aspect)) return image;
  Image square{image.width, image.height, image.channels, {}};
  square_size(square.width, square.height, pixel_aspect);
  square.pixels.resize(static_cast<std::size_t>(square.width) * square.height * square.channels);
  const cv::Mat from(image.height, image.width, CV_8UC(image.channels), image.pixels.data());
  cv::Mat to(square.height, square.width, CV_8UC(square.channels), square.pixels.data());
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_LINEAR);
  return square;
}

}  // namespace nibble
