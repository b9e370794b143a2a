#include "kernels/neon_tiles.h"
#include "kernels/winograd.h"

namespace nibble::kernels {
namespace {

// Vectors run along the inputs, for activations and weights alike: a lane of a sum holds the
// products of every eighth input, and the lanes are added when the sum is done. So no input is ever
// broadcast, and a 16-bit lane of int4 takes two of 16 inputs only.

/// Stores the sums of one position, whose four channels are a vector each.
NIBBLE_INLINE void store_totals(std::int32_t* raw, const int32x4_t (&sums)[4], bool first) {
  const int32x4_t total = vpaddq_s32(vpaddq_s32(sums[0], sums[1]), vpaddq_s32(sums[2], sums[3]));
  vst1q_s32(raw, first ? total : vaddq_s32(total, vld1q_s32(raw)));
}

/// What the tiles of 16 inputs a step share: R positions x 4 channels, kGroup positions at a time.
/// Derived multiplies a group.
template <typename Derived, typename Lanes, int R, int kGroup>
struct LongTile {
  Lanes sums[R][4];

  NIBBLE_INLINE void multiply(Rows<std::uint8_t> rows, const std::int8_t* weights, int steps) {
    for (; steps > 0; --steps) {
      int8x16_t b[4];
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c) b[c] = vld1q_s8(weights + 16 * c);
      int8x16_t a[R];
      if constexpr (kGroup < 3) load_inputs(rows, 0, R, a);
#pragma GCC unroll 8
      for (int r = 0; r < R; r += kGroup) {
        if constexpr (kGroup >= 3)
          load_inputs(rows, r, r + kGroup < R ? r + kGroup : R,
                      a);  // more would not fit the registers
        static_cast<Derived*>(this)->multiply_group(r, a, b);
      }
      rows.advance(16);
      weights += 64;
    }
  }

  NIBBLE_INLINE static void load_inputs(const Rows<std::uint8_t>& rows, int first, int last,
                                        int8x16_t (&a)[R]) {
#pragma GCC unroll 8
    for (int r = first; r < last; ++r) {
      a[r] = vreinterpretq_s8_u8(vld1q_u8(rows.at(r)));
      if constexpr (kGroup >= 3) pin(a[r]);
    }
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    int8x16_t a[R];
    int8x16_t b[4];
    int8x16_t any = vdupq_n_s8(0);
#pragma GCC unroll 4
    for (int c = 0; c < 4; ++c) b[c] = any;
    for (; rounds > 0; --rounds) {
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c)
        pin(b[c]);  // the compiler must not know that they are alike, or keep their halves
#pragma GCC unroll 8
      for (int r = 0; r < R; r += kGroup) {
        pin(any);
#pragma GCC unroll 8
        for (int i = r; i < (r + kGroup < R ? r + kGroup : R); ++i) a[i] = any;
        static_cast<Derived*>(this)->multiply_group(r, a, b);
      }
    }
  }
};

/// 16 products in three instructions: two products fit 16 bits (2 * 127 * 127 = 32258), the third
/// instruction adds neighbours in 32 bits. Two positions at a time: eight products are under way
/// while one is waited for.
template <int R>
struct Int8Tile : LongTile<Int8Tile<R>, int32x4_t, R, 2> {
  NIBBLE_INLINE void clear() {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * R; ++i) this->sums[i / 4][i % 4] = vdupq_n_s32(0);
  }

  NIBBLE_INLINE void multiply_group(int first, const int8x16_t (&a)[R], const int8x16_t (&b)[4]) {
    const int count = first + 1 < R ? 8 : 4;
    int16x8_t products[8];
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) {
      products[i] = vmull_s8(vget_low_s8(a[first + i / 4]), vget_low_s8(b[i % 4]));
      pin(products[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) {
      products[i] = vmlal_high_s8(products[i], a[first + i / 4], b[i % 4]);
      pin(products[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) {
      this->sums[first + i / 4][i % 4] = vpadalq_s16(this->sums[first + i / 4][i % 4], products[i]);
      pin(this->sums[first + i / 4][i % 4]);
    }
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool first) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) store_totals(raw + 4 * r, this->sums[r], first);
  }
};

/// 8 products in one instruction. A step adds two products of at most 15 * 7 to a 16-bit lane, so
/// 156 steps (2496 inputs) give at most 32760.
template <int R>
struct Int4Tile : LongTile<Int4Tile<R>, int16x8_t, R, 3> {
  NIBBLE_INLINE void clear() {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * R; ++i) this->sums[i / 4][i % 4] = vdupq_n_s16(0);
  }

  NIBBLE_INLINE void multiply_group(int first, const int8x16_t (&a)[R], const int8x16_t (&b)[4]) {
    const int count = 4 * (first + 3 <= R ? 3 : R - first);
#pragma GCC unroll 12
    for (int i = 0; i < count; ++i) {
      int16x8_t& sum = this->sums[first + i / 4][i % 4];
      sum = vmlal_s8(sum, vget_low_s8(a[first + i / 4]), vget_low_s8(b[i % 4]));
      pin(sum);
    }
#pragma GCC unroll 12
    for (int i = 0; i < count; ++i) {
      int16x8_t& sum = this->sums[first + i / 4][i % 4];
      sum = vmlal_high_s8(sum, a[first + i / 4], b[i % 4]);
      pin(sum);
    }
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool first) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const int32x4_t wide[4] = {vpaddlq_s16(this->sums[r][0]), vpaddlq_s16(this->sums[r][1]),
                                 vpaddlq_s16(this->sums[r][2]), vpaddlq_s16(this->sums[r][3])};
      store_totals(raw + 4 * r, wide, first);
    }
  }
};

