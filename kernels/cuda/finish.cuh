#pragma once

// From sums to outputs: bias, requantisation, clamp, storing. Shared by all kernels.

#include "kernels/cuda/conv.h"

namespace nibble::kernels::cuda {

/// Bias and requantisation of 8 adjacent channels.
struct ChannelParameters {
  int bias[kThreadColumns];
  int multiplier[kThreadColumns];
  int shift[kThreadColumns];
};

__device__ __forceinline__ void load_eight(const std::int32_t* from, int (&to)[kThreadColumns]) {
  const int4* chunks = reinterpret_cast<const int4*>(from);
  const int4 low = chunks[0];
  const int4 high = chunks[1];
  to[0] = low.x, to[1] = low.y, to[2] = low.z, to[3] = low.w;
  to[4] = high.x, to[5] = high.y, to[6] = high.z, to[7] = high.w;
}

__device__ __forceinline__ ChannelParameters load_parameters(const ConvParams& p, int column) {
  ChannelParameters parameters;
  load_eight(p.channels + column, parameters.bias);
  load_eight(p.channels + p.padded_channels + column, parameters.multiplier);
  load_eight(p.channels + 2 * p.padded_channels + column, parameters.shift);
  return parameters;
}

__device__ __forceinline__ int requantize(int sum, int bias, int multiplier, int shift, int limit) {
  const int value = sum + bias;
  if (value <= 0) return 0;
  const long long scaled = (static_cast<long long>(value) * multiplier + (1LL << (shift - 1))) >> shift;
  return scaled < limit ? static_cast<int>(scaled) : limit;
}

/// Stores the outputs of one position and 8 channels from `column` on, in one or two vectors.
__device__ __forceinline__ void finish_and_store(const ConvParams& p, const ChannelParameters& c, int position, int column,
                                                 const int (&sums)[kThreadColumns]) {
  const long long at = static_cast<long long>(position) * p.out_pitch + column;
  if (p.format == Format::s32) {
    int4* out = reinterpret_cast<int4*>(static_cast<std::int32_t*>(p.output) + at);
    out[0] = make_int4(sums[0] + c.bias[0], sums[1] + c.bias[1], sums[2] + c.bias[2], sums[3] + c.bias[3]);
    out[1] = make_int4(sums[4] + c.bias[4], sums[5] + c.bias[5], sums[6] + c.bias[6], sums[7] + c.bias[7]);
    return;
  }
  std::uint32_t q[kThreadColumns];
#pragma unroll
  for (int i = 0; i < kThreadColumns; ++i) {
    q[i] = static_cast<std::uint32_t>(requantize(sums[i], c.bias[i], c.multiplier[i], c.shift[i], p.limit));
  }
  if (p.format == Format::u8) {
    uint2* out = reinterpret_cast<uint2*>(static_cast<std::uint8_t*>(p.output) + at);
    *out = make_uint2(q[0] | q[1] << 8 | q[2] << 16 | q[3] << 24, q[4] | q[5] << 8 | q[6] << 16 | q[7] << 24);
  } else {
    std::uint32_t* out = reinterpret_cast<std::uint32_t*>(static_cast<std::uint8_t*>(p.output) + at / 2);
    *out = q[0] | q[1] << 4 | q[2] << 8 | q[3] << 12 | q[4] << 16 | q[5] << 20 | q[6] << 24 | q[7] << 28;
  }
}

/// Where an output lies.
struct OutputPosition {
  int image;
  int y;
  int x;
};

__device__ __forceinline__ OutputPosition locate(const ConvParams& p, int position) {
  const int row = position / p.out_width;
  return {row / p.out_height, row % p.out_height, position % p.out_width};
}

}  // namespace nibble::kernels::cuda
