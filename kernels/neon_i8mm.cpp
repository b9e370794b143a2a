#include "kernels/neon_tiles.h"
#include "kernels/winograd.h"

namespace nibble::kernels {
namespace {

/// 32 products in one instruction, exact at any length: 8 inputs of two positions times 8 inputs of
/// two channels. 4 bits have nothing faster.
template <int R>
struct MatrixTile {
  static constexpr int kPairs = (R + 1) / 2;
  int32x4_t sums[kPairs][4];  // two positions x two channels, four times

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 16
    for (int i = 0; i < 4 * kPairs; ++i) sums[i / 4][i % 4] = vdupq_n_s32(0);
  }

  NIBBLE_INLINE void multiply(Rows<std::uint8_t> rows, const std::int8_t* weights, int steps) {
    for (; steps > 0; --steps) {
      int8x16_t b[4];
#pragma GCC unroll 4
      for (int v = 0; v < 4; ++v) b[v] = vld1q_s8(weights + 16 * v);
#pragma GCC unroll 8
      for (int p = 0; p < kPairs; ++p) {
        const uint8x8_t first = vld1_u8(rows.at(2 * p));
        const uint8x8_t second = 2 * p + 1 < R ? vld1_u8(rows.at(2 * p + 1)) : first;
        multiply_pair(p, vreinterpretq_s8_u8(vcombine_u8(first, second)), b);
      }
      rows.advance(8);
      weights += 64;
    }
  }

  NIBBLE_INLINE void multiply_pair(int p, int8x16_t a, const int8x16_t (&b)[4]) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sums[p][v] = vmmlaq_s32(sums[p][v], a, b[v]);
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool) {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * kPairs; ++i) {
      const int row = i / 4 * 2;
      vst1_s32(raw + 8 * row + i % 4 * 2, vget_low_s32(sums[i / 4][i % 4]));
      if (row + 1 < R) vst1_s32(raw + 8 * (row + 1) + i % 4 * 2, vget_high_s32(sums[i / 4][i % 4]));
    }
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    int8x16_t a = vdupq_n_s8(0);
    int8x16_t b[4] = {a, a, a, a};
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) pin(b[v]);  // the compiler must not know that they are alike
    for (; rounds > 0; --rounds) {
#pragma GCC unroll 8
      for (int p = 0; p < kPairs; ++p) {
        pin(a);
        multiply_pair(p, a, b);
      }
    }
  }
};

struct NeonMatrix : NeonInteger {
  static constexpr int kStep = 8;
  static constexpr int kSpill = 0;
  static constexpr int kRows = 8;
  static constexpr int kColumns = 8;
  static constexpr bool kDirect = false;
  template <int R>
  using Accumulators = MatrixTile<R>;
};

constexpr auto kDescribe = describe_winograd<NeonMatrix, NeonMatrix, 0, 16, 14>;
constinit const ConvKernel kWinograd = kDescribe("neon_i8mm", Precision::int4);
constinit const ConvKernel kWinogradInt3 = kDescribe("neon_i8mm", Precision::int3);
constinit const ConvKernel kWinogradInt2 = kDescribe("neon_i8mm", Precision::int2);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel neon_i8mm_kernels[kPrecisions];
constinit const ConvKernel neon_i8mm_kernels[kPrecisions] = {
    describe_kernel<NeonF32, NeonF32>("neon_i8mm", Precision::f32),
    describe_kernel<NeonMatrix, NeonMatrix, NeonDot>("neon_i8mm", Precision::int8),
    describe_kernel<NeonMatrix, NeonMatrix, NeonDot>("neon_i8mm", Precision::int4, &kWinograd),
    describe_kernel<NeonMatrix, NeonMatrix, NeonDot>("neon_i8mm", Precision::int3, &kWinogradInt3),
    describe_kernel<NeonMatrix, NeonMatrix, NeonDot>("neon_i8mm", Precision::int2, &kWinogradInt2),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel neon_i8mm_elements;
constinit const ElementKernel neon_i8mm_elements = describe_elements<NeonAdd>("neon_i8mm");

}  // namespace nibble::kernels
