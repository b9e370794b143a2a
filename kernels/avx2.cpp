#include "kernels/pair_tiles.h"
#include "kernels/winograd.h"

namespace nibble::kernels {
namespace {

const Avx2Integer::Vector kOnes = {0x0001000100010001, 0x0001000100010001, 0x0001000100010001,
                                   0x0001000100010001};

/// 32 products in three instructions. vpmaddubsw adds two products in 16 bits with saturation,
/// which 7-bit activations never reach: 2 * 127 * 127 = 32258.
struct Avx2Int8 : Avx2Integer {
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
    // The ones stay in memory: in a register they would be the 17th, and a sum would live on the
    // stack.
    Vector pairs = _mm256_maddubs_epi16(a, b);
    __asm__("vpmaddwd %1, %0, %0" : "+x"(pairs) : "m"(kOnes));
    sum = _mm256_add_epi32(sum, pairs);
  }
};

/// 32 products in two instructions: sums stay in 16 bits as long as they fit. A step adds two
/// products of at most 15 * 7 to a lane, so 156 steps (624 inputs) give at most 32760.
struct Avx2Int4 : Avx2Integer {
  static constexpr int kSpill = 32767 / (2 * kInt4ActivationMax * kInt4WeightMax);
  NIBBLE_INLINE static void multiply_add(Vector& sum, Vector a, Vector b) {
    // An instruction of our own: the compiler would add the products of two steps first, and holds
    // them all on the stack.
    __asm__ volatile("vpaddw %1, %0, %0" : "+x"(sum) : "x"(_mm256_maddubs_epi16(a, b)));
  }
  NIBBLE_INLINE static Vector total(Vector sum) { return _mm256_madd_epi16(sum, kOnes); }
  NIBBLE_INLINE static void spill(Sum* raw, Vector sum, bool first) {
    Avx2Integer::spill(raw, total(sum), first);
  }
};

using Int4Wide = Tile<Avx2Int4, 6, 2>;
using Int4Narrow = Tile<Avx2Int4, 12, 1>;

constinit const ConvKernel kWinograd =
    describe_winograd<Tile<Avx2Int8, 6, 2>, Tile<Avx2Int8, 12, 1>, 128, 32, 14>("avx2");

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel avx2_kernels[kPrecisions];
constinit const ConvKernel avx2_kernels[kPrecisions] = {
    describe_kernel<Tile<Avx2F32, 6, 2>, Tile<Avx2F32, 12, 1>>("avx2", Precision::f32),
    describe_kernel<Tile<Avx2Int8, 6, 2>, Tile<Avx2Int8, 12, 1>>("avx2", Precision::int8),
    describe_kernel<Int4Wide, Int4Narrow>("avx2", Precision::int4, &kWinograd),
    describe_kernel<Int4Wide, Int4Narrow>("avx2", Precision::int3),
    describe_pairs<Pairs<6, 2>, Pairs<12, 1>, Kernel<Int4Wide, Int4Narrow, Int4Wide>>("avx2"),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel avx2_elements;
constinit const ElementKernel avx2_elements = describe_elements<X86Add>("avx2");

}  // namespace nibble::kernels
