#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/kernel.h"

// The loops around an instruction set's inner loop, the same for all: which window of the input a tile of outputs sees, edges, pooling and
// storing. Included by each instruction set's file and compiled with its flags; everything has internal linkage, or the linker could keep
// one file's copy of a function for processors that cannot run it.
//
// A row of the window (kernel_width x in_channels values) is contiguous in NHWC. It is walked in steps of Tile::kStep inputs; weights of
// the inputs that round it up to whole steps are 0, so the values read past its end do not matter. Tiles whose window leaves the image, or
// whose last step would read past the end of the input, work on a copy in scratch memory.
//
// An instruction set describes a tile of outputs in a struct T:
//
//   Input, Weight, Sum       element types
//   kRows, kColumns          largest tile: output positions x output channels
//   kStep                    inputs of one position that one step consumes
//   kSpill                   steps after which its accumulators must be spilled (0: never)
//   Accumulators<R>          sums of R positions in registers: clear(); multiply(rows, weights, steps): adds the products of
//                            some steps; spill(raw, first): stores them to raw[R][kColumns], or adds them to it;
//                            multiply_registers(rounds): the arithmetic of `rounds` steps without loads
//   requantize(...)          outputs of one position from its sums (integers only)
//
// Weights are packed [block of kColumns channels][window row][step][kColumns][kStep] behind the block's Parameters.

#define NIBBLE_INLINE [[gnu::always_inline]] inline

