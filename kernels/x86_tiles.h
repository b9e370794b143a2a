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

  /// Outputs from the sums in registers.
  NIBBLE_INLINE void finish(const Finish<typename Op::Sum, kVectors * Op::kLanes>& finish) {
    if constexpr (sizeof(typename Op::Input) == 1) {
      if (finish.limit > 0) {
        auto* output = static_cast<std::uint8_t*>(finish.output);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const int j = v * Op::kLanes;
          const typename Op::Requantizer requantizer(finish.parameters->bias + j, finish.parameters->multiplier + j,
                                                     finish.parameters->shift + j, finish.parameters->ceiling + j, finish.limit);
#pragma GCC unroll 16
          for (int r = 0; r < R; ++r) requantizer.store(Op::total(sums[r][v]), output + r * finish.pitch + j);
        }
        return;
      }
    }
    auto* output = static_cast<typename Op::Sum*>(finish.output);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        const int j = v * Op::kLanes;
        Op::store_sums(Op::total(sums[r][v]), finish.parameters->bias + j, finish.floor, finish.ceiling, output + r * finish.pitch + j);
      }
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
  static constexpr bool kDirect = true;
  template <int R>
  using Accumulators = BroadcastTile<Op, kVectors, R>;

  NIBBLE_INLINE static void requantize(const std::int32_t* bias, const std::int32_t* multiplier, const std::int32_t* shift,
                                       const std::int32_t* ceiling, int limit, const std::int32_t* sums, std::uint8_t* output) {
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; j += Op::kLanes) {
      typename Op::Requantizer(bias + j, multiplier + j, shift + j, ceiling + j, limit).store(Op::load_sums(sums + j), output + j);
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
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float floor, float ceiling, Sum* output) {
    const Vector value = _mm256_max_ps(_mm256_add_ps(sum, _mm256_load_ps(bias)), _mm256_set1_ps(floor));
    _mm256_storeu_ps(output, _mm256_min_ps(value, _mm256_set1_ps(ceiling)));
  }
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
  NIBBLE_INLINE static Vector load_sums(const Sum* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  /// Sums in 32 bits from an accumulator.
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float, float, Sum* output) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(output), _mm256_add_epi32(sum, load_sums(bias)));
  }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool first) {
    if (!first) sum = _mm256_add_epi32(sum, load_sums(raw));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(raw), sum);
  }

  /// Eight outputs from sums. A rounding shift by s is a shift by s - 1, plus 1, shifted by 1; the ceiling keeps 2 * output + 1 within 32
  /// bits.
  struct Requantizer {
    using Vector = Avx2Integer::Vector;
    Vector bias, ceiling, multiplier, multiplier_odd, shift, shift_odd, limit;
    NIBBLE_INLINE Requantizer(const std::int32_t* bias_of, const std::int32_t* multiplier_of, const std::int32_t* shift_of,
                              const std::int32_t* ceiling_of, int limit_of)
        : bias(load_sums(bias_of)),
          ceiling(load_sums(ceiling_of)),
          multiplier(load_sums(multiplier_of)),
          limit(_mm256_set1_epi32(limit_of)) {
      multiplier_odd = _mm256_srli_epi64(multiplier, 32);
      const Vector less = _mm256_sub_epi32(load_sums(shift_of), _mm256_set1_epi32(1));
      shift = _mm256_and_si256(less, _mm256_set1_epi64x(0xff));
      shift_odd = _mm256_srli_epi64(less, 32);
    }
    NIBBLE_INLINE void store(Vector sums, std::uint8_t* output) const {
      const Vector value = _mm256_min_epi32(_mm256_max_epi32(_mm256_add_epi32(sums, bias), _mm256_setzero_si256()), ceiling);
      const Vector even = _mm256_srlv_epi64(_mm256_mul_epu32(value, multiplier), shift);
      const Vector odd = _mm256_srlv_epi64(_mm256_mul_epu32(_mm256_srli_epi64(value, 32), multiplier_odd), shift_odd);
      const Vector both = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
      const Vector result = _mm256_min_epu32(_mm256_srli_epi32(_mm256_add_epi32(both, _mm256_set1_epi32(1)), 1), limit);
      const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(output), _mm_packus_epi16(words, words));
    }
  };
};

}  // namespace
}  // namespace nibble::kernels

#endif
