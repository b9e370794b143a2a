#pragma once

// Kernels without tensor cores: the first layer, whose few input channels would leave most of a chunk empty, and the element-wise twin of
// the fused epilogue.

#include "kernels/cuda/finish.cuh"

namespace nibble::kernels::cuda {

inline constexpr int kMaxMembers = 4;  ///< of a pooling window

/// Convolution of few input channels, bytes without padding. A thread computes 8 channels of one output from words of 4 inputs; the block's
/// weights, [word][channel], lie in shared memory.
__global__ void __launch_bounds__(kThreads) conv_dp4a(const ConvParams p) {
  extern __shared__ uint4 shared_chunks[];
  const int column = static_cast<int>(blockIdx.y) * kThreadColumns;
  const uint4* source = static_cast<const uint4*>(p.weights) + static_cast<long long>(blockIdx.y) * p.slices * 2;
  for (int i = static_cast<int>(threadIdx.x); i < p.slices * 2; i += kThreads) shared_chunks[i] = source[i];
  __syncthreads();
  const int position = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
  if (position >= p.positions) return;

  const OutputPosition at = locate(p, position);
  const std::uint8_t* image =
      static_cast<const std::uint8_t*>(p.input) + static_cast<long long>(at.image) * p.in_height * p.in_width * p.in_chunks;
  const int area = p.pool_height * p.pool_width;
  const int row_bytes = p.kernel_width * p.in_chunks;
  const int window = p.kernel_height * row_bytes;
  int best[kThreadColumns];
  for (int member = 0; member < area; ++member) {
    const int y = (at.y * p.pool_height + member / p.pool_width) * p.stride_height - p.pad_top;
    const int x = ((at.x * p.pool_width + member % p.pool_width) * p.stride_width - p.pad_left) * p.in_chunks;
    int sums[kThreadColumns] = {};
    int ky = 0;
    int offset = 0;  // in the window's row, in bytes
    for (int word = 0; word < p.slices; ++word) {
      std::uint32_t inputs = 0;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const bool inside =
            word * 4 + i < window && y + ky >= 0 && y + ky < p.in_height && x + offset >= 0 && x + offset < p.in_width * p.in_chunks;
        if (inside) inputs |= static_cast<std::uint32_t>(image[(y + ky) * p.in_width * p.in_chunks + x + offset]) << (8 * i);
        if (++offset == row_bytes) {
          offset = 0;
          ++ky;
        }
      }
      int weights[kThreadColumns];
      load_eight(reinterpret_cast<const std::int32_t*>(shared_chunks + word * 2), weights);
#pragma unroll
      for (int i = 0; i < kThreadColumns; ++i) sums[i] = __dp4a(static_cast<int>(inputs), weights[i], sums[i]);
    }
#pragma unroll
    for (int i = 0; i < kThreadColumns; ++i) best[i] = member == 0 ? sums[i] : max(best[i], sums[i]);
  }
  finish_and_store(p, load_parameters(p, column), position, column, best);
}

/// Pools and finishes the s32 sums of a convolution that was run without bias and pooling. See plan_finish: the input is [image][y][x] with
/// in_chunks channels a position.
__global__ void __launch_bounds__(kThreads) finish_sums(const ConvParams p) {
  const int position = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
  const int column = static_cast<int>(blockIdx.y) * kThreadColumns;
  if (position >= p.positions) return;
  const OutputPosition at = locate(p, position);
  int best[kThreadColumns] = {};
  if (column < p.in_chunks) {
    const int area = p.pool_height * p.pool_width;
    for (int member = 0; member < area; ++member) {
      const int y = at.y * p.pool_height + member / p.pool_width;
      const int x = at.x * p.pool_width + member % p.pool_width;
      const long long pixel = (static_cast<long long>(at.image) * p.in_height + y) * p.in_width + x;
      int sums[kThreadColumns];
      load_eight(static_cast<const std::int32_t*>(p.input) + pixel * p.in_chunks + column, sums);
#pragma unroll
      for (int i = 0; i < kThreadColumns; ++i) best[i] = member == 0 ? sums[i] : max(best[i], sums[i]);
    }
  }
  finish_and_store(p, load_parameters(p, column), position, column, best);
}

}  // namespace nibble::kernels::cuda
