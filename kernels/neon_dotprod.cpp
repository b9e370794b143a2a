#include "kernels/neon_tiles.h"
#include "kernels/winograd.h"

namespace nibble::kernels {
namespace {

constinit const ConvKernel kWinograd =
    describe_winograd<NeonDot, NeonDot, 0, 16, 14>("neon_dotprod");

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel neon_dotprod_kernels[3];
constinit const ConvKernel neon_dotprod_kernels[3] = {
    describe_kernel<NeonF32, NeonF32>("neon_dotprod", Precision::f32),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int8),
    describe_kernel<NeonDot, NeonDot>("neon_dotprod", Precision::int4, &kWinograd),
};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel neon_dotprod_elements;
constinit const ElementKernel neon_dotprod_elements = describe_elements<NeonAdd>("neon_dotprod");

}  // namespace nibble::kernels
