#pragma once

// Implicit-GEMM convolution on tensor cores.
//
// A block of 4 warps computes a tile of output positions x channels; a warp 32 x 32 of it, over its part of each stage of K. Stages of
// 64 bytes a warp part come into shared memory in 128-bit chunks, two buffers in turn: cp.async from sm_80 on, through registers before.
//
// Inside a warp's 32 rows, row r is member r / 8 % area of pooling window r % 8 + 8 * (r / 8 / area), area being that of the window: the
// sums of a whole window then lie in one thread, and the maximum needs no exchange. Columns are ordered by pack_weights so that a thread
// ends with 8 adjacent channels. The order of K inside a slice is free as long as both operands agree: thread t of a quad takes bytes
// 16t..16t+15 of its rows in one 128-bit load without bank conflicts, as words 0 and 1 of one step and 2 and 3 of the next.
//
// sm_90 and later multiply no nibbles: there each word is masked into two of bytes. Weights stay in the upper half of their byte, which
// keeps their sign and makes sums 16 times too large; they are shifted back once, at the end.

#include "kernels/cuda/finish.cuh"

namespace nibble::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
inline constexpr bool kAsyncCopies = true;
#else
inline constexpr bool kAsyncCopies = false;
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
inline constexpr bool kMultipliesNibbles = false;
#else
inline constexpr bool kMultipliesNibbles = true;
#endif

inline constexpr int kSlots = kWarpExtent / 8;       ///< rows of a warp's tile that one thread holds
inline constexpr int kWarpTilesN = kWarpExtent / 8;  ///< 8-column tiles of a warp