namespace nibble::kernels {
namespace {

/// Inputs of the positions of a tile, `stride` elements apart. In two halves: with one base the compiler needs a register for the offset of
/// each odd row, and has not enough of them for 16 rows.
template <typename Input>
struct Rows {
  const Input* first;
  const Input* eighth;
  std::ptrdiff_t stride;
  NIBBLE_INLINE const Input* at(int row) const { return row < 8 ? first + row * stride : eighth + (row - 8) * stride; }
  NIBBLE_INLINE void advance(std::ptrdiff_t inputs) {
    first += inputs;
    eighth += inputs;
  }
};

/// What a tile sees: `count` contiguous rows of the window, `pitch` elements apart in the input.
template <typename Input>
struct Window {
  const Input* first;
  std::ptrdiff_t stride;  // elements between neighbouring outputs
  std::ptrdiff_t pitch;
  int count;
  int steps;  // steps of one row
};

/// Bias and requantisation of a block of channels, in front of its weights.
template <typename Sum, int kColumns>
struct alignas(kAlignment) Parameters {
  Sum bias[kColumns];
  std::int32_t multiplier[kColumns];
  std::int32_t shift[kColumns];
  // Smallest sum that gives the limit: sums cut to it give outputs that fit 32 bits.
  std::int32_t ceiling[kColumns];
};

/// Sums with their bias, as they are.
template <int kColumns>
NIBBLE_INLINE void finish_sums(const ConvArgs&, const Parameters<std::int32_t, kColumns>& parameters, const std::int32_t* sums,
                               std::int32_t* output) {
  for (int j = 0; j < kColumns; ++j) output[j] = sums[j] + parameters.bias[j];
}

template <int kColumns>
NIBBLE_INLINE void finish_sums(const ConvArgs& args, const Parameters<float, kColumns>& parameters, const float* sums, float* output) {
  const float floor = args.relu ? 0.0F : -__builtin_inff();
  const float ceiling = args.clip > 0 ? args.clip : __builtin_inff();
  for (int j = 0; j < kColumns; ++j) {
    const float value = sums[j] + parameters.bias[j];
    const float above = value < floor ? floor : value;
    output[j] = above > ceiling ? ceiling : above;
  }
}

/// The smallest v in 0..2^31 - 1 with (v * multiplier + 2^(shift - 1)) >> shift >= limit, or 2^31 - 1 when there is none.
inline std::int32_t sum_of_limit(int limit, std::int32_t multiplier, int shift) {
  const std::int32_t largest = 0x7fffffff;
  if (multiplier <= 0 || shift > 55) return largest;
  const std::uint64_t scaled = (static_cast<std::uint64_t>(limit) << shift) - (std::uint64_t{1} << (shift - 1));
  const std::uint64_t v = (scaled + static_cast<std::uint64_t>(multiplier) - 1) / static_cast<std::uint64_t>(multiplier);
  return v < 0x7fffffffU ? static_cast<std::int32_t>(v) : largest;
}

template <typename T, int R>
[[gnu::noinline]] void compute_tile(const Window<typename T::Input>& window, const typename T::Weight* weights, typename T::Sum* raw) {
  typename T::template Accumulators<R> sums;
  sums.clear();
  bool first = true;
  [[maybe_unused]] int budget = T::kSpill;
  for (int row = 0; row < window.count; ++row) {
    const typename T::Input* start = window.first + row * window.pitch;
    Rows<typename T::Input> rows{start, start + 8 * window.stride, window.stride};
    __asm__("" : "+r"(rows.eighth));
    int left = window.steps;
    while (left > 0) {
      int steps = left;
      if constexpr (T::kSpill > 0) {
        if (steps > budget) steps = budget;
        budget -= steps;
      }
      left -= steps;
      sums.multiply(rows, weights, steps);
      rows.advance(static_cast<std::ptrdiff_t>(steps) * T::kStep);
      weights += static_cast<std::ptrdiff_t>(steps) * T::kColumns * T::kStep;
      if constexpr (T::kSpill > 0) {
        if (budget == 0) {
          sums.spill(raw, first);
          sums.clear();
          first = false;
          budget = T::kSpill;
        }
      }
    }
  }
  sums.spill(raw, first);
}

template <typename T, int R>
NIBBLE_INLINE void compute_positions(int positions, const Window<typename T::Input>& window, const typename T::Weight* weights,
                                     typename T::Sum* raw) {
  if constexpr (R > 0) {
    if (positions == R) {
      compute_tile<T, R>(window, weights, raw);
    } else {
      compute_positions<T, R - 1>(positions, window, weights, raw);
    }
  }
}

NIBBLE_INLINE constexpr int round_up(int value, int step) { return (value + step - 1) / step * step; }

/// The convolution of one block of T::kColumns channels, of which the first `columns` exist.
template <typename T>
struct Block {
  using Input = typename T::Input;
  using Weight = typename T::Weight;
  using Sum = typename T::Sum;
  using BlockParameters = Parameters<Sum, T::kColumns>;

  static int steps(const ConvArgs& args) { return (args.kernel_width * args.in_channels + T::kStep - 1) / T::kStep; }

  static std::size_t packed_bytes(const ConvArgs& args) {
    const std::size_t weights =
        static_cast<std::size_t>(args.kernel_height) * static_cast<std::size_t>(steps(args)) * T::kStep * T::kColumns * sizeof(Weight);
    return sizeof(BlockParameters) + (weights + kAlignment - 1) / kAlignment * kAlignment;
  }

