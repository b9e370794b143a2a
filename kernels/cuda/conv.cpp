#include "kernels/cuda/conv.h"

#include <cstring>

namespace nibble::kernels::cuda {
namespace {

constexpr int round_up(int value, int step) { return (value + step - 1) / step * step; }
constexpr int divide_up(int value, int step) { return (value + step - 1) / step; }

int bits_of(Format input) { return input == Format::u4 ? 4 : 8; }
int chunk_channels(int bits) { return kChunkBytes * 8 / bits; }
int pixel_chunks(const ConvArgs& args, int bits) {
  return divide_up(args.in_channels, chunk_channels(bits));
}
int taps(const ConvArgs& args) { return args.kernel_height * args.kernel_width; }
int window(const ConvArgs& args) { return taps(args) * args.in_channels; }
int slice_count(const ConvArgs& args, int bits) {
  return divide_up(taps(args) * pixel_chunks(args, bits), kSliceChunks);
}
int word_count(const ConvArgs& args) { return divide_up(window(args), 4); }
int padded_channels(const ConvArgs& args) { return round_up(args.out_channels, kWarpExtent); }

std::size_t product(int a, int b) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
}

// Which channel stands in a row of a group of 32 packed weights. A thread's sums are columns 2t and
// 2t + 1 of four tiles of 8 columns: with this order they are 8 adjacent channels.
int channel_of_row(int row) {
  const int tile = row / 8;
  const int column = row % 8;
  return column / 2 * kThreadColumns + tile * 2 + column % 2;
}

ConvParams describe(const ConvArgs& args, Format output, int batch) {
  ConvParams p;
  p.in_height = args.in_height;
  p.in_width = args.in_width;
  p.kernel_height = args.kernel_height;
  p.kernel_width = args.kernel_width;
  p.stride_height = args.stride_height;
  p.stride_width = args.stride_width;
  p.pad_top = args.pad_top;
  p.pad_left = args.pad_left;
  p.out_height = out_height(args);
  p.out_width = out_width(args);
  p.positions = batch * p.out_height * p.out_width;
  p.padded_channels = padded_channels(args);
  p.out_pitch = channel_pitch(output, args.out_channels);
  p.pool_height = args.pool_height;
  p.pool_width = args.pool_width;
  p.limit = args.limit;
  p.format = output;
  return p;
}

ConvPlan plan_dp4a(const ConvArgs& args, Format output, int batch) {
  ConvPlan plan;
  plan.kernel = Kernel::conv_dp4a;
  plan.params = describe(args, output, batch);
  plan.params.in_chunks = args.in_channels;
  plan.params.slices = word_count(args);
  plan.grid_x = divide_up(plan.params.positions, kThreads);
  plan.grid_y = divide_up(plan.params.out_pitch, kThreadColumns);
  plan.shared_bytes = product(plan.params.slices, kThreadColumns) * sizeof(std::int32_t);
  return plan;
}

void pack_channels(const ConvArgs& args, const ConvWeights& weights, std::int32_t* channels) {
  const int padded = padded_channels(args);
  for (int n = 0; n < padded; ++n) {
    const bool real = n < args.out_channels;
    channels[n] = real && weights.bias != nullptr ? weights.bias[n] : 0;
    channels[padded + n] = real && weights.multiplier != nullptr ? weights.multiplier[n] : 0;
    channels[2 * padded + n] = real && weights.shift != nullptr ? weights.shift[n] : 1;
  }
}

// [channel / 8][word][channel % 8] words of 4 inputs.
void pack_dp4a(const ConvArgs& args, const std::int8_t* source, std::uint8_t* bytes) {
  for (int n = 0; n < args.out_channels; ++n) {
    for (int k = 0; k < window(args); ++k) {
      const std::size_t word =
          product(n / kThreadColumns * word_count(args) + k / 4, kThreadColumns) +
          static_cast<std::size_t>(n % 8);
      bytes[word * 4 + static_cast<std::size_t>(k % 4)] =
          static_cast<std::uint8_t>(source[product(n, window(args)) + static_cast<std::size_t>(k)]);
    }
  }
}

// [channel / 32][slice][row: channel_of_row][64 bytes].
void pack_mma(const ConvArgs& args, int bits, const std::int8_t* source, std::uint8_t* bytes) {
  const int chunks = pixel_chunks(args, bits);
  const int slices = slice_count(args, bits);
  for (int row = 0; row < padded_channels(args); ++row) {
    const int n = row / kWarpExtent * kWarpExtent + channel_of_row(row % kWarpExtent);
    if (n >= args.out_channels) continue;
    for (int tap = 0; tap < taps(args); ++tap) {
      for (int c = 0; c < args.in_channels; ++c) {
        const std::int8_t w = source[product(n, window(args)) + product(tap, args.in_channels) +
                                     static_cast<std::size_t>(c)];
        const int offset = tap * chunks * kChunkBytes + c * bits / 8;
        const std::size_t at =
            product(row / kWarpExtent * slices + offset / kSliceBytes, kWarpExtent * kSliceBytes) +
            product(row % kWarpExtent, kSliceBytes) +
            static_cast<std::size_t>(offset % kSliceBytes);
        const auto value = static_cast<std::uint8_t>(w);
        bytes[at] = bits == 8
                        ? value
                        : static_cast<std::uint8_t>(bytes[at] | ((value & 15U) << (c % 2 * 4)));
      }
    }
  }
}

}  // namespace

