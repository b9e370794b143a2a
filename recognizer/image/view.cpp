#include "recognizer/image/view.h"

#include <algorithm>
#include <string>
#include <utility>

namespace nibble {
namespace {

/// How a pixel of a format stands in memory.
struct PixelLayout {
  int bytes = 0;
  int red = 0;  ///< position of red; green is the second byte, blue the third or first
  bool alpha = false;
};

PixelLayout layout_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::grey8: return {1, 0, false};
    case PixelFormat::rgb8: return {3, 0, false};
    case PixelFormat::bgr8: return {3, 2, false};
    case PixelFormat::rgba8: return {4, 0, true};
    case PixelFormat::bgra8: return {4, 2, true};
  }
  throw Error(ErrorCode::usage, "picture: this pixel format is none of PixelFormat's");
}

std::ptrdiff_t check_view(const ImageView& view, const PixelLayout& layout, const Limits& limits) {
  const std::string size = std::to_string(view.width) + " x " + std::to_string(view.height);
  if (view.pixels == nullptr || view.width < 1 || view.height < 1)
    throw Error(ErrorCode::usage, "picture: " + size + " pixels at " +
                                      (view.pixels == nullptr ? "a null pointer" : "an address") +
                                      ": there is nothing to read");
  if (std::max(view.width, view.height) > limits.max_side ||
      std::int64_t{view.width} * view.height > limits.max_pixels)
    throw Error(ErrorCode::too_large,
                "picture: " + size + " pixels are more than the limits allow: scale it down");
  const std::ptrdiff_t row = std::ptrdiff_t{view.width} * layout.bytes;
  if (view.stride != 0 && std::abs(view.stride) < row)
    throw Error(ErrorCode::usage, "picture: a stride of " + std::to_string(view.stride) +
                                      " bytes is less than the " + std::to_string(row) +
                                      " of a row");
  return view.stride == 0 ? row : view.stride;
}

std::uint8_t over_white(int value, int alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

void copy_row(const std::uint8_t* from, const PixelLayout& layout, int width, std::uint8_t* to) {
  if (!layout.alpha && layout.red == 0) {
    std::copy_n(from, static_cast<std::size_t>(width) * layout.bytes, to);
    return;
  }
  const int order[3] = {layout.red, 1, 2 - layout.red};
  for (int x = 0; x < width; ++x, from += layout.bytes, to += 3) {
    const int alpha = layout.alpha ? from[3] : 255;
    for (int c = 0; c < 3; ++c) to[c] = over_white(from[order[c]], alpha);
  }
}

}  // namespace

Image to_image(const ImageView& view, const Limits& limits) {
  const PixelLayout layout = layout_of(view.format);
  const std::ptrdiff_t stride = check_view(view, layout, limits);
  Image image{view.width, view.height, layout.bytes == 1 ? 1 : 3, {}};
  image.pixels.resize(static_cast<std::size_t>(image.width) * image.height * image.channels);
  for (int y = 0; y < view.height; ++y)
    copy_row(view.pixels + y * stride, layout, view.width, image.row(y));
  return image;
}

ImageView view_of(const Image& image) {
  return {image.empty() ? nullptr : image.pixels.data(), image.width, image.height, 0,
          image.channels == 1 ? PixelFormat::grey8 : PixelFormat::rgb8};
}

Picture to_picture(Image image) {
  return {image.width, image.height, image.channels == 1 ? PixelFormat::grey8 : PixelFormat::rgb8,
          std::move(image.pixels)};
}

}  // namespace nibble
