#pragma once

#include <cstddef>
#include <cstdint>

/// Convolution kernels, one file an instruction set. Nothing here allocates, throws or prints.
///
/// Every integer kernel gives the same integers as `portable`, which is the specification; f32
/// kernels differ from it by rounding alone. Activations are NHWC with N = 1 and no gaps; GEMM (M x
/// K times K x N) is a 1x1 convolution over a 1 x M image of K channels.
namespace nibble::kernels {

enum class Precision { f32, int8, int4, int3, int2 };

/// Kernels of an instruction set: one a precision, in that order.
inline constexpr int kPrecisions = 5;

/// "f32", "int8", "int4", "int3", "int2".
const char* precision_name(Precision precision);

/// Alignment in bytes of packed weights and of scratch memory.
inline constexpr std::size_t kAlignment = 64;

/// Largest activation of an integer precision, and largest magnitude of its weights. An int8
/// activation has 7 bits: a pair of products then fits 16 signed bits (2 * 127 * 127 < 32768), so
/// every instruction set may use its fastest instruction and none saturates.
inline constexpr int kInt8ActivationMax = 127;
inline constexpr int kInt8WeightMax = 127;
inline constexpr int kInt4ActivationMax = 15;
inline constexpr int kInt4WeightMax = 7;
inline constexpr int kInt3ActivationMax = 7;
inline constexpr int kInt3WeightMax = 3;
inline constexpr int kInt2ActivationMax = 3;
inline constexpr int kInt2WeightMax = 1;

/// These of a precision; not for f32.
constexpr int activation_max(Precision precision) {
  constexpr int kMost[kPrecisions] = {0, kInt8ActivationMax, kInt4ActivationMax, kInt3ActivationMax,
                                      kInt2ActivationMax};
  return kMost[static_cast<int>(precision)];
}
constexpr int weight_max(Precision precision) {
  constexpr int kMost[kPrecisions] = {0, kInt8WeightMax, kInt4WeightMax, kInt3WeightMax,
                                      kInt2WeightMax};
  return kMost[static_cast<int>(precision)];
}

/// What one convolution computes: y = maxpool(activate(conv(x) + bias)).
///
/// | precision | input             | weights      | output                                        |
/// |-----------|-------------------|--------------|-----------------------------------------------|
/// | f32       | float             | float        | float, after relu and clip                    |
/// | int8      | 0..127 in a byte  | s8 -127..127 | byte 0..limit, or s32 sums with bias, limit 0 |
/// | int4      | 0..15 in a byte   | s8 -7..7     | the same                                      |
/// | int3      | 0..7 in a byte    | s8 -3..3     | the same                                      |
/// | int2      | 0..3 in a byte    | s8 -1..1     | the same                                      |
///
/// Sizes are at least 1, pads at least 0, and the padded input holds at least one window. Input
/// values are in range (finite for f32).
struct ConvArgs {
  int in_height = 1;
  int in_width = 1;
  int in_channels = 1;
  int out_channels = 1;
  int kernel_height = 1;
  int kernel_width = 1;
  int stride_height = 1;
  int stride_width = 1;
  int pad_top = 0;
  int pad_left = 0;
  int pad_bottom = 0;
  int pad_right = 0;
  int pool_height = 1;  ///< 1 or 2: max-pooling window = stride; a row left over is dropped
  int pool_width = 1;   ///< 1 or 2; a column left over is dropped
  int limit = 0;        ///< integers: largest output, 1..127; 0 gives s32 sums
  bool relu = false;    ///< f32 only
  float clip = 0;       ///< f32 only: upper bound of the output; 0 means none
};

/// Extent of the convolution before and after pooling.
int conv_height(const ConvArgs& args);
int conv_width(const ConvArgs& args);
int out_height(const ConvArgs& args);
int out_width(const ConvArgs& args);

/// The parameters of a convolution, read by `pack` only. Arrays but `weights` have out_channels
/// elements.
///
/// A sum s becomes an output by integers alone: v = max(s + bias, 0), q = (v * multiplier +
/// 2^(shift - 1)) >> shift in 64 bits, min(q, limit). Neither s nor s + bias may leave 32 bits.
struct ConvWeights {
  const void* weights =
      nullptr;  ///< [out_channels][kernel_height][kernel_width][in_channels], float or s8
  const float* bias_f32 = nullptr;           ///< f32; null means 0
  const std::int32_t* bias = nullptr;        ///< integers; null means 0
  const std::int32_t* multiplier = nullptr;  ///< 0..2^31 - 1; unused when limit is 0
  const std::int8_t* shift = nullptr;        ///< 1..62; unused when limit is 0
};

/// One implementation: an instruction set at a precision. All functions are safe to call from
/// several threads.
struct ConvKernel {
  const char* isa;
  Precision precision;
  int tile_rows;     ///< most output positions computed at once
  int tile_columns;  ///< most output channels computed at once
  int step;          ///< inputs consumed by one step of the inner loop
  int spill;       ///< longest sum that its narrow accumulators hold, in inputs; 0 when it has none
  int byte_spill;  ///< the same of bytes that are emptied into these; 0 when it has none

