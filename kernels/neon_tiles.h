#pragma once

#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels/elements.h"

// What the ARM instruction sets share. Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

/// Keeps the computation of a value where it is written. The plain cores issue in order, so the
/// order of the source decides how long they wait; the compiler's own order also kept sums on the
/// stack.
template <typename V>
NIBBLE_INLINE void pin(V& value) {
  __asm__ volatile("" : "+w"(value));
}

/// Four outputs, which lie at any address. Of a lane it is the one instruction of vst1q_lane_u32,
/// which promises the compiler an aligned address.
NIBBLE_INLINE void store_bytes(std::uint8_t* output, std::uint32_t bytes) {
  std::memcpy(output, &bytes, sizeof bytes);
}

/// Outputs of four channels from their sums: see ConvWeights. The rounding shift does what the
/// specification says.
struct NeonAnyRequantizer {
  int32x4_t bias, ceiling, multiplier, limit;
  int64x2_t right_low, right_high;

  template <typename Block>
  NIBBLE_INLINE NeonAnyRequantizer(const Block& parameters, int j, int limit_of)
      : bias(vld1q_s32(parameters.bias + j)),
        ceiling(vld1q_s32(parameters.ceiling + j)),
        multiplier(vld1q_s32(parameters.multiplier + j)),
        limit(vdupq_n_s32(limit_of)) {
    const int32x4_t right = vnegq_s32(vld1q_s32(parameters.shift + j));
    right_low = vmovl_s32(vget_low_s32(right));
    right_high = vmovl_high_s32(right);
  }

  NIBBLE_INLINE void store(int32x4_t sums, std::uint8_t* output) const {
    const int32x4_t value = vminq_s32(vmaxq_s32(vaddq_s32(sums, bias), vdupq_n_s32(0)), ceiling);
    const int64x2_t low =
        vrshlq_s64(vmull_s32(vget_low_s32(value), vget_low_s32(multiplier)), right_low);
    const int64x2_t high = vrshlq_s64(vmull_high_s32(value, multiplier), right_high);
    const int32x4_t result = vminq_s32(vcombine_s32(vmovn_s64(low), vmovn_s64(high)), limit);
    const int16x4_t words = vmovn_s32(result);
    const uint8x8_t bytes = vmovn_u16(vreinterpretq_u16_s16(vcombine_s16(words, words)));
    store_bytes(output, vget_lane_u32(vreinterpret_u32_u8(bytes), 0));
  }
};

/// The same for shifts of 32 and more: of the product the bits from 31 on are enough, since the
/// rounding adds nothing to those below. What is negative stays so and is cut to 0.
struct NeonFarRequantizer {
  static constexpr int kMinShift = 32;
  int32x4_t bias, multiplier, right;
  uint8x16_t limit;

  template <typename Block>
  NIBBLE_INLINE NeonFarRequantizer(const Block& parameters, int j, int limit_of)
      : bias(vld1q_s32(parameters.bias + j)),
        multiplier(vld1q_s32(parameters.multiplier + j)),
        right(vsubq_s32(vdupq_n_s32(31), vld1q_s32(parameters.shift + j))),
        limit(vdupq_n_u8(static_cast<std::uint8_t>(limit_of))) {}

  NIBBLE_INLINE int16x4_t requantize(int32x4_t sums) const {
    return vqmovn_s32(vrshlq_s32(vqdmulhq_s32(vaddq_s32(sums, bias), multiplier), right));
  }

  NIBBLE_INLINE void store(int32x4_t sums, std::uint8_t* output) const {
    const int16x4_t words = requantize(sums);
    const uint8x8_t bytes = vmin_u8(vqmovun_s16(vcombine_s16(words, words)), vget_low_u8(limit));
    store_bytes(output, vget_lane_u32(vreinterpret_u32_u8(bytes), 0));
  }