  static std::size_t scratch_bytes(const ConvArgs& args) {
    const int width = (T::kRows - 1) * args.stride_width + args.kernel_width;
    const std::size_t row = static_cast<std::size_t>(width) * static_cast<std::size_t>(args.in_channels) + T::kStep;
    return row * static_cast<std::size_t>(args.kernel_height) * sizeof(Input) + kAlignment;
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, int first, int columns, void* packed) {
    auto* parameters = static_cast<BlockParameters*>(packed);
    for (int j = 0; j < T::kColumns; ++j) {
      const bool here = j < columns;
      if constexpr (sizeof(Input) == sizeof(float)) {
        parameters->bias[j] = here && weights.bias_f32 != nullptr ? weights.bias_f32[first + j] : 0.0F;
      } else {
        parameters->bias[j] = here && weights.bias != nullptr ? weights.bias[first + j] : 0;
      }
      parameters->multiplier[j] = here && weights.multiplier != nullptr ? weights.multiplier[first + j] : 0;
      parameters->shift[j] = here && weights.shift != nullptr ? weights.shift[first + j] : 1;
      parameters->ceiling[j] = sum_of_limit(args.limit > 0 ? args.limit : 1, parameters->multiplier[j], parameters->shift[j]);
    }
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(args.kernel_width) * args.in_channels;
    const auto* source = static_cast<const Weight*>(weights.weights) + first * args.kernel_height * row;
    auto* out = reinterpret_cast<Weight*>(parameters + 1);
    for (int ky = 0; ky < args.kernel_height; ++ky) {
      for (std::ptrdiff_t i = 0; i < steps(args) * T::kStep; i += T::kStep) {
        for (int j = 0; j < T::kColumns; ++j) {
          for (int u = 0; u < T::kStep; ++u) {
            *out++ = j < columns && i + u < row ? source[(j * args.kernel_height + ky) * row + i + u] : Weight{0};
          }
        }
      }
    }
  }

  /// The window of `positions` outputs from column x of row y of the convolution; `*skipped` rows above the image are left out.
  static Window<Input> find_window(const ConvArgs& args, const Input* input, Input* scratch, int y, int x, int positions, int* skipped) {
    const int top = y * args.stride_height - args.pad_top;
    const int left = x * args.stride_width - args.pad_left;
    const int width = (positions - 1) * args.stride_width + args.kernel_width;
    const int first = top < 0 ? -top : 0;
    const int last = top + args.kernel_height > args.in_height ? args.in_height - top : args.kernel_height;
    *skipped = first;
    const std::ptrdiff_t pitch = static_cast<std::ptrdiff_t>(args.in_width) * args.in_channels;
    Window<Input> window{nullptr, static_cast<std::ptrdiff_t>(args.stride_width) * args.in_channels, pitch, last - first, steps(args)};
    if (window.count <= 0) return window;
    const std::ptrdiff_t offset = (top + first) * pitch + static_cast<std::ptrdiff_t>(left) * args.in_channels;
    const std::ptrdiff_t end =
        offset + (window.count - 1) * pitch + (positions - 1) * window.stride + static_cast<std::ptrdiff_t>(window.steps) * T::kStep;
    if (left >= 0 && left + width <= args.in_width && end <= args.in_height * pitch) {
      window.first = input + offset;
      return window;
    }
    const int from = left < 0 ? (-left < width ? -left : width) : 0;
    const int to = left + width > args.in_width ? args.in_width - left : width;
    window.pitch = static_cast<std::ptrdiff_t>(width) * args.in_channels + T::kStep;
    window.first = scratch;
    std::memset(scratch, 0, static_cast<std::size_t>(window.count * window.pitch) * sizeof(Input));
    if (to > from) {
      for (int row = 0; row < window.count; ++row) {
        std::memcpy(scratch + row * window.pitch + from * args.in_channels, input + offset + row * pitch + from * args.in_channels,
                    static_cast<std::size_t>(to - from) * static_cast<std::size_t>(args.in_channels) * sizeof(Input));
      }
    }
    return window;
  }

  /// Takes the maximum of each pooling window of raw[pool_height][positions][kColumns] into the first of its values.
  static void pool(const ConvArgs& args, int positions, Sum* raw) {
    if (args.pool_height == 2) {
      Sum* below = raw + positions * T::kColumns;
      for (int i = 0; i < positions * T::kColumns; ++i) raw[i] = below[i] > raw[i] ? below[i] : raw[i];
    }
    if (args.pool_width == 2) {
      for (int x = 0; x < positions; x += 2) {
        Sum* left = raw + x * T::kColumns;
        for (int j = 0; j < T::kColumns; ++j) left[j] = left[j + T::kColumns] > left[j] ? left[j + T::kColumns] : left[j];
      }
    }
  }

