#include <algorithm>

#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

std::uint8_t over_white(unsigned value, unsigned alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255U * (255U - alpha) + 127U) / 255U);
}

}  // namespace

void lay_over_white(Image& image, bool premultiplied) {
  const int colours = image.channels - 1;
  const std::uint8_t* in = image.pixels.data();
  std::uint8_t* out = image.pixels.data();
  const std::size_t count = static_cast<std::size_t>(image.width) * image.height;
  for (std::size_t i = 0; i < count; ++i, in += colours + 1) {
    const unsigned alpha = in[colours];
    for (int c = 0; c < colours; ++c) {
      *out++ = premultiplied ? static_cast<std::uint8_t>(std::min(255U, in[c] + 255U - alpha))
                             : over_white(in[c], alpha);
    }
  }
  image.channels = colours;
  image.pixels.resize(count * static_cast<std::size_t>(colours));
}

}  // namespace nibble
