#include "python/src/picture.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace nb = nanobind;

namespace nibble::python {
namespace {

PixelFormat format_of(std::size_t channels) {
  switch (channels) {
    case 1: return PixelFormat::grey8;
    case 3: return PixelFormat::rgb8;
    case 4: return PixelFormat::rgba8;
    default: break;
  }
  throw Error(ErrorCode::usage,
              "picture: " + std::to_string(channels) + " channels; there must be 1, 3 or 4");
}

int side_of(std::size_t length) {
  if (length <= static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return static_cast<int>(length);
  throw Error(ErrorCode::too_large,
              "picture: " + std::to_string(length) + " pixels long, more than the limits allow");
}

}  // namespace

ArrayPicture::ArrayPicture(const PixelArray& array) {
  if (array.ndim() != 2 && array.ndim() != 3)
    throw Error(ErrorCode::usage, "picture: an array of " + std::to_string(array.ndim()) +
                                      " dimensions; it must have 2 or 3");
  const std::size_t channels = array.ndim() == 2 ? 1 : array.shape(2);
  view_ = {array.data(), side_of(array.shape(1)), side_of(array.shape(0)), 0, format_of(channels)};
  if (array.size() == 0) {  // no pixel, whatever the address
    view_.pixels = nullptr;
    return;
  }
  const auto row = static_cast<std::int64_t>(array.shape(1) * channels);
  const bool packed =
      (array.shape(1) == 1 || array.stride(1) == static_cast<std::int64_t>(channels)) &&
      (array.ndim() == 2 || channels == 1 || array.stride(2) == 1);
  const std::int64_t stride = array.shape(0) == 1 ? row : array.stride(0);
  if (packed && (stride >= row || -stride >= row)) {
    view_.stride = stride;
  } else {
    copy(array, channels);
  }
}

void ArrayPicture::copy(const PixelArray& array, std::size_t channels) {
  const Limits limits;
  if (static_cast<std::int64_t>(array.size() / channels) > limits.max_pixels)
    throw Error(ErrorCode::too_large, "picture: " + std::to_string(array.size() / channels) +
                                          " pixels are more than the limits allow: scale it down");
  copy_.reserve(array.size());
  const std::int64_t step = array.ndim() == 2 ? 0 : array.stride(2);
  for (std::size_t y = 0; y < array.shape(0); ++y) {
    for (std::size_t x = 0; x < array.shape(1); ++x) {
      const std::uint8_t* pixel = array.data() + static_cast<std::int64_t>(y) * array.stride(0) +
                                  static_cast<std::int64_t>(x) * array.stride(1);
      for (std::size_t c = 0; c < channels; ++c)
        copy_.push_back(pixel[static_cast<std::int64_t>(c) * step]);
    }
  }
  view_.pixels = copy_.data();
}

ColorArray to_array(Picture picture) {
  if (picture.format != PixelFormat::rgb8)
    throw Error(ErrorCode::internal_error, "the annotated picture is not in colour");
  const std::size_t shape[] = {static_cast<std::size_t>(picture.height),
                               static_cast<std::size_t>(picture.width), 3};
  auto pixels = std::make_unique<std::vector<std::uint8_t>>(std::move(picture.pixels));
  std::uint8_t* data = pixels->data();
  const nb::capsule owner(pixels.get(), [](void* kept) noexcept {
    delete static_cast<std::vector<std::uint8_t>*>(kept);
  });
  pixels.release();
  return ColorArray(data, 3, shape, owner);
}

}  // namespace nibble::python
