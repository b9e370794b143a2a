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

constinit const ConvKernel kWinograd =
    describe_winograd<WideTile, NarrowTile, 128, 32, 14>("avxvnni");

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avxvnni_kernels[3];
constinit const ConvKernel avxvnni_kernels[3] = {
    describe_kernel<Tile<Avx2F32, 6, 2>, Tile<Avx2F32, 12, 1>>("avxvnni", Precision::f32),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int8),
    describe_kernel<WideTile, NarrowTile>("avxvnni", Precision::int4, &kWinograd),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel avxvnni_elements;
constinit const ElementKernel avxvnni_elements = describe_elements<X86Add>("avxvnni");

}  // namespace nibble::kernels