  NIBBLE_INLINE static void finish(const ConvArgs& args, const BlockParameters& parameters, const Sum* sums, Sum* output) {
    finish_sums(args, parameters, sums, output);
  }
  NIBBLE_INLINE static void finish(const ConvArgs& args, const BlockParameters& parameters, const Sum* sums, std::uint8_t* output) {
    T::requantize(parameters.bias, parameters.multiplier, parameters.shift, parameters.ceiling, args.limit, sums, output);
  }

  template <typename Output>
  static void store(const ConvArgs& args, const BlockParameters& parameters, int columns, int positions, const Sum* raw, Output* output) {
    for (int x = 0; x < positions; x += args.pool_width, output += args.out_channels) {
      const Sum* sums = raw + x * T::kColumns;
      if (columns == T::kColumns) {
        finish(args, parameters, sums, output);
      } else {
        Output all[T::kColumns];
        finish(args, parameters, sums, all);
        std::memcpy(output, all, static_cast<std::size_t>(columns) * sizeof(Output));
      }
    }
  }

  static void run_tile(const ConvArgs& args, const BlockParameters& parameters, int columns, const Input* input, int y, int x,
                       int positions, Input* scratch, void* output, std::size_t index) {
    alignas(kAlignment) Sum raw[2 * T::kRows * T::kColumns];
    const auto* weights = reinterpret_cast<const Weight*>(&parameters + 1);
    for (int dy = 0; dy < args.pool_height; ++dy) {
      int skipped = 0;
      const Window<Input> window = find_window(args, input, scratch, y * args.pool_height + dy, x * args.pool_width, positions, &skipped);
      compute_positions<T, T::kRows>(positions, window,
                                     weights + skipped * static_cast<std::ptrdiff_t>(window.steps) * T::kStep * T::kColumns,
                                     raw + dy * positions * T::kColumns);
    }
    // Activation is monotone, so it may follow the maximum.
    pool(args, positions, raw);
    if constexpr (sizeof(Input) == 1) {
      if (args.limit > 0) {
        store(args, parameters, columns, positions, raw, static_cast<std::uint8_t*>(output) + index);
        return;
      }
    }
    store(args, parameters, columns, positions, raw, static_cast<Sum*>(output) + index);
  }

  static void run(const ConvArgs& args, const void* packed, int first, int columns, const void* input, void* output, void* scratch) {
    const auto& parameters = *static_cast<const BlockParameters*>(packed);
    const int height = out_height(args);
    const int width = out_width(args);
    // Tiles of nearly equal width: a narrow last tile would have too few accumulators to hide the latency of a multiply.
    const int tiles = (width * args.pool_width + T::kRows - 1) / T::kRows;
    for (int y = 0; y < height; ++y) {
      for (int tile = 0; tile < tiles; ++tile) {
        const int from = static_cast<int>(static_cast<std::int64_t>(width) * tile / tiles);
        const int to = static_cast<int>(static_cast<std::int64_t>(width) * (tile + 1) / tiles);
        const std::size_t index = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(from)) *
                                      static_cast<std::size_t>(args.out_channels) +
                                  static_cast<std::size_t>(first);
        run_tile(args, parameters, columns, static_cast<const Input*>(input), y, from, (to - from) * args.pool_width,
                 static_cast<Input*>(scratch), output, index);
      }
    }
  }
};

/// All channels of a convolution: a wide tile and, for the last channels where they suffice, a narrow one with more positions.
template <typename Wide, typename Narrow>
struct Blocks {
  static int last_block(const ConvArgs& args) { return args.out_channels / Wide::kColumns * Wide::kColumns; }

  static std::size_t packed_bytes(const ConvArgs& args) {
    const int full = last_block(args);
    const int rest = args.out_channels - full;
    std::size_t bytes = static_cast<std::size_t>(full / Wide::kColumns) * Block<Wide>::packed_bytes(args);
    if (rest > 0) bytes += rest <= Narrow::kColumns ? Block<Narrow>::packed_bytes(args) : Block<Wide>::packed_bytes(args);
    return bytes;
  }

