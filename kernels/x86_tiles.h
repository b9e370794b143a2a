#pragma once

#if defined(__AVX2__)  // for the files built with it

#include <immintrin.h>

#include "kernels/elements.h"

// What the x86 instruction sets share: a tile whose rows are broadcast inputs, and the 256-bit
// operations. Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

/// Outputs of a vector of channels from their sums. A rounding shift by s is a shift by s - 1, plus
/// 1, shifted by 1; the ceiling keeps 2 * output + 1 within 32 bits.
template <typename Op>
struct AnyRequantizer {
  using Vector = typename Op::Vector;
  using Signed = typename Op::Signed;
  using Wide = typename Op::Wide;
  Signed bias, ceiling, limit;
  Wide multiplier, shift;

  template <typename Block>
  NIBBLE_INLINE AnyRequantizer(const Block& parameters, int j, int limit_of)
      : bias((Signed)Op::load_sums(parameters.bias + j)),
        ceiling((Signed)Op::load_sums(parameters.ceiling + j)),
        limit(limit_of - Signed{}),
        multiplier((Wide)Op::load_sums(parameters.multiplier + j)),
        shift((Wide)((Signed)Op::load_sums(parameters.shift + j) - 1)) {}

  NIBBLE_INLINE void store(Vector sums, std::uint8_t* output) const {
    Signed value = (Signed)sums + bias;
    value = value > 0 ? value : Signed{};
    value = value < ceiling ? value : ceiling;
    const Wide even = Op::multiply_even((Wide)value, multiplier) >> (shift & 0xffffffff);
    const Wide odd = Op::multiply_even((Wide)value >> 32, multiplier >> 32) >> (shift >> 32);
    const auto doubled = (typename Lanes<Op::kLanes>::Bits)(even | (odd << 32));
    const auto result = (Signed)((doubled + 1) >> 1);
    Op::store_bytes(result < limit ? result : limit, output);
  }
};

/// The same for shifts of 33 and more: of the product its upper half is enough, since the rounding
/// adds nothing to the lower one. What is negative stays so and is cut to 0.
template <typename Op>
struct FarRequantizer {
  static constexpr int kMinShift = 33;
  using Vector = typename Op::Vector;
  using Signed = typename Op::Signed;
  using Wide = typename Op::Wide;
  Signed bias, rounding, shift;
  Wide multiplier, multiplier_odd;
  int limit;

  template <typename Block>
  NIBBLE_INLINE FarRequantizer(const Block& parameters, int j, int limit_of)
      : bias((Signed)Op::load_sums(parameters.bias + j)),
        shift((Signed)Op::load_sums(parameters.shift + j) - 32),
        multiplier((Wide)Op::load_sums(parameters.multiplier + j)),
        multiplier_odd(multiplier >> 32),
        limit(limit_of) {
    rounding = 1 << (shift - 1);
  }

  NIBBLE_INLINE Signed requantize(Vector sums) const {
    const Signed value = (Signed)sums + bias;
    const Wide even = Op::multiply_even_signed((Wide)value, multiplier);
    const Wide odd = Op::multiply_even_signed((Wide)value >> 32, multiplier_odd);
    return (Op::upper_halves(even, odd) + rounding) >> shift;
  }

  NIBBLE_INLINE void store(Vector sums, std::uint8_t* output) const {
    Signed value = requantize(sums);
    value = value > 0 ? value : Signed{};
    const Signed most = limit - Signed{};
    Op::store_bytes(value < most ? value : most, output);
  }

  /// Four outputs that lie `pitch` apart.
  NIBBLE_INLINE void store_four(const Vector (&sums)[4], std::uint8_t* output,
                                std::ptrdiff_t pitch) const {
    const Signed values[4] = {requantize(sums[0]), requantize(sums[1]), requantize(sums[2]),
                              requantize(sums[3])};
    Op::cut_and_store(values, limit, output, pitch);
  }
};

/// R positions x kVectors vectors of channels: each input (or group of Op::kStep) is broadcast and
/// multiplied with the vectors of weights.
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

  NIBBLE_INLINE void step(const Rows<typename Op::Input>& rows,
                          const typename Op::Weight* weights) {
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

  NIBBLE_INLINE void multiply(Rows<typename Op::Input> rows, const typename Op::Weight* weights,
                              int steps) {
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
      for (int v = 0; v < kVectors; ++v)
        Op::spill(raw + (r * kVectors + v) * Op::kLanes, sums[r][v], first);
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
          const FarRequantizer<Op> requantizer(*finish.parameters, j, finish.limit);
#pragma GCC unroll 4
          for (int r = 0; r + 4 <= R; r += 4) {
            const Vector four[] = {Op::total(sums[r][v]), Op::total(sums[r + 1][v]),
                                   Op::total(sums[r + 2][v]), Op::total(sums[r + 3][v])};
            requantizer.store_four(four, output + r * finish.pitch + j, finish.pitch);
          }
#pragma GCC unroll 3
          for (int r = R / 4 * 4; r < R; ++r)
            requantizer.store(Op::total(sums[r][v]), output + r * finish.pitch + j);
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
        Op::store_sums(Op::total(sums[r][v]), finish.parameters->bias + j, finish.floor,
                       finish.ceiling, output + r * finish.pitch + j);
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
        __asm__ volatile(
            ""
            : "+v"(a));  // a new value to the compiler, so that every product is computed
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) Op::multiply_add(sums[r][v], a, b[v]);
      }
    }
  }
};

