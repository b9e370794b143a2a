#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/kernel.h"

/// Low-bit convolutions on CUDA: what the host knows. Plain C++; nothing here needs CUDA.
///
/// A convolution is one product of matrices: rows are the positions of the output, columns its
/// channels, and the inner extent K is the window (ky, kx, c). The rows of a window are never
/// copied out (implicit GEMM). K is walked in slices of 64 bytes; a chunk is 16 bytes, one 128-bit
/// load.
///
/// Activations lie on the device as [image][y][x][channel] with the bytes of a pixel padded to
/// whole chunks: a channel is one byte (u8) or half of one (u4, the even channel in the low half).
/// What stands in the padding does not matter.
namespace nibble::kernels::cuda {

/// How activations are stored on the device. s32 holds sums, their channels padded to a multiple of
/// 8; `bytes` has no padding. The input's format chooses the kernel: conv_mma multiplies u8 or u4,
/// conv_dp4a bytes, whatever the precision (weights of u4 are -7..7).
enum class Format { s32, u8, u4, bytes };

inline constexpr int kChunkBytes = 16;
inline constexpr int kSliceChunks = 4;
inline constexpr int kSliceBytes = kSliceChunks * kChunkBytes;
inline constexpr int kThreads = 128;        ///< of a block, in every kernel
inline constexpr int kWarpExtent = 32;      ///< rows and columns of a warp's tile
inline constexpr int kThreadColumns = 8;    ///< adjacent channels that one thread finishes
inline constexpr int kDp4aMaxChannels = 4;  ///< most input channels of conv_dp4a
inline constexpr int kDp4aMaxWords = 64;    ///< largest window of conv_dp4a, in words of 4 inputs
inline constexpr int kMaxWindow =
    1 << 20;  ///< inputs of a window: sums times 16 must fit 32 bits, see conv_mma.cuh

/// How the four warps of a block share its tile: rows x columns x parts of each stage of K, 32 x 32
/// x 64 bytes a warp.
struct TileShape {
  int warps_m;
  int warps_n;
  int warps_k;
};
inline constexpr TileShape kTiles[] = {{4, 1, 1}, {2, 2, 1}, {1, 1, 4}};
inline constexpr int kTileCount = 3;

/// Arguments of every kernel here. Addresses are the device's.
struct ConvParams {
  const void* input = nullptr;
  const void* weights = nullptr;
  const std::int32_t* channels =
      nullptr;  ///< bias, multiplier and shift: three arrays of `padded_channels`
  void* output = nullptr;
  int in_height = 0;
  int in_width = 0;
  int in_chunks = 0;  ///< chunks of a pixel; conv_dp4a: bytes of a pixel
  int kernel_height = 0;
  int kernel_width = 0;
  int stride_height = 0;
  int stride_width = 0;
  int pad_top = 0;
  int pad_left = 0;
  int out_height = 0;  ///< after pooling
  int out_width = 0;
  int positions = 0;  ///< outputs after pooling, of all images
  int slices = 0;     ///< of K; conv_dp4a: words of the window
  int padded_channels = 0;
  int out_pitch = 0;  ///< channels from one output position to the next
  int pool_height = 1;
  int pool_width = 1;
  int limit = 0;
  Format format = Format::s32;
};

enum class Kernel { conv_mma, conv_dp4a, finish_sums };

/// One launch.
struct ConvPlan {
  Kernel kernel = Kernel::conv_mma;
  int bits = 8;  ///< of an activation and a weight: 8 or 4
  int tile = 0;  ///< of kTiles, conv_mma only
  int grid_x = 0;
  int grid_y = 0;
  std::size_t shared_bytes = 0;
  ConvParams params;  ///< the addresses are left to the caller
};

/// Channels from one position to the next, and bytes of a tensor of `positions` positions.
int channel_pitch(Format format, int channels);
std::size_t tensor_bytes(Format format, int positions, int channels);

/// Whether conv_dp4a computes it: few input channels and a small window.
bool takes_dp4a(const ConvArgs& args);

/// Whether the kernels can compute it: sizes fit, and `output` holds limit (s32 exactly when limit
/// is 0).
bool supported(const ConvArgs& args, Format input, Format output, int batch);

/// The launch for `batch` images on a device with so many multiprocessors. Needs `supported`.
ConvPlan plan_conv(const ConvArgs& args, Format input, Format output, int batch,
                   int multiprocessors);
/// The same with a given tile.
ConvPlan plan_conv_tile(const ConvArgs& args, Format input, Format output, int batch, int tile);

/// The launch of the element-wise twin: finishes the s32 sums of a convolution without bias,
/// [image][conv y][conv x][pitch].
ConvPlan plan_finish(const ConvArgs& args, Format output, int batch);

/// Bytes of packed weights, a multiple of 16, and where in them ConvParams::channels begins.
std::size_t packed_weight_bytes(const ConvArgs& args, Format input);
std::size_t packed_channels_offset(const ConvArgs& args, Format input);
/// Rearranges weights, bias and requantisation for the device.
void pack_weights(const ConvArgs& args, Format input, const ConvWeights& weights, void* packed);

/// Tensors of bytes without padding to and from the device's layout.
void pack_activations(Format format, int positions, int channels, const std::uint8_t* tight,
                      void* packed);
void unpack_activations(Format format, int positions, int channels, const void* packed,
                        void* tight);

}  // namespace nibble::kernels::cuda
