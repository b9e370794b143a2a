#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/kernel.h"

// The loops around an instruction set's inner loop, the same for all: which window of the input a
// tile of outputs sees, edges, pooling and storing. Included by each instruction set's file and
// compiled with its flags; everything has internal linkage, or the linker could keep one file's
// copy of a function for processors that cannot run it.
//
// A row of the window (kernel_width x in_channels values) is contiguous in NHWC. It is walked in
// steps of Tile::kStep inputs; weights of the inputs that round it up to whole steps are 0, so the
// values read past its end do not matter. Tiles whose window leaves the image, or whose last step
// would read past the end of the input, work on a copy in scratch memory.
//
// An instruction set describes a tile of outputs in a struct T:
//
//   Input, Weight, Sum       element types
//   kRows, kColumns          largest tile: output positions x output channels
//   kStep                    inputs of one position that one step consumes
//   kSpill                   steps after which its accumulators must be spilled (0: never)
//   kByteSpill               of a tile that sums in bytes before: steps after which it empties them
//   Accumulators<R>          sums of R positions in registers: clear(); multiply(rows, weights,
//   steps): adds the products of
//                            some steps; spill(raw, first): stores them to raw[R][kColumns], or
//                            adds them to it; multiply_registers(rounds): the arithmetic of
//                            `rounds` steps without loads
//   Requantizer              outputs of a vector of channels from their sums (integers only), for
//   any shift FastRequantizer          the same with fewer instructions, for shifts of kMinShift
//   and more kDirect                  whether Accumulators<R> has finish(Finish): outputs from the
//   sums in registers, by FastRequantizer
//
// Weights are packed [block of kColumns channels][window row][step][kColumns][kStep] behind the
// block's Parameters.

#define NIBBLE_INLINE [[gnu::always_inline]] inline