/// A tile of at most kTileRows positions x kVectors vectors, as the driver wants it.
template <typename Op, int kTileRows, int kVectors>
struct Tile : Op {
  using Requantizer = AnyRequantizer<Op>;
  using FastRequantizer = FarRequantizer<Op>;
  static constexpr int kRows = kTileRows;
  static constexpr int kColumns = kVectors * Op::kLanes;
  static constexpr bool kDirect = true;
  template <int R>
  using Accumulators = BroadcastTile<Op, kVectors, R>;
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
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
    sum = _mm256_fmadd_ps(a, b, sum);
  }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm256_storeu_ps(raw, sum); }
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float floor, float ceiling,
                                       Sum* output) {
    const Vector value =
        _mm256_max_ps(_mm256_add_ps(sum, _mm256_load_ps(bias)), _mm256_set1_ps(floor));
    _mm256_storeu_ps(output, _mm256_min_ps(value, _mm256_set1_ps(ceiling)));
  }
};

struct Avx2Integer {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
  using Vector = __m256i;
  using Signed = Lanes<8>::Signed;
  using Wide = Lanes<8>::Wide;
  static constexpr int kLanes = 8;
  static constexpr int kStep = 4;
  static constexpr int kSpill = 0;
  NIBBLE_INLINE static Vector zero() { return _mm256_setzero_si256(); }
  NIBBLE_INLINE static Vector broadcast(const Input* p) {
    int four;
    std::memcpy(&four, p, sizeof(four));
    return _mm256_set1_epi32(four);
  }
  NIBBLE_INLINE static Vector load(const Weight* p) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
  }
  NIBBLE_INLINE static Vector load_sums(const Sum* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  /// Sums in 32 bits from an accumulator.
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float, float, Sum* output) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(output), _mm256_add_epi32(sum, load_sums(bias)));
  }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool first) {
    if (!first) sum = _mm256_add_epi32(sum, load_sums(raw));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(raw), sum);
  }

  NIBBLE_INLINE static Wide multiply_even(Wide a, Wide b) {
    return (Wide)_mm256_mul_epu32((Vector)a, (Vector)b);
  }
  NIBBLE_INLINE static Wide multiply_even_signed(Wide a, Wide b) {
    return (Wide)_mm256_mul_epi32((Vector)a, (Vector)b);
  }
  /// The upper halves of both.
  NIBBLE_INLINE static Signed upper_halves(Wide even, Wide odd) {
    return (Signed)_mm256_blend_epi32((Vector)(even >> 32), (Vector)odd, 0xaa);
  }
  NIBBLE_INLINE static void store_bytes(Signed values, std::uint8_t* output) {
    const auto all = (Vector)values;
    const __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(output), _mm_packus_epi16(words, words));
  }
  /// Four times the values cut to 0..limit, `pitch` apart.
  NIBBLE_INLINE static void cut_and_store(const Signed (&values)[4], int limit,
                                          std::uint8_t* output, std::ptrdiff_t pitch) {
    const Vector low = _mm256_packs_epi32((Vector)values[0], (Vector)values[1]);
    const Vector high = _mm256_packs_epi32((Vector)values[2], (Vector)values[3]);
    const Vector bytes =
        _mm256_min_epu8(_mm256_packus_epi16(low, high), _mm256_set1_epi8(static_cast<char>(limit)));
    // A half of the vector holds four bytes of each value.
    const Vector sorted =
        _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    const __m128i first = _mm256_castsi256_si128(sorted);
    const __m128i second = _mm256_extracti128_si256(sorted, 1);
    const std::int64_t eights[4] = {_mm_cvtsi128_si64(first), _mm_extract_epi64(first, 1),
                                    _mm_cvtsi128_si64(second), _mm_extract_epi64(second, 1)};
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) std::memcpy(output + i * pitch, &eights[i], sizeof(eights[i]));
  }
};

/// 16 sums of bytes: each pair of operands becomes one 32-bit sum of two products.
struct X86Add {
  static constexpr int kValues = 16;
  __m256i multipliers, rounding, limit;
  __m128i shift;

  NIBBLE_INLINE explicit X86Add(const AddArgs& args)
      : multipliers(_mm256_set1_epi32((args.multiplier_b << 16) | args.multiplier_a)),
        rounding(_mm256_set1_epi32(1 << (args.shift - 1))),
        limit(_mm256_set1_epi16(static_cast<short>(args.limit))),
        shift(_mm_cvtsi32_si128(args.shift)) {}

  NIBBLE_INLINE __m256i scale(__m256i pairs) const {
    const __m256i sums = _mm256_add_epi32(_mm256_madd_epi16(pairs, multipliers), rounding);
    return _mm256_srl_epi32(sums, shift);
  }

  NIBBLE_INLINE void add(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out) const {
    const __m256i x = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a)));
    const __m256i y = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b)));
    // Sums above 2^15 saturate, which the limit cuts anyway; both packs keep to the halves.
    const __m256i words =
        _mm256_packs_epi32(scale(_mm256_unpacklo_epi16(x, y)), scale(_mm256_unpackhi_epi16(x, y)));
    const __m256i cut = _mm256_min_epi16(words, limit);
    const __m128i bytes =
        _mm_packus_epi16(_mm256_castsi256_si128(cut), _mm256_extracti128_si256(cut, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
  }
};

}  // namespace
}  // namespace nibble::kernels

#endif
