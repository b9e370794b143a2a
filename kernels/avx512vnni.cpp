#include "kernels/x86_tiles.h"

namespace nibble::kernels {
namespace {

struct Avx512F32 {
  using Input = float;
  using Weight = float;
  using Sum = float;
  using Vector = __m512;
  static constexpr int kLanes = 16;
  static constexpr int kStep = 1;
  static constexpr int kSpill = 0;
  NIBBLE_INLINE static Vector zero() { return _mm512_setzero_ps(); }
  NIBBLE_INLINE static Vector broadcast(const Input* p) { return _mm512_set1_ps(*p); }
  NIBBLE_INLINE static Vector load(const Weight* p) { return _mm512_load_ps(p); }
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) { sum = _mm512_fmadd_ps(a, b, sum); }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm512_storeu_ps(raw, sum); }
};

/// 64 products in one instruction, exact at any length; 4 bits have nothing faster.
struct Avx512Vnni {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
  using Vector = __m512i;
  static constexpr int kLanes = 16;
  static constexpr int kStep = 4;
  static constexpr int kSpill = 0;
  NIBBLE_INLINE static Vector zero() { return _mm512_setzero_si512(); }
  NIBBLE_INLINE static Vector broadcast(const Input* p) {
    int four;
    std::memcpy(&four, p, sizeof(four));
    return _mm512_set1_epi32(four);
  }
  NIBBLE_INLINE static Vector load(const Weight* p) { return _mm512_load_si512(p); }
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) { sum = _mm512_dpbusd_epi32(sum, a, b); }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm512_storeu_si512(raw, sum); }

  // Sixteen outputs; see Avx2Integer::requantize.
  NIBBLE_INLINE static void requantize(const std::int32_t* bias, const std::int32_t* multiplier, const std::int32_t* shift,
                                       const std::int32_t* ceiling, int limit, const std::int32_t* sums, std::uint8_t* output) {
    const __m512i one = _mm512_set1_epi32(1);
    __m512i value = _mm512_add_epi32(_mm512_loadu_si512(sums), _mm512_loadu_si512(bias));
    value = _mm512_min_epi32(_mm512_max_epi32(value, _mm512_setzero_si512()), _mm512_loadu_si512(ceiling));
    const __m512i by = _mm512_loadu_si512(multiplier);
    const __m512i less = _mm512_sub_epi32(_mm512_loadu_si512(shift), one);
    const __m512i low = _mm512_and_si512(less, _mm512_set1_epi64(0xff));
    const __m512i even = _mm512_srlv_epi64(_mm512_mul_epu32(value, by), low);
    const __m512i odd =
        _mm512_srlv_epi64(_mm512_mul_epu32(_mm512_srli_epi64(value, 32), _mm512_srli_epi64(by, 32)), _mm512_srli_epi64(less, 32));
    __m512i result = _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
    result = _mm512_min_epu32(_mm512_srli_epi32(_mm512_add_epi32(result, one), 1), _mm512_set1_epi32(limit));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output), _mm512_cvtepi32_epi8(result));
  }
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avx512vnni_kernels[3];
constinit const ConvKernel avx512vnni_kernels[3] = {
    describe_kernel<Tile<Avx512F32, 12, 2>, Tile<Avx512F32, 16, 1>>("avx512vnni", Precision::f32),
    describe_kernel<Tile<Avx512Vnni, 12, 2>, Tile<Avx512Vnni, 16, 1>>("avx512vnni", Precision::int8),
    describe_kernel<Tile<Avx512Vnni, 12, 2>, Tile<Avx512Vnni, 16, 1>>("avx512vnni", Precision::int4),
};

}  // namespace nibble::kernels
