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
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
    sum = _mm512_fmadd_ps(a, b, sum);
  }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm512_storeu_ps(raw, sum); }
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float floor, float ceiling,
                                       Sum* output) {
    const Vector value =
        _mm512_max_ps(_mm512_add_ps(sum, _mm512_load_ps(bias)), _mm512_set1_ps(floor));
    _mm512_storeu_ps(output, _mm512_min_ps(value, _mm512_set1_ps(ceiling)));
  }
};

/// 64 products in one instruction, exact at any length; 4 bits have nothing faster.
struct Avx512Vnni {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
  using Vector = __m512i;
  using Signed = Lanes<16>::Signed;
  using Wide = Lanes<16>::Wide;
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
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
    sum = _mm512_dpbusd_epi32(sum, a, b);
  }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool) { _mm512_storeu_si512(raw, sum); }

  NIBBLE_INLINE static Vector load_sums(const Sum* p) { return _mm512_loadu_si512(p); }
  NIBBLE_INLINE static Vector total(Vector sum) { return sum; }
  NIBBLE_INLINE static void store_sums(Vector sum, const Sum* bias, float, float, Sum* output) {
    _mm512_storeu_si512(output, _mm512_add_epi32(sum, load_sums(bias)));
  }

  NIBBLE_INLINE static Wide multiply_even(Wide a, Wide b) {
    return (Wide)_mm512_mul_epu32((Vector)a, (Vector)b);
  }
  NIBBLE_INLINE static Wide multiply_even_signed(Wide a, Wide b) {
    return (Wide)_mm512_mul_epi32((Vector)a, (Vector)b);
  }
  NIBBLE_INLINE static Signed upper_halves(Wide even, Wide odd) {
    return (Signed)_mm512_mask_blend_epi32(0xaaaa, (Vector)(even >> 32), (Vector)odd);
  }
  NIBBLE_INLINE static void store_bytes(Signed values, std::uint8_t* output) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output), _mm512_cvtepi32_epi8((Vector)values));
  }
  NIBBLE_INLINE static void cut_and_store(const Signed (&values)[4], int limit,
                                          std::uint8_t* output, std::ptrdiff_t pitch) {
    const Vector low = _mm512_packs_epi32((Vector)values[0], (Vector)values[1]);
    const Vector high = _mm512_packs_epi32((Vector)values[2], (Vector)values[3]);
    const Vector bytes =
        _mm512_min_epu8(_mm512_packus_epi16(low, high), _mm512_set1_epi8(static_cast<char>(limit)));
    // A quarter of the vector holds four bytes of each value.
    const Vector order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const Vector sorted = _mm512_permutexvar_epi32(order, bytes);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output), _mm512_castsi512_si128(sorted));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output + pitch),
                     _mm512_extracti32x4_epi32(sorted, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output + 2 * pitch),
                     _mm512_extracti32x4_epi32(sorted, 2));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output + 3 * pitch),
                     _mm512_extracti32x4_epi32(sorted, 3));
  }
};

using WideTile = Tile<Avx512Vnni, 12, 2>;
using NarrowTile = Tile<Avx512Vnni, 16, 1>;

constexpr auto kDescribe = describe_winograd<WideTile, NarrowTile, 128, 64, 25>;
constinit const ConvKernel kWinograd = kDescribe("avx512vnni", Precision::int4);
constinit const ConvKernel kWinogradInt3 = kDescribe("avx512vnni", Precision::int3);
constinit const ConvKernel kWinogradInt2 = kDescribe("avx512vnni", Precision::int2);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avx512vnni_kernels[kPrecisions];
constinit const ConvKernel avx512vnni_kernels[kPrecisions] = {
    describe_kernel<Tile<Avx512F32, 12, 2>, Tile<Avx512F32, 16, 1>>("avx512vnni", Precision::f32),
    describe_kernel<WideTile, NarrowTile>("avx512vnni", Precision::int8),
    describe_kernel<WideTile, NarrowTile>("avx512vnni", Precision::int4, &kWinograd),
    describe_kernel<WideTile, NarrowTile>("avx512vnni", Precision::int3, &kWinogradInt3),
    describe_kernel<WideTile, NarrowTile>("avx512vnni", Precision::int2, &kWinogradInt2),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel avx512vnni_elements;
constinit const ElementKernel avx512vnni_elements = describe_elements<X86Add>("avx512vnni");

}  // namespace nibble::kernels