int channel_pitch(Format format, int channels) {
  switch (format) {
    case Format::s32: return round_up(channels, kThreadColumns);
    case Format::u8: return round_up(channels, chunk_channels(8));
    case Format::u4: return round_up(channels, chunk_channels(4));
    case Format::bytes: return channels;
  }
  return 0;
}

std::size_t tensor_bytes(Format format, int positions, int channels) {
  const std::size_t values = product(positions, channel_pitch(format, channels));
  return format == Format::s32 ? values * 4 : format == Format::u4 ? values / 2 : values;
}

bool takes_dp4a(const ConvArgs& args) {
  return args.in_channels <= kDp4aMaxChannels && word_count(args) <= kDp4aMaxWords;
}

bool supported(const ConvArgs& args, Format input, Format output, int batch) {
  if (input == Format::s32 || output == Format::bytes || batch < 1) return false;
  if (input == Format::bytes && !takes_dp4a(args)) return false;
  if ((output == Format::s32) != (args.limit == 0)) return false;
  if (output == Format::u4 && args.limit > kInt4ActivationMax) return false;
  constexpr std::int64_t kMost = std::int64_t{1}
                                 << 30U;  // positions and chunks are counted in 32 bits
  const std::int64_t inputs =
      std::int64_t{batch} * args.in_height * args.in_width * pixel_chunks(args, bits_of(input));
  const std::int64_t outputs = std::int64_t{batch} * conv_height(args) * conv_width(args);
  const std::int64_t inner =
      std::int64_t{args.kernel_height} * args.kernel_width * args.in_channels;
  return inputs < kMost && outputs < kMost && inner <= kMaxWindow &&
         divide_up(args.out_channels, kWarpExtent) <= 65535;
}

ConvPlan plan_conv_tile(const ConvArgs& args, Format input, Format output, int batch, int tile) {
  if (input == Format::bytes) return plan_dp4a(args, output, batch);
  const TileShape& shape = kTiles[tile];
  ConvPlan plan;
  plan.bits = bits_of(input);
  plan.tile = tile;
  plan.params = describe(args, output, batch);
  plan.params.in_chunks = pixel_chunks(args, plan.bits);
  plan.params.slices = slice_count(args, plan.bits);
  const int area = args.pool_height * args.pool_width;
  plan.grid_x = divide_up(plan.params.positions, kWarpExtent * shape.warps_m / area);
  plan.grid_y = divide_up(plan.params.padded_channels, kWarpExtent * shape.warps_n);
  plan.shared_bytes =
      product(2 * kWarpExtent * (shape.warps_m + shape.warps_n), shape.warps_k * kSliceBytes);
  return plan;
}