  /// Four outputs that lie `pitch` apart.
  NIBBLE_INLINE void store_four(const int32x4_t (&sums)[4], std::uint8_t* output,
                                std::ptrdiff_t pitch) const {
    const int16x8_t low = vcombine_s16(requantize(sums[0]), requantize(sums[1]));
    const int16x8_t high = vcombine_s16(requantize(sums[2]), requantize(sums[3]));
    const uint32x4_t bytes =
        vreinterpretq_u32_u8(vminq_u8(vcombine_u8(vqmovun_s16(low), vqmovun_s16(high)), limit));
    store_bytes(output, vgetq_lane_u32(bytes, 0));
    store_bytes(output + pitch, vgetq_lane_u32(bytes, 1));
    store_bytes(output + 2 * pitch, vgetq_lane_u32(bytes, 2));
    store_bytes(output + 3 * pitch, vgetq_lane_u32(bytes, 3));
  }
};

/// What every integer tile is.
struct NeonInteger {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
  using Vector = int32x4_t;
  using Requantizer = NeonAnyRequantizer;
  using FastRequantizer = NeonFarRequantizer;
  static constexpr int kLanes = 4;
  NIBBLE_INLINE static Vector load_sums(const Sum* p) { return vld1q_s32(p); }
};

/// R positions x two vectors of channels. Four steps of inputs are loaded at once; Op multiplies
/// with one of the four lanes.
template <typename Op, int R>
struct LaneTile {
  using Input = typename Op::Input;
  using Weight = typename Op::Weight;
  using Operand = typename Op::Operand;
  static constexpr int kVector =
      4 * Op::kStep;  // inputs of a vector; a step's weights are two vectors
  typename Op::Accumulator sums[R][2];

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) sums[r][0] = sums[r][1] = Op::zero();
  }

  /// One step on the inputs in lane kLane.
  template <int kLane>
  NIBBLE_INLINE void step(const Operand (&a)[R], const Weight* weights) {
    const Operand b0 = Op::load(weights);
    const Operand b1 = Op::load(weights + kVector);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      sums[r][0] = Op::template multiply_add<kLane>(sums[r][0], b0, a[r]);
      sums[r][1] = Op::template multiply_add<kLane>(sums[r][1], b1, a[r]);
    }
  }

  NIBBLE_INLINE void multiply(Rows<Input> rows, const Weight* weights, int steps) {
    Operand a[R];
    for (; steps >= 4; steps -= 4) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) a[r] = Op::load(rows.at(r));
      step<0>(a, weights);
      step<1>(a, weights + 2 * kVector);
      step<2>(a, weights + 4 * kVector);
      step<3>(a, weights + 6 * kVector);
      rows.advance(kVector);
      weights += 8 * kVector;
    }
#pragma GCC unroll 1
    for (; steps > 0; --steps) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) a[r] = Op::broadcast(rows.at(r));
      step<0>(a, weights);
      rows.advance(Op::kStep);
      weights += 2 * kVector;
    }
  }

  NIBBLE_INLINE void spill(typename Op::Sum* raw, bool) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      Op::store(raw + 8 * r, sums[r][0]);
      Op::store(raw + 8 * r + 4, sums[r][1]);
    }
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    Operand a = Op::load_zero();
    Operand b[2] = {a, a};
    pin(b[0]);  // the compiler must not know that they are alike
    pin(b[1]);
    for (; rounds > 0; --rounds) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        sums[r][0] = Op::template multiply_add<0>(sums[r][0], b[0], a);
        sums[r][1] = Op::template multiply_add<0>(sums[r][1], b[1], a);
        pin(a);
      }
    }
  }
};

