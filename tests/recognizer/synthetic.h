#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include "nn/error.h"
#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

/// Pictures and quads made in code, for the tests of this layer.
namespace synthetic {

/// A convex quad as a hand-held camera sees a card: a rectangle of 100 to 1100 pixels, turned by
/// any angle, each corner moved by up to 20 % of the shorter side.
inline nibble::Quad random_quad(std::mt19937& random) {
  std::uniform_real_distribution<double> share(0, 1);
  const double width = 100 + 1000 * share(random);
  const double height = 100 + 1000 * share(random);
  const double angle = 6.283185307 * share(random);
  const double x = 1000 * share(random) - 200;
  const double y = 1000 * share(random) - 200;
  const double jitter = 0.2 * std::min(width, height);
  nibble::Quad quad = nibble::rectangle(width, height);
  for (nibble::Point& p : quad) {
    const nibble::Point moved{p.x + jitter * (2 * share(random) - 1),
                              p.y + jitter * (2 * share(random) - 1)};
    p = {x + moved.x * std::cos(angle) - moved.y * std::sin(angle),
         y + moved.x * std::sin(angle) + moved.y * std::cos(angle)};
  }
  return quad;
}

/// A grey or colour picture from a function of position and channel, 0..255, rounded.
inline nibble::Image picture(int width, int height, int channels,
                             const std::function<double(nibble::Point, int)>& value) {
  nibble::Image image{width, height, channels, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.pixels.push_back(static_cast<std::uint8_t>(
            std::lround(value({static_cast<double>(x), static_cast<double>(y)}, c))));
      }
    }
  }
  return image;
}

/// A checkered ground with soft edges, so that it can be sampled anywhere; every channel has fields
/// of its own size.
inline double soft_checkers(nibble::Point p, int channel) {
  const double length = 16 + 3 * channel;
  return 128 +
         60 * std::sin(6.283185307 * p.x / length) * std::sin(6.283185307 * p.y / (length + 4));
}

/// Peak signal-to-noise ratio of pictures of one size, in dB.
inline double psnr(const nibble::Image& a, const nibble::Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    sum += std::pow(static_cast<double>(a.pixels[i]) - b.pixels[i], 2);
  return 10 * std::log10(255 * 255 * static_cast<double>(a.pixels.size()) / std::max(sum, 1e-9));
}

/// "code: message" of the error that the call throws; "no error" if it throws none.
inline std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const nibble::Error& error) {
    return std::string(nibble::error_code_name(error.code())) + ": " + error.what();
  }
  return "no error";
}

}  // namespace synthetic