ConvPlan plan_conv(const ConvArgs& args, Format input, Format output, int batch,
                   int multiprocessors) {
  // The tile that reads least for its products, as long as every multiprocessor has a block; else
  // the smallest, which splits K.
  for (int tile = 1; tile >= 0; --tile) {
    if (tile == 1 && padded_channels(args) == kWarpExtent)
      continue;  // half of its columns would be empty
    const ConvPlan plan = plan_conv_tile(args, input, output, batch, tile);
    if (plan.kernel == Kernel::conv_dp4a || plan.grid_x * plan.grid_y >= multiprocessors)
      return plan;
  }
  return plan_conv_tile(args, input, output, batch, 2);
}

ConvPlan plan_finish(const ConvArgs& args, Format output, int batch) {
  ConvPlan plan;
  plan.kernel = Kernel::finish_sums;
  plan.params = describe(args, output, batch);
  plan.params.in_height = conv_height(args);
  plan.params.in_width = conv_width(args);
  plan.params.in_chunks = channel_pitch(Format::s32, args.out_channels);
  plan.grid_x = divide_up(plan.params.positions, kThreads);
  plan.grid_y = divide_up(plan.params.out_pitch, kThreadColumns);
  return plan;
}

std::size_t packed_channels_offset(const ConvArgs& args, Format input) {
  if (input == Format::bytes) return product(padded_channels(args), word_count(args)) * 4;
  return product(padded_channels(args), slice_count(args, bits_of(input))) * kSliceBytes;
}

std::size_t packed_weight_bytes(const ConvArgs& args, Format input) {
  return packed_channels_offset(args, input) +
         product(padded_channels(args), 3) * sizeof(std::int32_t);
}

void pack_weights(const ConvArgs& args, Format input, const ConvWeights& weights, void* packed) {
  auto* bytes = static_cast<std::uint8_t*>(packed);
  std::memset(bytes, 0, packed_weight_bytes(args, input));
  const auto* source = static_cast<const std::int8_t*>(weights.weights);
  if (input == Format::bytes) {
    pack_dp4a(args, source, bytes);
  } else {
    pack_mma(args, bits_of(input), source, bytes);
  }
  pack_channels(args, weights,
                reinterpret_cast<std::int32_t*>(bytes + packed_channels_offset(args, input)));
}

void pack_activations(Format format, int positions, int channels, const std::uint8_t* tight,
                      void* packed) {
  auto* bytes = static_cast<std::uint8_t*>(packed);
  std::memset(bytes, 0, tensor_bytes(format, positions, channels));
  const int pitch = channel_pitch(format, channels);
  for (int i = 0; i < positions; ++i) {
    for (int c = 0; c < channels; ++c) {
      const std::size_t at = product(i, pitch) + static_cast<std::size_t>(c);
      const unsigned value = tight[product(i, channels) + static_cast<std::size_t>(c)];
      if (format == Format::u4) {
        bytes[at / 2] = static_cast<std::uint8_t>(bytes[at / 2] | (value << (c % 2 * 4)));
      } else {
        bytes[at] = static_cast<std::uint8_t>(value);
      }
    }
  }
}

void unpack_activations(Format format, int positions, int channels, const void* packed,
                        void* tight) {
  const auto* bytes = static_cast<const std::uint8_t*>(packed);
  auto* out = static_cast<std::uint8_t*>(tight);
  const int pitch = channel_pitch(format, channels);
  for (int i = 0; i < positions; ++i) {
    const std::size_t from = product(i, pitch);
    const std::size_t to = product(i, channels);
    const auto count = static_cast<std::size_t>(channels);
    switch (format) {
      case Format::s32: std::memcpy(out + to * 4, bytes + from * 4, count * 4); break;
      case Format::u8:
      case Format::bytes: std::memcpy(out + to, bytes + from, count); break;
      case Format::u4:
        for (std::size_t c = 0; c < count; ++c) {
          out[to + c] = static_cast<std::uint8_t>((bytes[(from + c) / 2] >> (c % 2 * 4)) & 15U);
        }
        break;
    }
  }
}

}  // namespace nibble::kernels::cuda