struct NeonF32 {
  using Input = float;
  using Weight = float;
  using Sum = float;
  using Operand = float32x4_t;
  using Accumulator = float32x4_t;
  static constexpr int kStep = 1;
  static constexpr int kSpill = 0;
  static constexpr int kRows = 8;
  static constexpr int kColumns = 8;
  static constexpr bool kDirect = false;
  template <int R>
  using Accumulators = LaneTile<NeonF32, R>;
  NIBBLE_INLINE static Accumulator zero() { return vdupq_n_f32(0); }
  NIBBLE_INLINE static Operand load_zero() { return vdupq_n_f32(0); }
  NIBBLE_INLINE static Operand load(const float* p) { return vld1q_f32(p); }
  NIBBLE_INLINE static Operand broadcast(const float* p) { return vld1q_dup_f32(p); }
  NIBBLE_INLINE static void store(Sum* p, Accumulator sum) { vst1q_f32(p, sum); }
  template <int kLane>
  NIBBLE_INLINE static Accumulator multiply_add(Accumulator sum, Operand b, Operand a) {
    return vfmaq_laneq_f32(sum, b, a, kLane);
  }
};

#if defined(__ARM_FEATURE_DOTPROD)

/// 16 products in one instruction, exact at any length: activations of 7 bits are signed bytes too.
/// 4 bits have nothing faster.
struct NeonDot : NeonInteger {
  using Operand = int8x16_t;
  using Accumulator = int32x4_t;
  static constexpr int kStep = 4;
  static constexpr int kSpill = 0;
  static constexpr int kRows = 8;
  static constexpr int kColumns = 8;
  static constexpr bool kDirect = false;
  template <int R>
  using Accumulators = LaneTile<NeonDot, R>;
  NIBBLE_INLINE static Accumulator zero() { return vdupq_n_s32(0); }
  NIBBLE_INLINE static Operand load_zero() { return vdupq_n_s8(0); }
  NIBBLE_INLINE static Operand load(const std::int8_t* p) { return vld1q_s8(p); }
  NIBBLE_INLINE static Operand load(const std::uint8_t* p) {
    return vreinterpretq_s8_u8(vld1q_u8(p));
  }
  NIBBLE_INLINE static Operand broadcast(const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, sizeof(four));
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  NIBBLE_INLINE static void store(Sum* p, Accumulator sum) { vst1q_s32(p, sum); }
  template <int kLane>
  NIBBLE_INLINE static Accumulator multiply_add(Accumulator sum, Operand b, Operand a) {
    return vdotq_laneq_s32(sum, b, a, kLane);
  }
};

#endif

/// 16 sums of bytes, in 32 bits between; the rounding shift does what the specification says.
struct NeonAdd {
  static constexpr int kValues = 16;
  std::uint16_t multiplier_a, multiplier_b;
  int32x4_t right;
  uint8x16_t limit;

  NIBBLE_INLINE explicit NeonAdd(const AddArgs& args)
      : multiplier_a(static_cast<std::uint16_t>(args.multiplier_a)),
        multiplier_b(static_cast<std::uint16_t>(args.multiplier_b)),
        right(vdupq_n_s32(-args.shift)),
        limit(vdupq_n_u8(static_cast<std::uint8_t>(args.limit))) {}

  NIBBLE_INLINE uint16x4_t scale(uint16x4_t a, uint16x4_t b) const {
    const uint32x4_t sums = vmlal_n_u16(vmull_n_u16(a, multiplier_a), b, multiplier_b);
    return vqmovn_u32(vrshlq_u32(sums, right));
  }
  NIBBLE_INLINE uint8x8_t half(uint8x8_t a, uint8x8_t b) const {
    const uint16x8_t x = vmovl_u8(a);
    const uint16x8_t y = vmovl_u8(b);
    return vqmovn_u16(vcombine_u16(scale(vget_low_u16(x), vget_low_u16(y)),
                                   scale(vget_high_u16(x), vget_high_u16(y))));
  }

  NIBBLE_INLINE void add(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out) const {
    const uint8x16_t x = vld1q_u8(a);
    const uint8x16_t y = vld1q_u8(b);
    const uint8x16_t sums =
        vcombine_u8(half(vget_low_u8(x), vget_low_u8(y)), half(vget_high_u8(x), vget_high_u8(y)));
    vst1q_u8(out, vminq_u8(sums, limit));
  }
};

}  // namespace
}  // namespace nibble::kernels

#endif