namespace nibble::kernels {
namespace {

/// Inputs of the positions of a tile, `stride` elements apart. In two halves: with one base the
/// compiler needs a register for the offset of each odd row, and has not enough of them for 16
/// rows.
template <typename Input>
struct Rows {
  const Input* first;
  const Input* eighth;
  std::ptrdiff_t stride;
  NIBBLE_INLINE const Input* at(int row) const {
    return row < 8 ? first + row * stride : eighth + (row - 8) * stride;
  }
  NIBBLE_INLINE void advance(std::ptrdiff_t inputs) {
    first += inputs;
    eighth += inputs;
  }
};

/// What a tile sees from its first input on: `count` contiguous rows of the window, `pitch`
/// elements apart in the input.
struct Window {
  std::ptrdiff_t stride;  // elements between neighbouring outputs
  std::ptrdiff_t pitch;
  int count;
  int steps;  // steps of one row
};

/// Integers of 32 bits in the compiler's own vectors: the same source for every instruction set.
template <int kLanes>
struct Lanes {
  typedef std::int32_t Signed __attribute__((vector_size(4 * kLanes)));
  typedef std::uint32_t Bits __attribute__((vector_size(4 * kLanes)));  // where sums may wrap
  typedef std::uint64_t Wide __attribute__((vector_size(4 * kLanes)));
};

inline constexpr std::int32_t kLongestShift = 62;

/// Bias and requantisation of a block of channels, in front of its weights.
template <typename Sum, int kColumns>
struct alignas(kAlignment) Parameters {
  Sum bias[kColumns];
  std::int32_t multiplier[kColumns];
  std::int32_t shift[kColumns];
  // Smallest sum that gives the limit: sums cut to it give outputs that fit 32 bits.
  std::int32_t ceiling[kColumns];
  std::int32_t least_shift;
};

/// How sums become the outputs of a block: bytes where limit is above 0, else sums with their bias.
template <typename Sum, int kColumns>
struct Finish {
  const Parameters<Sum, kColumns>* parameters;
  int limit;
  float floor;  // f32 only
  float ceiling;
  void* output;          // of a tile's first position
  std::ptrdiff_t pitch;  // elements between the outputs of neighbouring positions
};

template <int kColumns>
NIBBLE_INLINE void finish_sums(const Finish<std::int32_t, kColumns>& finish,
                               const std::int32_t* __restrict sums,
                               std::int32_t* __restrict output) {
  for (int j = 0; j < kColumns; ++j) output[j] = sums[j] + finish.parameters->bias[j];
}

template <int kColumns>
NIBBLE_INLINE void finish_sums(const Finish<float, kColumns>& finish, const float* __restrict sums,
                               float* __restrict output) {
#pragma GCC unroll 1  // or it is neither a loop nor a vector
  for (int j = 0; j < kColumns; ++j) {
    const float value = sums[j] + finish.parameters->bias[j];
    const float above = value < finish.floor ? finish.floor : value;
    output[j] = above > finish.ceiling ? finish.ceiling : above;
  }
}

/// The smallest v in 0..2^31 - 1 with (v * multiplier + 2^(shift - 1)) >> shift >= limit, or 2^31 -
/// 1 when there is none.
inline std::int32_t sum_of_limit(int limit, std::int32_t multiplier, int shift) {
  const std::int32_t largest = 0x7fffffff;
  if (multiplier <= 0 || shift > 55) return largest;
  const std::uint64_t scaled =
      (static_cast<std::uint64_t>(limit) << shift) - (std::uint64_t{1} << (shift - 1));
  const std::uint64_t v = (scaled + static_cast<std::uint64_t>(multiplier) - 1) /
                          static_cast<std::uint64_t>(multiplier);
  return v < 0x7fffffffU ? static_cast<std::int32_t>(v) : largest;
}

/// Fills the parameters of the channels from `first` on, of which `columns` exist; the others give
/// 0.
template <typename Sum, int kColumns>
void pack_parameters(const ConvArgs& args, const ConvWeights& weights, int first, int columns,
                     Parameters<Sum, kColumns>& parameters) {
  parameters.least_shift = kLongestShift;
  for (int j = 0; j < kColumns; ++j) {
    const bool here = j < columns;
    if constexpr (std::is_same_v<Sum, float>) {
      parameters.bias[j] = here && weights.bias_f32 != nullptr ? weights.bias_f32[first + j] : 0.0F;
    } else {
      parameters.bias[j] = here && weights.bias != nullptr ? weights.bias[first + j] : 0;
    }
    parameters.multiplier[j] =
        here && weights.multiplier != nullptr ? weights.multiplier[first + j] : 0;
    parameters.shift[j] =
        here && weights.shift != nullptr ? weights.shift[first + j] : kLongestShift;
    parameters.ceiling[j] = sum_of_limit(args.limit > 0 ? args.limit : 1, parameters.multiplier[j],
                                         parameters.shift[j]);
    if (here && parameters.shift[j] < parameters.least_shift)
      parameters.least_shift = parameters.shift[j];
  }
}

template <typename T>
using FinishOf = Finish<typename T::Sum, T::kColumns>;

/// Whether FastRequantizer takes a block.
template <typename T, typename Block>
NIBBLE_INLINE bool shifts_far(const Block& parameters) {
  return parameters.least_shift >= T::FastRequantizer::kMinShift;
}

/// Outputs of one position from its sums.
template <typename T, typename Block>
NIBBLE_INLINE void requantize(const Block& parameters, int limit, const std::int32_t* sums,
                              std::uint8_t* output) {
  if (shifts_far<T>(parameters)) {
#pragma GCC unroll 4
    for (int j = 0; j < T::kColumns; j += T::kLanes) {
      typename T::FastRequantizer(parameters, j, limit).store(T::load_sums(sums + j), output + j);
    }
  } else {
#pragma GCC unroll 4
    for (int j = 0; j < T::kColumns; j += T::kLanes) {
      typename T::Requantizer(parameters, j, limit).store(T::load_sums(sums + j), output + j);
    }
  }
}

/// Computes R positions: their outputs, where `finish` is given and the tile can (true), else their
/// sums in raw[R][kColumns].
template <typename T, int R>
[[gnu::noinline]] bool compute_tile(const typename T::Input* input, const Window& window,
                                    const typename T::Weight* weights, typename T::Sum* raw,
                                    const FinishOf<T>* finish) {
  typename T::template Accumulators<R> sums;
  sums.clear();
  bool first = true;
  [[maybe_unused]] int budget = T::kSpill;
  for (int row = 0; row < window.count; ++row) {
    const typename T::Input* start = input + row * window.pitch;
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
  if constexpr (T::kDirect) {
    if (finish != nullptr && first) {
      sums.finish(*finish);
      return true;
    }
  }
  sums.spill(raw, first);
  return false;
}

/// compute_tile by the number of positions less one.
template <typename T, typename Positions>
struct TileTable;
template <typename T, int... kLess>
struct TileTable<T, std::integer_sequence<int, kLess...>> {
  using Compute = bool (*)(const typename T::Input*, const Window&, const typename T::Weight*,
                           typename T::Sum*, const FinishOf<T>*);
  static constexpr Compute kEntries[] = {compute_tile<T, kLess + 1>...};
};

NIBBLE_INLINE constexpr int round_up(int value, int step) {
  return (value + step - 1) / step * step;
}

/// The convolution of one block of T::kColumns channels, of which the first `columns` exist.
template <typename T>
struct Block {
  using Input = typename T::Input;
  using Weight = typename T::Weight;
  using Sum = typename T::Sum;
  using BlockParameters = Parameters<Sum, T::kColumns>;

  static int steps(const ConvArgs& args) {
    return (args.kernel_width * args.in_channels + T::kStep - 1) / T::kStep;
  }

  static std::size_t packed_bytes(const ConvArgs& args) {
    const std::size_t weights = static_cast<std::size_t>(args.kernel_height) *
                                static_cast<std::size_t>(steps(args)) * T::kStep * T::kColumns *
                                sizeof(Weight);
    return sizeof(BlockParameters) + (weights + kAlignment - 1) / kAlignment * kAlignment;
  }

  static std::size_t scratch_bytes(const ConvArgs& args) {
    const int width = (T::kRows - 1) * args.stride_width + args.kernel_width;
    const std::size_t row =
        static_cast<std::size_t>(width) * static_cast<std::size_t>(args.in_channels) + T::kStep;
    return row * static_cast<std::size_t>(args.kernel_height) * sizeof(Input) + kAlignment;
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, int first, int columns,
                   void* packed) {
    auto* parameters = static_cast<BlockParameters*>(packed);
    pack_parameters(args, weights, first, columns, *parameters);
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(args.kernel_width) * args.in_channels;
    const auto* source =
        static_cast<const Weight*>(weights.weights) + first * args.kernel_height * row;
    auto* out = reinterpret_cast<Weight*>(parameters + 1);
    for (int ky = 0; ky < args.kernel_height; ++ky) {
      for (std::ptrdiff_t i = 0; i < steps(args) * T::kStep; i += T::kStep) {
        for (int j = 0; j < T::kColumns; ++j) {
          for (int u = 0; u < T::kStep; ++u) {
            *out++ = j < columns && i + u < row
                         ? source[(j * args.kernel_height + ky) * row + i + u]
                         : Weight{0};
          }
        }
      }
    }
  }

  /// The rows of the image that one row of outputs sees; those above and below the image are left
  /// out.
  struct ImageRows {
    Window window;
    const Input* first;     // the first row
    const Weight* weights;  // of that row
    std::ptrdiff_t room;  // from there, how far the starts of a tile's windows may go for its last
                          // step to stay in the image
  };

  static ImageRows find_rows(const ConvArgs& args, const Input* input, const Weight* weights,
                             int y) {
    const int top = y * args.stride_height - args.pad_top;
    const int first = top < 0 ? -top : 0;
    const int beyond =
        top + args.kernel_height > args.in_height ? args.in_height - top : args.kernel_height;
    ImageRows rows{};
    rows.window.count = beyond - first;
    if (rows.window.count <= 0) return rows;
    rows.window.stride = static_cast<std::ptrdiff_t>(args.stride_width) * args.in_channels;
    rows.window.pitch = static_cast<std::ptrdiff_t>(args.in_width) * args.in_channels;
    rows.window.steps = steps(args);
    const std::ptrdiff_t row_steps = static_cast<std::ptrdiff_t>(rows.window.steps) * T::kStep;
    rows.first = input + (top + first) * rows.window.pitch;
    rows.weights = weights + first * row_steps * T::kColumns;
    rows.room = (args.in_height - top - beyond + 1) * rows.window.pitch - row_steps;
    return rows;
  }

  /// Copies what a tile sees from column `left` on, with zeros around the image, and describes the
  /// copy.
  [[gnu::noinline]] static Window copy_window(const ConvArgs& args, const ImageRows& rows,
                                              Input* scratch, int left, int width) {
    Window window = rows.window;
    const int from = left < 0 ? (-left < width ? -left : width) : 0;
    const int to = left + width > args.in_width ? args.in_width - left : width;
    window.pitch = static_cast<std::ptrdiff_t>(width) * args.in_channels + T::kStep;
    std::memset(scratch, 0, static_cast<std::size_t>(window.count * window.pitch) * sizeof(Input));
    if (to > from) {
      for (int row = 0; row < window.count; ++row) {
        std::memcpy(scratch + row * window.pitch + from * args.in_channels,
                    rows.first + row * rows.window.pitch +
                        static_cast<std::ptrdiff_t>(left + from) * args.in_channels,
                    static_cast<std::size_t>(to - from) *
                        static_cast<std::size_t>(args.in_channels) * sizeof(Input));
      }
    }
    return window;
  }

  /// Takes the maximum of each pooling window of raw[pool_height][positions][kColumns] into the
  /// first of its values.
  static void pool(const ConvArgs& args, int positions, Sum* raw) {
    if (args.pool_height == 2) {
      Sum* below = raw + positions * T::kColumns;
      for (int i = 0; i < positions * T::kColumns; ++i)
        raw[i] = below[i] > raw[i] ? below[i] : raw[i];
    }
    if (args.pool_width == 2) {
      for (int x = 0; x < positions; x += 2) {
        Sum* left = raw + x * T::kColumns;
        for (int j = 0; j < T::kColumns; ++j)
          left[j] = left[j + T::kColumns] > left[j] ? left[j + T::kColumns] : left[j];
      }
    }
  }

  NIBBLE_INLINE static void store_position(const FinishOf<T>& finish, const Sum* sums,
                                           Sum* output) {
    finish_sums(finish, sums, output);
  }
  NIBBLE_INLINE static void store_position(const FinishOf<T>& finish, const Sum* sums,
                                           std::uint8_t* output) {
    if constexpr (sizeof(Input) == 1) requantize<T>(*finish.parameters, finish.limit, sums, output);
  }

  /// Outputs from the sums raw[positions][kColumns], of every `step`th position.
  template <typename Output>
  static void store(const FinishOf<T>& finish, int columns, int positions, int step,
                    const Sum* raw) {
    auto* output = static_cast<Output*>(finish.output);
    for (int x = 0; x < positions; x += step, output += finish.pitch) {
      const Sum* sums = raw + x * T::kColumns;
      if (columns == T::kColumns) {
        store_position(finish, sums, output);
      } else {
        Output all[T::kColumns];
        store_position(finish, sums, all);
        std::memcpy(output, all, static_cast<std::size_t>(columns) * sizeof(Output));
      }
    }
  }

  static void run(const ConvArgs& args, const void* packed, int first, int columns,
                  const void* input, void* output, void* scratch) {
    using Table = TileTable<T, std::make_integer_sequence<int, T::kRows>>;
    const auto& parameters = *static_cast<const BlockParameters*>(packed);
    const auto* weights = reinterpret_cast<const Weight*>(&parameters + 1);
    const int height = out_height(args);
    const int width = out_width(args);
    if (width == 0) return;
    // Tiles of nearly equal width: a narrow last tile would have too few accumulators to hide the
    // latency of a multiply.
    const int tiles = (width * args.pool_width + T::kRows - 1) / T::kRows;
    const int least = width / tiles;
    const int wider = width % tiles;  // tiles of one output more
    const bool pooled = args.pool_height == 2 || args.pool_width == 2;
    // In locals, since the compiler must assume that outputs overwrite `args`.
    const int pool_height = args.pool_height;
    const int pool_width = args.pool_width;
    const int stride = args.stride_width;
    const int kernel_width = args.kernel_width;
    const int in_width = args.in_width;
    const int channels = args.in_channels;
    const bool bytes = sizeof(Input) == 1 && args.limit > 0;
    const std::ptrdiff_t size = bytes ? 1 : sizeof(Sum);
    FinishOf<T> finish{&parameters,
                       args.limit,
                       args.relu ? 0.0F : -__builtin_inff(),
                       args.clip > 0 ? args.clip : __builtin_inff(),
                       static_cast<std::uint8_t*>(output) + first * size,
                       args.out_channels};
    bool from_registers = !pooled && columns == T::kColumns;
    if constexpr (sizeof(Input) == 1)
      from_registers = from_registers && (!bytes || shifts_far<T>(parameters));
    const FinishOf<T>* direct = from_registers ? &finish : nullptr;
    for (int y = 0; y < height; ++y) {
      ImageRows rows[2];
      for (int dy = 0; dy < pool_height; ++dy) {
        rows[dy] = find_rows(args, static_cast<const Input*>(input), weights, y * pool_height + dy);
      }
      int left = -args.pad_left;
      for (int tile = 0; tile < tiles; ++tile) {
        alignas(kAlignment) Sum raw[2 * T::kRows * T::kColumns];
        const int outputs = least + (tile < wider ? 1 : 0);
        const int positions = outputs * pool_width;
        const int reach = (positions - 1) * stride;
        const bool inside = left >= 0 && left + reach + kernel_width <= in_width;
        bool done = false;
        for (int dy = 0; dy < pool_height; ++dy) {
          Sum* sums = raw + dy * positions * T::kColumns;
          const auto compute = Table::kEntries[positions - 1];
          if (inside && static_cast<std::ptrdiff_t>(left + reach) * channels <= rows[dy].room) {
            const Input* start = rows[dy].first + static_cast<std::ptrdiff_t>(left) * channels;
            done = compute(start, rows[dy].window, rows[dy].weights, sums, direct);
          } else {
            const Window copy = copy_window(args, rows[dy], static_cast<Input*>(scratch), left,
                                            reach + kernel_width);
            done =
                compute(static_cast<const Input*>(scratch), copy, rows[dy].weights, sums, direct);
          }
        }
        if (!done) {
          // Activation is monotone, so it may follow the maximum.
          if (pooled) pool(args, positions, raw);
          if (bytes) {
            store<std::uint8_t>(finish, columns, positions, pool_width, raw);
          } else {
            store<Sum>(finish, columns, positions, pool_width, raw);
          }
        }
        left += positions * stride;
        finish.output = static_cast<std::uint8_t*>(finish.output) + outputs * finish.pitch * size;
      }
    }
  }
};

/// All channels of a convolution: wide blocks and, for the last channels where it suffices, a
/// narrow one.
template <typename Wide, int kWide, typename Narrow, int kNarrow>
struct Blocks {
  static std::size_t packed_bytes(const ConvArgs& args) {
    const int rest = args.out_channels % kWide;
    std::size_t bytes =
        static_cast<std::size_t>(args.out_channels / kWide) * Wide::packed_bytes(args);
    if (rest > 0) bytes += rest <= kNarrow ? Narrow::packed_bytes(args) : Wide::packed_bytes(args);
    return bytes;
  }

  /// Calls visit(block's type, its part of `packed`, first channel, channels) for each block.
  template <typename Byte, typename Visit>
  NIBBLE_INLINE static void each(const ConvArgs& args, Byte* packed, Visit visit) {
    using Bytes = std::conditional_t<std::is_const_v<Byte>, const std::uint8_t, std::uint8_t>;
    auto* part = static_cast<Bytes*>(packed);
    const std::size_t size = Wide::packed_bytes(args);
    for (int first = 0; first < args.out_channels; first += kWide, part += size) {
      const int rest = args.out_channels - first;
      if (rest <= kNarrow) {
        visit(Narrow{}, part, first, rest);
      } else {
        visit(Wide{}, part, first, rest < kWide ? rest : kWide);
      }
    }
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    each(args, packed, [&](auto block, void* part, int first, int columns) {
      decltype(block)::pack(args, weights, first, columns, part);
    });
  }
};

/// The blocks of a direct convolution.
template <typename Wide, typename Narrow>
struct DirectBlocks : Blocks<Block<Wide>, Wide::kColumns, Block<Narrow>, Narrow::kColumns> {
  static std::size_t scratch_bytes(const ConvArgs& args) {
    const std::size_t wide = Block<Wide>::scratch_bytes(args);
    const std::size_t narrow = Block<Narrow>::scratch_bytes(args);
    return wide > narrow ? wide : narrow;
  }

  static void run(const ConvArgs& args, const void* packed, const void* input, void* output,
                  void* scratch) {
    DirectBlocks::each(args, packed, [&](auto block, const void* part, int first, int columns) {
      decltype(block)::run(args, part, first, columns, input, output, scratch);
    });
  }
};

/// A kernel: Few takes the place of the other tiles where a row of the window would leave most of
/// their step empty.
template <typename Wide, typename Narrow, typename Few>
struct Kernel {
  using Usual = DirectBlocks<Wide, Narrow>;
  using Sparse = DirectBlocks<Few, Few>;

  static bool few(const ConvArgs& args) {
    return Few::kStep < Wide::kStep && args.kernel_width * args.in_channels <= Wide::kStep / 2;
  }
  static std::size_t packed_bytes(const ConvArgs& args) {
    return few(args) ? Sparse::packed_bytes(args) : Usual::packed_bytes(args);
  }
  static std::size_t scratch_bytes(const ConvArgs& args) {
    return few(args) ? Sparse::scratch_bytes(args) : Usual::scratch_bytes(args);
  }
  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    few(args) ? Sparse::pack(args, weights, packed) : Usual::pack(args, weights, packed);
  }
  static void run(const ConvArgs& args, const void* packed, const void* input, void* output,
                  void* scratch) {
    few(args) ? Sparse::run(args, packed, input, output, scratch)
              : Usual::run(args, packed, input, output, scratch);
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

/// T::kByteSpill, where a tile has it.
template <typename T>
constexpr int byte_spill() {
  if constexpr (requires { T::kByteSpill; }) return T::kByteSpill;
  return 0;
}

/// The entry of a kernel in the list. The tests derive their sizes from it, so it names the largest
/// tile and the longest step.
template <typename Wide, typename Narrow, typename Few = Wide>
constexpr ConvKernel describe_kernel(const char* isa, Precision precision,
                                     const ConvKernel* winograd = nullptr) {
  static_assert(Wide::kRows % 2 == 0 && Narrow::kRows % 2 == 0 && Few::kRows % 2 == 0,
                "a tile holds whole pooling windows");
  using K = Kernel<Wide, Narrow, Few>;
  const int rows = Wide::kRows > Narrow::kRows ? Wide::kRows : Narrow::kRows;
  return {isa,
          precision,
          rows,
          Wide::kColumns,
          Wide::kStep,
          Wide::kSpill * Wide::kStep,
          byte_spill<Wide>() * Wide::kStep,
          K::packed_bytes,
          K::scratch_bytes,
          K::pack,
          K::run,
          K::register_peak,
          winograd};
}

}  // namespace
}  // namespace nibble::kernels