/// 16 products in one instruction, summed in bytes. A step adds one product of at most 3 * 1 to a
/// lane, so 42 steps (672 inputs) give at most 126.
template <int R>
struct Int2Tile : LongTile<Int2Tile<R>, int8x16_t, R, 3> {
  NIBBLE_INLINE void clear() {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * R; ++i) this->sums[i / 4][i % 4] = vdupq_n_s8(0);
  }

  NIBBLE_INLINE void multiply_group(int first, const int8x16_t (&a)[R], const int8x16_t (&b)[4]) {
    const int count = 4 * (first + 3 <= R ? 3 : R - first);
#pragma GCC unroll 12
    for (int i = 0; i < count; ++i) {
      int8x16_t& sum = this->sums[first + i / 4][i % 4];
      sum = vmlaq_s8(sum, a[first + i / 4], b[i % 4]);
      pin(sum);
    }
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool first) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      int32x4_t wide[4];
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c) wide[c] = vpaddlq_s16(vpaddlq_s8(this->sums[r][c]));
      store_totals(raw + 4 * r, wide, first);
    }
  }
};

/// The same for products of at most 7 * 3, of which a byte holds six: they are added in pairs to
/// 16-bit sums then. Three positions at a time, whose sums of both kinds fit the registers. The
/// 16-bit sums take 42 a step, so 780 steps give at most 32760.
template <int R>
struct Int3Tile {
  static constexpr int kTogether = 6;
  int16x8_t sums[R][4];

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * R; ++i) sums[i / 4][i % 4] = vdupq_n_s16(0);
  }

  /// kSteps steps of kCount positions.
  template <int kSteps, int kCount, typename Load>
  NIBBLE_INLINE static void multiply_some(int16x8_t (&words)[kCount][4], const Load& load) {
    int8x16_t bytes[kCount][4];
#pragma GCC unroll 6
    for (int s = 0; s < kSteps; ++s) {
      int8x16_t b[4];
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c) b[c] = load.weights(s, c);
#pragma GCC unroll 3
      for (int r = 0; r < kCount; ++r) {
        const int8x16_t a = load.inputs(s, r);
#pragma GCC unroll 4
        for (int c = 0; c < 4; ++c) {
          bytes[r][c] = s == 0 ? vmulq_s8(a, b[c]) : vmlaq_s8(bytes[r][c], a, b[c]);
          pin(bytes[r][c]);
        }
      }
    }
#pragma GCC unroll 3
    for (int r = 0; r < kCount; ++r) {
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c) {
        words[r][c] = vpadalq_s8(words[r][c], bytes[r][c]);
        pin(words[r][c]);
      }
    }
  }

  struct Memory {
    Rows<std::uint8_t> rows;
    const std::int8_t* first;
    NIBBLE_INLINE int8x16_t weights(int s, int c) const {
      return vld1q_s8(first + 64 * s + 16 * c);
    }
    NIBBLE_INLINE int8x16_t inputs(int s, int r) const {
      return vreinterpretq_s8_u8(vld1q_u8(rows.at(r) + 16 * s));
    }
    NIBBLE_INLINE void advance(int steps) {
      rows.advance(16 * steps);
      first += 64 * steps;
    }
  };

  struct Registers {
    int8x16_t any;
    NIBBLE_INLINE int8x16_t weights(int, int) const { return pinned(); }
    NIBBLE_INLINE int8x16_t inputs(int, int) const { return pinned(); }
    NIBBLE_INLINE int8x16_t pinned() const {
      int8x16_t value = any;
      pin(value);  // the compiler must not know that they are alike
      return value;
    }
  };

  /// All steps of the positions from kFirst on, three of them at most.
  template <int kFirst>
  NIBBLE_INLINE void multiply_positions(Rows<std::uint8_t> rows, const std::int8_t* weights,
                                        int steps) {
    constexpr int kCount = R - kFirst < 3 ? R - kFirst : 3;
    rows.first += kFirst * rows.stride;
    Memory memory{rows, weights};
    int16x8_t words[kCount][4];
#pragma GCC unroll 12
    for (int i = 0; i < 4 * kCount; ++i) words[i / 4][i % 4] = sums[kFirst + i / 4][i % 4];
#pragma GCC unroll 1
    for (; steps >= kTogether; steps -= kTogether, memory.advance(kTogether))
      multiply_some<kTogether>(words, memory);
    if (steps >= kTogether / 2) {
      multiply_some<kTogether / 2>(words, memory);
      memory.advance(kTogether / 2);
      steps -= kTogether / 2;
    }
#pragma GCC unroll 1
    for (; steps > 0; --steps, memory.advance(1)) multiply_some<1>(words, memory);
#pragma GCC unroll 12
    for (int i = 0; i < 4 * kCount; ++i) sums[kFirst + i / 4][i % 4] = words[i / 4][i % 4];
  }

  NIBBLE_INLINE void multiply(const Rows<std::uint8_t>& rows, const std::int8_t* weights,
                              int steps) {
    multiply_positions<0>(rows, weights, steps);
    if constexpr (R > 3) multiply_positions<3>(rows, weights, steps);
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    // A round is one step of all positions: a turn does six of three.
    int16x8_t words[3][4];
#pragma GCC unroll 12
    for (int i = 0; i < 12; ++i) words[i / 4][i % 4] = vdupq_n_s16(0);
    for (rounds = rounds * R / 3; rounds > 0; rounds -= kTogether)
      multiply_some<kTogether>(words, Registers{vdupq_n_s8(0)});
#pragma GCC unroll 12
    for (int i = 0; i < 12; ++i) sums[i / 4][i % 4] = words[i / 4][i % 4];
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool first) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const int32x4_t wide[4] = {vpaddlq_s16(sums[r][0]), vpaddlq_s16(sums[r][1]),
                                 vpaddlq_s16(sums[r][2]), vpaddlq_s16(sums[r][3])};
      store_totals(raw + 4 * r, wide, first);
    }
  }
};