/// 16 x 8 sums += words of 16 rows x words of 8 columns.
__device__ __forceinline__ void multiply_bytes(int (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  if constexpr (kAsyncCopies) {
    mma_m16n8k32_u8s8(sums, a, b);
  } else {
    mma_m8n8k16_u8s8(sums[0], sums[1], a[0], b[0]);
    mma_m8n8k16_u8s8(sums[2], sums[3], a[1], b[0]);
    mma_m8n8k16_u8s8(sums[0], sums[1], a[2], b[1]);
    mma_m8n8k16_u8s8(sums[2], sums[3], a[3], b[1]);
  }
}

__device__ __forceinline__ void multiply_nibbles(int (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  if constexpr (!kMultipliesNibbles) {
    constexpr std::uint32_t kLow = 0x0f0f0f0f;
    constexpr std::uint32_t kHigh = 0xf0f0f0f0;
    const std::uint32_t even_a[4] = {a[0] & kLow, a[1] & kLow, a[2] & kLow, a[3] & kLow};
    const std::uint32_t even_b[2] = {b[0] << 4 & kHigh, b[1] << 4 & kHigh};
    multiply_bytes(sums, even_a, even_b);
    const std::uint32_t odd_a[4] = {a[0] >> 4 & kLow, a[1] >> 4 & kLow, a[2] >> 4 & kLow, a[3] >> 4 & kLow};
    const std::uint32_t odd_b[2] = {b[0] & kHigh, b[1] & kHigh};
    multiply_bytes(sums, odd_a, odd_b);
  } else if constexpr (kAsyncCopies) {
    mma_m16n8k64_u4s4(sums, a, b);
  } else {
    mma_m8n8k32_u4s4(sums[0], sums[1], a[0], b[0]);
    mma_m8n8k32_u4s4(sums[2], sums[3], a[1], b[0]);
    mma_m8n8k32_u4s4(sums[0], sums[1], a[2], b[1]);
    mma_m8n8k32_u4s4(sums[2], sums[3], a[3], b[1]);
  }
}

/// Brings the stages of K into shared memory. Of each slice a thread brings chunk thread % 4 of every 32nd row, from row thread / 4 on.
template <int kWarpsM, int kWarpsN, int kWarpsK>
struct StageLoader {
  static constexpr int kRows = kWarpExtent * kWarpsM;
  static constexpr int kColumns = kWarpExtent * kWarpsN;
  static constexpr int kBufferChunks = (kRows + kColumns) * kWarpsK * kSliceChunks;

  int y[kWarpsM];      // the window's first row in the image; far outside for rows past the last
  int x[kWarpsM];      // and its first column
  int start[kWarpsM];  // chunk of the image's first pixel
  int ky, kx, c;       // this thread's chunk of the next slice, by tap and chunk of the pixel
  int slice;           // the next slice
  const uint4* weights;
  uint4 held_rows[kWarpsM][kWarpsK];  // on the way through registers
  uint4 held_columns[kWarpsN][kWarpsK];

  __device__ __forceinline__ void init(const ConvParams& p) {
    const int thread = static_cast<int>(threadIdx.x);
    const int area = p.pool_height * p.pool_width;
#pragma unroll
    for (int m = 0; m < kWarpsM; ++m) {
      const int row = thread / kSliceChunks % kWarpExtent;
      const int slot = row / 8;
      const int member = slot % area;
      const int warp_tile = static_cast<int>(blockIdx.x) * kWarpsM + m;
      const int position = warp_tile * (kWarpExtent / area) + row % 8 + 8 * (slot / area);
      const OutputPosition at = locate(p, position);
      constexpr int kFarOutside = -(1 << 30);
      y[m] = position < p.positions ? (at.y * p.pool_height + member / p.pool_width) * p.stride_height - p.pad_top : kFarOutside;
      x[m] = (at.x * p.pool_width + member % p.pool_width) * p.stride_width - p.pad_left;
      start[m] = at.image * p.in_height * p.in_width * p.in_chunks;
    }
    slice = 0;
    ky = kx = 0;
    c = thread % kSliceChunks;
    wrap(p);
    weights = static_cast<const uint4*>(p.weights) + static_cast<long long>(blockIdx.y) * kWarpsN * p.slices * kWarpExtent * kSliceChunks +
              thread;
  }

  __device__ __forceinline__ void wrap(const ConvParams& p) {
    while (c >= p.in_chunks) {
      c -= p.in_chunks;
      if (++kx == p.kernel_width) {
        kx = 0;
        ++ky;
      }
    }
  }

  __device__ __forceinline__ void bring(uint4* to, const uint4* from, bool valid, uint4& held) {
    if constexpr (kAsyncCopies) {
      copy_chunk_async(to, from, valid);
    } else {
      held = valid ? *from : make_uint4(0, 0, 0, 0);
    }
  }

  /// Starts bringing the next stage to `buffer`.
  __device__ __forceinline__ void fetch(const ConvParams& p, uint4* buffer) {
    const uint4* input = static_cast<const uint4*>(p.input);
    uint4* rows = buffer + threadIdx.x;
    uint4* columns = rows + kRows * kWarpsK * kSliceChunks;
#pragma unroll
    for (int k = 0; k < kWarpsK; ++k) {
#pragma unroll
      for (int m = 0; m < kWarpsM; ++m) {
        const int iy = y[m] + ky;
        const int ix = x[m] + kx;
        const bool inside = ky < p.kernel_height && iy >= 0 && iy < p.in_height && ix >= 0 && ix < p.in_width;
        const int chunk = inside ? start[m] + (iy * p.in_width + ix) * p.in_chunks + c : 0;
        bring(rows + (k * kRows + m * kWarpExtent) * kSliceChunks, input + chunk, inside, held_rows[m][k]);
      }
#pragma unroll
      for (int n = 0; n < kWarpsN; ++n) {
        const bool inside = slice < p.slices && static_cast<int>(blockIdx.y) * kColumns + n * kWarpExtent < p.padded_channels;
        const long long chunk = inside ? static_cast<long long>(n * p.slices + slice) * (kWarpExtent * kSliceChunks) : 0;
        const uint4* from = inside ? weights + chunk : static_cast<const uint4*>(p.weights);
        bring(columns + (k * kColumns + n * kWarpExtent) * kSliceChunks, from, inside, held_columns[n][k]);
      }
      ++slice;
      c += kSliceChunks;
      wrap(p);
    }
  }

  /// Puts what `fetch` holds in registers into `buffer`; where copies are asynchronous there is nothing to put.
  __device__ __forceinline__ void put(uint4* buffer) {
    if constexpr (!kAsyncCopies) {
      uint4* rows = buffer + threadIdx.x;
      uint4* columns = rows + kRows * kWarpsK * kSliceChunks;
#pragma unroll
      for (int k = 0; k < kWarpsK; ++k) {
#pragma unroll
        for (int m = 0; m < kWarpsM; ++m) rows[(k * kRows + m * kWarpExtent) * kSliceChunks] = held_rows[m][k];
#pragma unroll
        for (int n = 0; n < kWarpsN; ++n) columns[(k * kColumns + n * kWarpExtent) * kSliceChunks] = held_columns[n][k];
      }
    }
  }
};

/// The 32 x 32 sums of one warp: of thread 4g + t, sums[i][j] are rows 16i + g (first two) and 16i + 8 + g, columns 8j + 2t and 8j + 2t
/// + 1.
using WarpSums = int[kSlots / 2][kWarpTilesN][4];

__device__ __forceinline__ std::uint32_t word(const uint4& chunk, int i) {
  return i == 0 ? chunk.x : i == 1 ? chunk.y : i == 2 ? chunk.z : chunk.w;
}

/// sums += the warp's rows x its columns over one slice.
template <int kBits>
__device__ __forceinline__ void multiply_slice(WarpSums& sums, const uint4* rows, const uint4* columns) {
  const int lane = static_cast<int>(threadIdx.x) % 32;  // 4 * row + chunk of the row
  uint4 a[kSlots];
  uint4 b[kWarpTilesN];
#pragma unroll
  for (int i = 0; i < kSlots; ++i) a[i] = rows[i * 8 * kSliceChunks + lane];
#pragma unroll
  for (int j = 0; j < kWarpTilesN; ++j) b[j] = columns[j * 8 * kSliceChunks + lane];
#pragma unroll
  for (int step = 0; step < 4; step += 2) {
#pragma unroll
    for (int i = 0; i < kSlots / 2; ++i) {
      const std::uint32_t fragment_a[4] = {word(a[2 * i], step), word(a[2 * i + 1], step), word(a[2 * i], step + 1),
                                           word(a[2 * i + 1], step + 1)};
#pragma unroll
      for (int j = 0; j < kWarpTilesN; ++j) {
        const std::uint32_t fragment_b[2] = {word(b[j], step), word(b[j], step + 1)};
        if constexpr (kBits == 4) {
          multiply_nibbles(sums[i][j], fragment_a, fragment_b);
        } else {
          multiply_bytes(sums[i][j], fragment_a, fragment_b);
        }
      }
    }
  }
}

/// Adds the sums of the warps that share a tile to those of the first. True in the first. None may still read what lies in `exchange`.
template <int kWarpsK>
__device__ __forceinline__ bool add_parts(WarpSums& sums, int warp_k, int* exchange) {
  constexpr int kSums = kSlots / 2 * kWarpTilesN * 4;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  int* flat = &sums[0][0][0];
  if (warp_k > 0) {
#pragma unroll
    for (int i = 0; i < kSums; ++i) exchange[((warp_k - 1) * kSums + i) * 32 + lane] = flat[i];
  }
  __syncthreads();
  if (warp_k > 0) return false;
#pragma unroll
  for (int part = 0; part < kWarpsK - 1; ++part) {
#pragma unroll
    for (int i = 0; i < kSums; ++i) flat[i] += exchange[(part * kSums + i) * 32 + lane];
  }
  return true;
}

/// Pools, finishes and stores the sums of one thread. `warp_tile`: of 32 rows, counted over the grid; `column`: the first of 8.
template <int kBits>
__device__ __forceinline__ void store_sums(const ConvParams& p, WarpSums& sums, int warp_tile, int column) {
  if (column >= p.out_pitch) return;
  const ChannelParameters parameters = load_parameters(p, column);
  const int group = static_cast<int>(threadIdx.x) % 32 / 4;
  const int area = p.pool_height * p.pool_width;
  int slots[kSlots][kThreadColumns];
#pragma unroll
  for (int slot = 0; slot < kSlots; ++slot) {
#pragma unroll
    for (int i = 0; i < kThreadColumns; ++i) {
      const int sum = sums[slot / 2][i / 2][slot % 2 * 2 + i % 2];
      slots[slot][i] = kBits == 4 && !kMultipliesNibbles ? sum >> 4 : sum;
    }
  }
  if (area > 1) {
#pragma unroll
    for (int i = 0; i < kThreadColumns; ++i) {
      slots[0][i] = max(slots[0][i], slots[1][i]);
      slots[2][i] = max(slots[2][i], slots[3][i]);
      if (area == 4) slots[0][i] = max(slots[0][i], slots[2][i]);
    }
  }
  const int first = warp_tile * (kWarpExtent / area) + group;
#pragma unroll
  for (int slot = 0; slot < kSlots; ++slot) {
    const int position = first + 8 * (slot / area);
    if (slot % area == 0 && position < p.positions) finish_and_store(p, parameters, position, column, slots[slot]);
  }
}

template <int kBits, int kWarpsM, int kWarpsN, int kWarpsK>
__global__ void __launch_bounds__(kThreads) conv_mma(const ConvParams p) {
  static_assert(kWarpsM * kWarpsN * kWarpsK * 32 == kThreads);
  using Loader = StageLoader<kWarpsM, kWarpsN, kWarpsK>;
  extern __shared__ uint4 shared_chunks[];
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int warp_k = warp / (kWarpsM * kWarpsN);
  const int warp_n = warp / kWarpsM % kWarpsN;
  const int warp_m = warp % kWarpsM;

  Loader loader;
  loader.init(p);
  WarpSums sums = {};
  const int stages = (p.slices + kWarpsK - 1) / kWarpsK;
  loader.fetch(p, shared_chunks);
  loader.put(shared_chunks);
  for (int stage = 0; stage < stages; ++stage) {
    uint4* current = shared_chunks + stage % 2 * Loader::kBufferChunks;
    uint4* next = shared_chunks + (stage + 1) % 2 * Loader::kBufferChunks;
    if constexpr (kAsyncCopies) wait_for_copies();
    __syncthreads();  // this stage is there for all, and none reads the one before, whose buffer is filled again
    if (stage + 1 < stages) loader.fetch(p, next);
    const uint4* rows = current + (warp_k * Loader::kRows + warp_m * kWarpExtent) * kSliceChunks;
    const uint4* columns = current + (kWarpsK * Loader::kRows + warp_k * Loader::kColumns + warp_n * kWarpExtent) * kSliceChunks;
    multiply_slice<kBits>(sums, rows, columns);
    if (stage + 1 < stages) loader.put(next);
  }
  if constexpr (kWarpsK > 1) {
    // The buffer before that of the last stage, which all have read.
    static_assert((kWarpsK - 1) * kWarpExtent * kWarpExtent * sizeof(int) <= Loader::kBufferChunks * sizeof(uint4));
    if (!add_parts<kWarpsK>(sums, warp_k, reinterpret_cast<int*>(shared_chunks + stages % 2 * Loader::kBufferChunks))) return;
  }
  const int warp_tile = static_cast<int>(blockIdx.x) * kWarpsM + warp_m;
  const int column = (static_cast<int>(blockIdx.y) * kWarpsN + warp_n) * kWarpExtent + static_cast<int>(threadIdx.x) % 4 * kThreadColumns;
  store_sums<kBits>(p, sums, warp_tile, column);
}

}  // namespace nibble::kernels::cuda