  /// Bytes of packed weights, and of the scratch memory that one call of `run` needs.
  std::size_t (*packed_bytes)(const ConvArgs& args);
  std::size_t (*scratch_bytes)(const ConvArgs& args);
  /// Rearranges weights, bias and requantisation for `run`. `packed` is aligned to kAlignment.
  void (*pack)(const ConvArgs& args, const ConvWeights& weights, void* packed);
  /// Computes every output. `packed` was made for the same args but for in_height and in_width;
  /// `scratch` is aligned to kAlignment.
  void (*run)(const ConvArgs& args, const void* packed, const void* input, void* output,
              void* scratch);
  /// Runs the inner loop's arithmetic on registers alone, `rounds` times, and returns the
  /// multiply-accumulates done: the yardstick of a benchmark.
  std::int64_t (*register_peak)(std::int64_t rounds);
  /// Another kernel that gives the same integers with fewer multiplications, where it takes the
  /// convolution; null: there is none.
  const ConvKernel* winograd = nullptr;
  /// Of a kernel that stands in `winograd`: whether it computes such a convolution, and whether it
  /// is the faster one; null: any, always.
  bool (*takes)(const ConvArgs& args) = nullptr;
  bool (*pays)(const ConvArgs& args) = nullptr;
};

/// The fastest way to a convolution with a kernel of the list: the kernel itself or its `winograd`.
/// Heights and widths of the image do not matter to the choice.
const ConvKernel& fastest_form(const ConvKernel& kernel, const ConvArgs& args);

/// Largest multiplier and shift of an integer addition.
inline constexpr int kMaxAddMultiplier = 32767;
inline constexpr int kMaxAddShift = 24;

/// The sum of two images of one extent. Integers, with a and b in 0..127:
/// min((a * multiplier_a + b * multiplier_b + 2^(shift - 1)) >> shift, limit).
struct AddArgs {
  int height = 1;
  int width = 1;
  int channels = 1;
  bool upsampled =
      false;  ///< b has half the height and width, both even: each value stands for 2 x 2
  int multiplier_a = 0;  ///< 0..kMaxAddMultiplier; not for floats, as the next three
  int multiplier_b = 0;
  int shift = 1;  ///< 1..kMaxAddShift
  int limit = 0;  ///< 1..127
};

/// The maximum of windows of an image. Rows and columns that fill no whole window are dropped.
struct MaxPoolArgs {
  int in_height = 1;
  int in_width = 1;
  int channels = 1;
  int pool_height = 1;  ///< 1 or 2: window = stride
  int pool_width = 1;   ///< 1 or 2
};

/// The loops over single values of an instruction set. Images are as those of convolutions; `out`
/// is none of the others. All instruction sets give the same bytes, and the same floats.
struct ElementKernel {
  const char* isa;
  void (*add)(const AddArgs& args, const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out);
  void (*add_f32)(const AddArgs& args, const float* a, const float* b, float* out);
  void (*max_pool)(const MaxPoolArgs& args, const std::uint8_t* in, std::uint8_t* out);
  void (*max_pool_f32)(const MaxPoolArgs& args, const float* in, float* out);
};

/// What the processor and the operating system offer, as raw bits: kernels.inc names the ones that
/// an instruction set needs.
struct CpuFeatures {
  std::uint32_t leaf1_ecx = 0;    ///< cpuid 1
  std::uint32_t leaf7_ebx = 0;    ///< cpuid 7.0
  std::uint32_t leaf7_ecx = 0;    ///< cpuid 7.0
  std::uint32_t leaf7_1_eax = 0;  ///< cpuid 7.1
  bool saves_ymm = false;         ///< the operating system keeps 256-bit registers
  bool saves_zmm = false;         ///< and 512-bit ones
  std::uint64_t hwcap = 0;        ///< Linux on aarch64
  std::uint64_t hwcap2 = 0;       ///< Linux on aarch64
};

CpuFeatures detect_cpu();

/// The kernels of a program, from the slowest to the fastest instruction set.
struct KernelList {
  const ConvKernel* items[64] = {};
  int count = 0;
  const ConvKernel* const* begin() const;
  const ConvKernel* const* end() const;
};

/// All kernels that `cpu` can run; without an argument, those that run here.
KernelList conv_kernels(const CpuFeatures& cpu);
const KernelList& conv_kernels();

/// The loops of the instruction set of a kernel in the list.
const ElementKernel& element_kernel(const ConvKernel& kernel);

/// The kernel for a precision: of the instruction set `isa`, else of the one named by the
/// environment variable NIBBLE_ISA, else the fastest that runs here. Null when the instruction set
/// named is unknown or cannot run here: an error, never another kernel.
const ConvKernel* select_kernel(Precision precision, const char* isa = nullptr);

}  // namespace nibble::kernels