/// For windows of few inputs, such as the first layer's: 4 inputs a step, broadcast. 16 products in
/// four instructions.
template <int R>
struct FewTile {
  int32x4_t sums[R][2][2];  // position, vector of 4 channels, half of it; neighbouring lanes belong
                            // together

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 32
    for (int i = 0; i < 4 * R; ++i) sums[i / 4][i / 2 % 2][i % 2] = vdupq_n_s32(0);
  }

  NIBBLE_INLINE void multiply(Rows<std::uint8_t> rows, const std::int8_t* weights, int steps) {
    for (; steps > 0; --steps) {
      const int8x16_t b[2] = {vld1q_s8(weights), vld1q_s8(weights + 16)};
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) {
        std::int32_t four;
        std::memcpy(&four, rows.at(r), sizeof(four));
        multiply_row(r, vreinterpretq_s8_s32(vdupq_n_s32(four)), b);
      }
      rows.advance(4);
      weights += 32;
    }
  }

  NIBBLE_INLINE void multiply_row(int r, int8x16_t a, const int8x16_t (&b)[2]) {
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) {
      sums[r][v][0] = vpadalq_s16(sums[r][v][0], vmull_s8(vget_low_s8(a), vget_low_s8(b[v])));
      pin(sums[r][v][0]);
      sums[r][v][1] = vpadalq_s16(sums[r][v][1], vmull_high_s8(a, b[v]));
      pin(sums[r][v][1]);
    }
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool) {
#pragma GCC unroll 16
    for (int i = 0; i < 2 * R; ++i)
      vst1q_s32(raw + 4 * i, vpaddq_s32(sums[i / 2][i % 2][0], sums[i / 2][i % 2][1]));
  }
};

template <template <int> typename TileOf, int kTileRows, int kTileColumns, int kTileStep,
          int kSpillSteps>
struct Tile : NeonInteger {
  static constexpr int kStep = kTileStep;
  static constexpr int kSpill = kSpillSteps;
  static constexpr int kRows = kTileRows;
  static constexpr int kColumns = kTileColumns;
  static constexpr bool kDirect = false;
  template <int R>
  using Accumulators = TileOf<R>;
};

using NeonInt8 = Tile<Int8Tile, 4, 4, 16, 0>;
using NeonInt4 = Tile<Int4Tile, 6, 4, 16, 32767 / (2 * kInt4ActivationMax * kInt4WeightMax)>;
struct NeonInt3 : Tile<Int3Tile, 6, 4, 16, 32767 / (2 * kInt3ActivationMax * kInt3WeightMax)> {
  static constexpr int kByteSpill = 127 / (kInt3ActivationMax * kInt3WeightMax);
};
using NeonInt2 = Tile<Int2Tile, 6, 4, 16, 127 / (kInt2ActivationMax * kInt2WeightMax)>;
using NeonFew = Tile<FewTile, 4, 8, 4, 0>;

constinit const ConvKernel kWinograd = describe_winograd<NeonInt8, NeonInt8, 0, 16, 14>("neon");

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel neon_kernels[kPrecisions];
constinit const ConvKernel neon_kernels[kPrecisions] = {
    describe_kernel<NeonF32, NeonF32>("neon", Precision::f32),
    describe_kernel<NeonInt8, NeonInt8, NeonFew>("neon", Precision::int8),
    describe_kernel<NeonInt4, NeonInt4, NeonFew>("neon", Precision::int4, &kWinograd),
    describe_kernel<NeonInt3, NeonInt3, NeonFew>("neon", Precision::int3),
    describe_kernel<NeonInt2, NeonInt2, NeonFew>("neon", Precision::int2),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel neon_elements;
constinit const ElementKernel neon_elements = describe_elements<NeonAdd>("neon");

}  // namespace nibble::kernels
