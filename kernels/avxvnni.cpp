// NIBBLE_TWIN encodes the same instruction as AVX-512 does, to test this file on processors that
// have only that.
#ifdef NIBBLE_TWIN
#pragma GCC target("avx512vl,avx512vnni,no-avxvnni")
#endif

#include "kernels/winograd.h"
#include "kernels/x86_tiles.h"

namespace nibble::kernels {
namespace {

/// 32 products in one instruction, exact at any length: four products are added in 32 bits without
/// saturation. 4 bits have nothing faster.
struct AvxVnni : Avx2Integer {
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
#ifdef NIBBLE_TWIN
    sum = _mm256_dpbusd_epi32(sum, a, b);
#else
    sum = _mm256_dpbusd_avx_epi32(sum, a, b);
#endif
  }
};

using WideTile = Tile<AvxVnni, 6, 2>;
using NarrowTile = Tile<AvxVnni, 12, 1>;

constexpr auto kDescribe = describe_winograd<WideTile, NarrowTile, 128, 32, 14>;
constinit const ConvKernel kWinograd = kDescribe("avxvnni", Precision::int4);
constinit const ConvKernel kWinogradInt3 = kDescribe("avxvnni", Precision::int3);
constinit const ConvKernel kWinogradInt2 = kDescribe("avxvnni", Precision::int2);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avxvnni_kernels[kPrecisions];
constinit const ConvKernel avxvnni_kernels[kPrecisions] = {
    describe_kernel<Tile<Avx2F32, 6, 2>, Tile<Avx2F32, 12, 1>>("avxvnni", Precision::f32),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int8),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int4, &kWinograd),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int3, &kWinogradInt3),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int2, &kWinogradInt2),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel avxvnni_elements;
constinit const ElementKernel avxvnni_elements = describe_elements<X86Add>("avxvnni");

}  // namespace nibble::kernels
