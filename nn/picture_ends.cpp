#include "nn/picture_ends.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "nn/error.h"

namespace nibble {
namespace {

template <typename Value, typename Ink>
void lay(TensorView<const std::uint8_t> picture, std::uint8_t extension, const Shape& shape,
         Value* out, Ink ink) {
  for (int y = 0; y < shape.height; ++y, out += shape.width) {
    int width = 0;
    if (y < picture.shape.height) {
      width = picture.shape.width;
      const std::uint8_t* from = picture.data + static_cast<std::ptrdiff_t>(y) * width;
      std::transform(from, from + width, out, ink);
    }
    std::fill(out + width, out + shape.width, ink(extension));
  }
}

}  // namespace

void check_picture(const PictureGraph& graph, const Shape& picture, const std::string& name) {
  const int largest = std::max(picture.height, picture.width);
  if (picture.height < 1 || picture.width < 1 || largest > graph.max_side) {
    throw Error(ErrorCode::usage, "a picture of " + std::to_string(picture.width) + " x " +
                                      std::to_string(picture.height) + " pixels does not fit; " +
                                      name + " takes sides of 1 to " +
                                      std::to_string(graph.max_side));
  }
  if (picture.channels != 1) throw Error(ErrorCode::usage, "a picture must be grey for " + name);
}

std::uint8_t mean_grey(TensorView<const std::uint8_t> picture) {
  const std::uint64_t count = picture.shape.size();
  const std::uint64_t sum = std::accumulate(picture.data, picture.data + count, std::uint64_t{0});
  return static_cast<std::uint8_t>((2 * sum + count) / (2 * count));
}

void lay_ink(TensorView<const std::uint8_t> picture, std::uint8_t extension, const Shape& shape,
             std::uint8_t* out) {
  lay(picture, extension, shape, out,
      [](std::uint8_t p) { return static_cast<std::uint8_t>((255 - p) >> 1); });
}

void lay_ink(TensorView<const std::uint8_t> picture, std::uint8_t extension, const Shape& shape,
             float* out) {
  lay(picture, extension, shape, out,
      [](std::uint8_t p) { return static_cast<float>(255 - p) / 255.0F; });
}

void upsample_nearest(const std::byte* in, const Shape& shape, int factor, std::size_t pixel_bytes,
                      std::byte* out) {
  const auto width = static_cast<std::size_t>(shape.width);
  const std::size_t row_bytes = width * static_cast<std::size_t>(factor) * pixel_bytes;
  for (int y = 0; y < shape.height; ++y, in += width * pixel_bytes) {
    std::byte* const row = out;
    for (std::size_t x = 0; x < width; ++x) {
      for (int i = 0; i < factor; ++i, out += pixel_bytes)
        std::memcpy(out, in + x * pixel_bytes, pixel_bytes);
    }
    for (int i = 1; i < factor; ++i, out += row_bytes) std::memcpy(out, row, row_bytes);
  }
}

}  // namespace nibble
