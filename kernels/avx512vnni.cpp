#include "kernels/winograd.h"
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
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float floor, float ceiling, Sum* output) {
    const Vector value = _mm512_max_ps(_mm512_add_ps(sum, _mm512_load_ps(bias)), _mm512_set1_ps(floor));
    _mm512_storeu_ps(output, _mm512_min_ps(value, _mm512_set1_ps(ceiling)));
  }
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

  NIBBLE_INLINE static Vector load_sums(const Sum* p) { return _mm512_loadu_si512(p); }
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float, float, Sum* output) {
    _mm512_storeu_si512(output, _mm512_add_epi32(sum, load_sums(bias)));
  }

  /// Sixteen outputs from sums; see Avx2Integer::Requantizer.
  struct Requantizer {
    using Vector = Avx512Vnni::Vector;
    Vector bias, ceiling, multiplier, multiplier_odd, shift, shift_odd, limit;
    NIBBLE_INLINE Requantizer(const std::int32_t* bias_of, const std::int32_t* multiplier_of, const std::int32_t* shift_of,
                              const std::int32_t* ceiling_of, int limit_of)
        : bias(load_sums(bias_of)),
          ceiling(load_sums(ceiling_of)),
          multiplier(load_sums(multiplier_of)),
          limit(_mm512_set1_epi32(limit_of)) {
      multiplier_odd = _mm512_srli_epi64(multiplier, 32);
      const Vector less = _mm512_sub_epi32(load_sums(shift_of), _mm512_set1_epi32(1));
      shift = _mm512_and_si512(less, _mm512_set1_epi64(0xff));
      shift_odd = _mm512_srli_epi64(less, 32);
    }
    NIBBLE_INLINE void store(Vector sums, std::uint8_t* output) const {
      const Vector value = _mm512_min_epi32(_mm512_max_epi32(_mm512_add_epi32(sums, bias), _mm512_setzero_si512()), ceiling);
      const Vector even = _mm512_srlv_epi64(_mm512_mul_epu32(value, multiplier), shift);
      const Vector odd = _mm512_srlv_epi64(_mm512_mul_epu32(_mm512_srli_epi64(value, 32), multiplier_odd), shift_odd);
      const Vector both = _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
      const Vector result = _mm512_min_epu32(_mm512_srli_epi32(_mm512_add_epi32(both, _mm512_set1_epi32(1)), 1), limit);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(output), _mm512_cvtepi32_epi8(result));
    }
  };
};

using Wide = Tile<Avx512Vnni, 12, 2>;
using Narrow = Tile<Avx512Vnni, 16, 1>;

bool winograd_pays(const ConvArgs& args) { return args.in_channels >= 16; }

constinit const ConvKernel kWinograd = describe_winograd<Wide, Narrow, 128, 64>("avx512vnni", winograd_pays);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avx512vnni_kernels[3];
constinit const ConvKernel avx512vnni_kernels[3] = {
    describe_kernel<Tile<Avx512F32, 12, 2>, Tile<Avx512F32, 16, 1>>("avx512vnni", Precision::f32),
    describe_kernel<Wide, Narrow>("avx512vnni", Precision::int8),
    describe_kernel<Wide, Narrow>("avx512vnni", Precision::int4, &kWinograd),
};

}  // namespace nibble::kernels