  static std::size_t scratch_bytes(const ConvArgs& args) {
    const std::size_t wide = Block<Wide>::scratch_bytes(args);
    const std::size_t narrow = Block<Narrow>::scratch_bytes(args);
    return wide > narrow ? wide : narrow;
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    auto* bytes = static_cast<std::uint8_t*>(packed);
    for (int first = 0; first < args.out_channels; first += Wide::kColumns, bytes += Block<Wide>::packed_bytes(args)) {
      const int rest = args.out_channels - first;
      if (rest <= Narrow::kColumns) {
        Block<Narrow>::pack(args, weights, first, rest, bytes);
      } else {
        Block<Wide>::pack(args, weights, first, rest < Wide::kColumns ? rest : Wide::kColumns, bytes);
      }
    }
  }

  static void run(const ConvArgs& args, const void* packed, const void* input, void* output, void* scratch) {
    const auto* bytes = static_cast<const std::uint8_t*>(packed);
    for (int first = 0; first < args.out_channels; first += Wide::kColumns, bytes += Block<Wide>::packed_bytes(args)) {
      const int rest = args.out_channels - first;
      if (rest <= Narrow::kColumns) {
        Block<Narrow>::run(args, bytes, first, rest, input, output, scratch);
      } else {
        Block<Wide>::run(args, bytes, first, rest < Wide::kColumns ? rest : Wide::kColumns, input, output, scratch);
      }
    }
  }
};

/// A kernel: Few takes the place of the other tiles where a row of the window would leave most of their step empty.
template <typename Wide, typename Narrow, typename Few>
struct Kernel {
  using Usual = Blocks<Wide, Narrow>;
  using Sparse = Blocks<Few, Few>;

  static bool few(const ConvArgs& args) { return Few::kStep < Wide::kStep && args.kernel_width * args.in_channels <= Wide::kStep / 2; }
  static std::size_t packed_bytes(const ConvArgs& args) { return few(args) ? Sparse::packed_bytes(args) : Usual::packed_bytes(args); }
  static std::size_t scratch_bytes(const ConvArgs& args) { return few(args) ? Sparse::scratch_bytes(args) : Usual::scratch_bytes(args); }
  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    few(args) ? Sparse::pack(args, weights, packed) : Usual::pack(args, weights, packed);
  }
  static void run(const ConvArgs& args, const void* packed, const void* input, void* output, void* scratch) {
    few(args) ? Sparse::run(args, packed, input, output, scratch) : Usual::run(args, packed, input, output, scratch);
  }

  static std::int64_t register_peak(std::int64_t rounds) {
    typename Wide::template Accumulators<Wide::kRows> sums;
    sums.clear();
    sums.multiply_registers(rounds);
    alignas(kAlignment) typename Wide::Sum raw[Wide::kRows * Wide::kColumns];
    sums.spill(raw, true);
    __asm__ volatile("" : : "r"(raw) : "memory");
    return rounds * Wide::kRows * Wide::kColumns * Wide::kStep;
  }
};

/// The entry of a kernel in the list. The tests derive their sizes from it, so it names the largest tile and the longest step.
template <typename Wide, typename Narrow, typename Few = Wide>
constexpr ConvKernel describe_kernel(const char* isa, Precision precision) {
  static_assert(Wide::kRows % 2 == 0 && Narrow::kRows % 2 == 0 && Few::kRows % 2 == 0, "a tile holds whole pooling windows");
  using K = Kernel<Wide, Narrow, Few>;
  const int rows = Wide::kRows > Narrow::kRows ? Wide::kRows : Narrow::kRows;
  return {
      isa,    precision,       rows, Wide::kColumns, Wide::kStep, Wide::kSpill * Wide::kStep, K::packed_bytes, K::scratch_bytes, K::pack,
      K::run, K::register_peak};
}

}  // namespace
}  // namespace nibble::kernels
