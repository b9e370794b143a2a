#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/picture_graph.h"
#include "nn/tensor.h"

namespace nibble {

/// Throws Error(usage) for a picture that a network with this graph cannot take.
void check_picture(const PictureGraph& graph, const Shape& picture, const std::string& name);

/// The mean of a picture, rounded: the grey that it is extended with.
std::uint8_t mean_grey(TensorView<const std::uint8_t> picture);

/// The input of a network: (255 - grey) >> 1 in integers, (255 - grey) / 255 in floats, with
/// `extension` as the grey of what `shape` adds to the right and to the bottom.
void lay_ink(TensorView<const std::uint8_t> picture, std::uint8_t extension, const Shape& shape,
             std::uint8_t* out);
void lay_ink(TensorView<const std::uint8_t> picture, std::uint8_t extension, const Shape& shape,
             float* out);

/// Each of the values of an image factor x factor times; `pixel_bytes` are those of one position.
void upsample_nearest(const std::byte* in, const Shape& shape, int factor, std::size_t pixel_bytes,
                      std::byte* out);

}  // namespace nibble
