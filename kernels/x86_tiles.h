#pragma once

#if defined(__AVX2__)  // for the files built with it

#include <immintrin.h>

#include "kernels/driver.h"

// What the x86 instruction sets share: a tile whose rows are broadcast inputs, and the 256-bit operations. Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

/// R positions x kVectors vectors of channels: each input (or group of Op::kStep) is broadcast and multiplied with the vectors of weights.
template <typename Op, int kVectors, int R>
struct BroadcastTile {
  using Vector = typename Op::Vector;
  Vector sums[R][kVectors];

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] = Op::zero();
    }
  }

  NIBBLE_INLINE void step(const Rows<typename Op::Input>& rows, const typename Op::Weight* weights) {
    Vector b[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) b[v] = Op::load(weights + v * Op::kLanes * Op::kStep);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const Vector a = Op::broadcast(rows.at(r));
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) Op::multiply_add(sums[r][v], a, b[v]);
    }
  }

  NIBBLE_INLINE void multiply(Rows<typename Op::Input> rows, const typename Op::Weight* weights, int steps) {
    for (; steps > 0; --steps) {
      step(rows, weights);
      rows.advance(Op::kStep);
      weights += kVectors * Op::kLanes * Op::kStep;
    }
  }

  NIBBLE_INLINE void spill(typename Op::Sum* raw, bool first) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) Op::spill(raw + (r * kVectors + v) * Op::kLanes, sums[r][v], first);
    }
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    Vector a = Op::zero();
    Vector b[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      b[v] = Op::zero();
      __asm__ volatile("" : "+v"(b[v]));  // the compiler must not know that they are alike
    }
    for (; rounds > 0; --rounds) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        __asm__ volatile("" : "+v"(a));  // a new value to the compiler, so that every product is computed
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) Op::multiply_add(sums[r][v], a, b[v]);
      }
    }
  }
};

/// A tile of at most kTileRows positions x kVectors vectors, as the driver wants it.
template <typename Op, int kTileRows, int kVectors>
struct Tile : Op {
  static constexpr int kRows = kTileRows;
  static constexpr int kColumns = kVectors * Op::kLanes;
  template <int R>
  using Accumulators = BroadcastTile<Op, kVectors, R>;

  NIBBLE_INLINE static void requantize(const std::int32_t* bias, const std::int32_t* multiplier, const std::int32_t* shift,
                                       const std::int32_t* ceiling, int limit, const std::int32_t* sums, std::uint8_t* output) {
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; j += Op::kLanes) {
      Op::requantize(bias + j, multiplier + j, shift + j, ceiling + j, limit, sums + j, output + j);
    }
  }
};

struct Avx2F32 {
  using Input = float;
  using Weight = float;
  using Sum = float;
  using Vector = __m256;
  static constexpr int kLanes = 8;
  static constexpr int kStep = 1;
  static constexpr int kSpill = 0;
  NIBBLE_INLINE static Vector zero() { return _mm256_setzero_ps(); }
  NIBBLE_INLINE static Vector broadcast(const Input* p) { return _mm256_broadcast_ss(p); }
  NIBBLE_INLINE static Vector load(const Weight* p) { return _mm256_load_ps(p); }
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) { sum = _mm256_fmadd_ps(a, b, sum); }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm256_storeu_ps(raw, sum); }
};

struct Avx2Integer {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
  using Vector = __m256i;
  static constexpr int kLanes = 8;
  static constexpr int kStep = 4;
  static constexpr int kSpill = 0;
  NIBBLE_INLINE static Vector zero() { return _mm256_setzero_si256(); }
  NIBBLE_INLINE static Vector broadcast(const Input* p) {
    int four;
    std::memcpy(&four, p, sizeof(four));
    return _mm256_set1_epi32(four);
  }
  NIBBLE_INLINE static Vector load(const Weight* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); }
  NIBBLE_INLINE static Vector load_words(const std::int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool first) {
    if (!first) sum = _mm256_add_epi32(sum, load_words(raw));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(raw), sum);
  }

  // Eight outputs. A rounding shift by s is a shift by s - 1, plus 1, shifted by 1; the ceiling keeps 2 * output + 1 within 32 bits.
  NIBBLE_INLINE static void requantize(const std::int32_t* bias, const std::int32_t* multiplier, const std::int32_t* shift,
                                       const std::int32_t* ceiling, int limit, const std::int32_t* sums, std::uint8_t* output) {
    const __m256i one = _mm256_set1_epi32(1);
    __m256i value = _mm256_add_epi32(load_words(sums), load_words(bias));
    value = _mm256_min_epi32(_mm256_max_epi32(value, _mm256_setzero_si256()), load_words(ceiling));
    const __m256i by = load_words(multiplier);
    const __m256i less = _mm256_sub_epi32(load_words(shift), one);
    const __m256i low = _mm256_and_si256(less, _mm256_set1_epi64x(0xff));
    const __m256i even = _mm256_srlv_epi64(_mm256_mul_epu32(value, by), low);
    const __m256i odd =
        _mm256_srlv_epi64(_mm256_mul_epu32(_mm256_srli_epi64(value, 32), _mm256_srli_epi64(by, 32)), _mm256_srli_epi64(less, 32));
    __m256i result = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
    result = _mm256_min_epu32(_mm256_srli_epi32(_mm256_add_epi32(result, one), 1), _mm256_set1_epi32(limit));
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(output), _mm_packus_epi16(words, words));
  }
};

}  // namespace
}  // namespace nibble::kernels

#endif
