#include "kernels/neon_tiles.h"
#include "kernels/winograd.h"

namespace nibble::kernels {
namespace {

constexpr auto kDescribe = describe_winograd<NeonDot, NeonDot, 0, 16, 14>;
constinit const ConvKernel kWinograd = kDescribe("neon_dotprod", Precision::int4);
constinit const ConvKernel kWinogradInt3 = kDescribe("neon_dotprod", Precision::int3);
constinit const ConvKernel kWinogradInt2 = kDescribe("neon_dotprod", Precision::int2);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel neon_dotprod_kernels[kPrecisions];
constinit const ConvKernel neon_dotprod_kernels[kPrecisions] = {
    describe_kernel<NeonF32, NeonF32>("neon_dotprod", Precision::f32),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int8),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int4, &kWinograd),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int3, &kWinogradInt3),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int2, &kWinogradInt2),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel neon_dotprod_elements;
constinit const ElementKernel neon_dotprod_elements = describe_elements<NeonAdd>("neon_dotprod");

}  // namespace nibble::kernels
