#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "kernels/kernel.h"
#include "nn/graph.h"
#include "nn/parameters.h"

namespace nibble::test {

struct Image {
  Shape shape;
  std::vector<std::int64_t> values;
  std::int64_t at(int y, int x, int c) const {
    if (y < 0 || x < 0 || y >= shape.height || x >= shape.width) return 0;
    return values[static_cast<std::size_t>((y * shape.width + x) * shape.channels + c)];
  }
};

/// One layer as the model file's documentation says it, in 64 bits and without any kernel.
inline Image compute(const Conv2d& layer, const LayerParameters& p, const Image& in) {
  const Shape full = conv_shape(layer, in.shape);
  Image out{pool_shape(layer, full), {}};
  for (int y = 0; y < out.shape.height; ++y) {
    for (int x = 0; x < out.shape.width; ++x) {
      for (int n = 0; n < layer.out_channels; ++n) {
        const auto channel = static_cast<std::size_t>(n);
        std::int64_t most = INT64_MIN;
        for (int i = 0; i < layer.pool[0] * layer.pool[1]; ++i) {
          std::int64_t sum = p.bias[channel];
          std::size_t w = channel * (p.weight.size() / p.bias.size());
          for (int ky = 0; ky < layer.kernel[0]; ++ky) {
            for (int kx = 0; kx < layer.kernel[1]; ++kx) {
              for (int c = 0; c < layer.in_channels; ++c, ++w) {
                sum +=
                    p.weight[w] * in.at((y * layer.pool[0] + i / layer.pool[1]) * layer.stride[0] -
                                            layer.pad[0] + ky,
                                        (x * layer.pool[1] + i % layer.pool[1]) * layer.stride[1] -
                                            layer.pad[1] + kx,
                                        c);
              }
            }
          }
          most = std::max(most, sum);
        }
        if (layer.limit > 0) {
          const int shift = p.shift[channel];
          most = std::min<std::int64_t>((std::max<std::int64_t>(most, 0) * p.multiplier[channel] +
                                         (std::int64_t{1} << (shift - 1))) >>
                                            shift,
                                        layer.limit);
        }
        out.values.push_back(most);
      }
    }
  }
  return out;
}

inline std::vector<std::string> instruction_sets() {
  std::set<std::string> names;
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) names.insert(kernel->isa);
  return {names.begin(), names.end()};
}

inline std::vector<std::int64_t> values_of(const Shape& shape, const void* values, bool sums) {
  std::vector<std::int64_t> list(shape.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i] = sums ? static_cast<const std::int32_t*>(values)[i]
                   : static_cast<const std::uint8_t*>(values)[i];
  }
  return list;
}

}  // namespace nibble::test
