#pragma once

#include "kernels/driver.h"

// Winograd's F(4,3) along x, exact in bytes for inputs 0..15 and weights -7..7: four neighbouring
// outputs take 6 products instead of 12 for each row of the window and each input channel
// (Winograd, Arithmetic Complexity of Computations, 1980; the matrices are Lavin and Gray's, arXiv
// 1509.09308, with the weights' denominators taken out). 8-bit data cannot have it: its transforms
// do not fit a byte.
//
//   inputs    v = B d        d: 6 neighbouring inputs of a channel, v in -120..75
//   weights   u = G w        w: 3 weights of a row, u in -49..49; made once, when packing
//   products  m = sum of v * u over channels and rows of the window, for each of the 6 points
//   alone: matrix products of the direct tiles outputs   y = A (m scaled by 6 4 4 1 1 24) / 24,
//   which leaves no remainder
//
// A tile of the matrix products has four outputs in each of its positions. An instruction that
// multiplies unsigned with signed bytes gets inputs with an offset; what the offset adds to the
// sums is known when packing, and taken off with the outputs. Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

inline constexpr int kPoints = 6;
inline constexpr int kOutputs = 4;  // of one position of a tile

template <int kCount>
struct Bytes {
  typedef std::uint8_t Vector __attribute__((vector_size(kCount)));
};

/// v of kCount channels: `d` points to six inputs, `v` to the first point of six that lie `plane`
/// bytes apart.
template <int kCount, int kOffset>
NIBBLE_INLINE void transform_inputs(const std::uint8_t* const (&d)[kPoints], std::ptrdiff_t channel,
                                    std::uint8_t* v, std::ptrdiff_t plane) {
  using Vector = typename Bytes<kCount>::Vector;
  Vector x[kPoints];
#pragma GCC unroll 6
  for (int i = 0; i < kPoints; ++i) std::memcpy(&x[i], d[i] + channel, kCount);
  constexpr auto kAdded = static_cast<std::uint8_t>(kOffset);
  // Bytes wrap on the way; the results fit.
  const Vector a = x[4] + kAdded - 4 * x[2];
  const Vector b = x[3] - 4 * x[1];
  const Vector c = x[4] + kAdded - x[2];
  const Vector e = 2 * (x[3] - x[1]);
  const Vector results[kPoints] = {4 * (x[0] - x[2]) + c,       a + b, a - b, c + e, c - e,
                                   x[5] + kAdded - x[3] - 2 * e};
#pragma GCC unroll 6
  for (int p = 0; p < kPoints; ++p) std::memcpy(v + p * plane, &results[p], kCount);
}

/// The weight of point `p` from the three of a row.
inline int transform_weight(int p, int w0, int w1, int w2) {
  switch (p) {
    case 0: return w0;
    case 1: return -(w0 + w1 + w2);
    case 2: return w1 - w0 - w2;
    case 3: return w0 + 2 * w1 + 4 * w2;
    case 4: return w0 - 2 * w1 + 4 * w2;
    default: return w2;
  }
}

/// 24, 12, 6 and 6 times the four outputs; T is an integer or a vector of them.
template <typename T>
NIBBLE_INLINE void transform_sums(const T (&m)[kPoints], T (&y)[kOutputs]) {
  const T even = m[1] + m[2];
  const T odd = m[1] - m[2];
  const T far_even = m[3] + m[4];
  const T far_odd = m[3] - m[4];
  y[0] = 2 * (3 * m[0] + 2 * even) + far_even;
  y[1] = 2 * odd + far_odd;
  y[2] = even + far_even;
  y[3] = odd + 2 * (far_odd + 3 * m[5]);
}

/// The convolution of one block of T::kColumns channels, of which the first `columns` exist. Its
/// packed form: Parameters, corrections of the window's first rows [rows less 1][4][kColumns],
/// weights [point][window row][step][kColumns][kStep].
template <typename T, int kOffset>
struct WinogradBlock {
  using Sum = std::int32_t;
  using BlockParameters = Parameters<Sum, T::kColumns>;
  using Bits = typename Lanes<T::kLanes>::Bits;
  using Signed = typename Lanes<T::kLanes>::Signed;

  /// What the transformed image is to a tile.
  struct Planes {
    const std::uint8_t* first;  // [row][point][tile][channels]
    int channels;               // rounded up to whole steps
    int tiles;
    std::ptrdiff_t plane() const { return static_cast<std::ptrdiff_t>(tiles) * channels; }
    std::ptrdiff_t row() const { return kPoints * plane(); }
  };

  static std::size_t point_bytes(const ConvArgs& args) {
    return static_cast<std::size_t>(args.kernel_height) *
           static_cast<std::size_t>(round_up(args.in_channels, T::kStep)) * T::kColumns;
  }
  static std::size_t correction_count(const ConvArgs& args) {
    return static_cast<std::size_t>(args.kernel_height) * kOutputs * T::kColumns;
  }
  static std::size_t packed_bytes(const ConvArgs& args) {
    const std::size_t weights = kPoints * point_bytes(args);
    return sizeof(BlockParameters) + correction_count(args) * sizeof(Sum) +
           (weights + kAlignment - 1) / kAlignment * kAlignment;
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, int first, int columns,
                   void* packed) {
    auto* parameters = static_cast<BlockParameters*>(packed);
    pack_parameters(args, weights, first, columns, *parameters);
    auto* corrections = reinterpret_cast<Sum*>(parameters + 1);
    auto* out = reinterpret_cast<std::int8_t*>(corrections + correction_count(args));
    const auto* source = static_cast<const std::int8_t*>(weights.weights);
    const std::ptrdiff_t channels = args.in_channels;
    const auto weight_at = [&](int p, int ky, int j, std::ptrdiff_t c) {
      if (j >= columns || c >= channels) return 0;
      const std::int8_t* w =
          source +
          (static_cast<std::ptrdiff_t>(first + j) * args.kernel_height + ky) * 3 * channels + c;
      return transform_weight(p, w[0], w[channels], w[2 * channels]);
    };
    for (int p = 0; p < kPoints; ++p) {
      for (int ky = 0; ky < args.kernel_height; ++ky) {
        for (std::ptrdiff_t c = 0; c < round_up(args.in_channels, T::kStep); c += T::kStep) {
          for (int j = 0; j < T::kColumns; ++j) {
            for (int u = 0; u < T::kStep; ++u)
              *out++ = static_cast<std::int8_t>(weight_at(p, ky, j, c + u));
          }
        }
      }
    }
    for (int ky = 0; ky < args.kernel_height; ++ky, corrections += kOutputs * T::kColumns) {
      for (int j = 0; j < T::kColumns; ++j) {
        Sum sums[kPoints] = {};
        for (int p = 0; p < kPoints; ++p) {
          for (std::ptrdiff_t c = 0; c < channels; ++c) sums[p] -= kOffset * weight_at(p, ky, j, c);
        }
        Sum y[kOutputs];
        transform_sums(sums, y);
        const Sum* above = corrections - kOutputs * T::kColumns;
        for (int i = 0; i < kOutputs; ++i)
          corrections[i * T::kColumns + j] = y[i] + (ky > 0 ? above[i * T::kColumns + j] : 0);
      }
    }
  }

  /// What the outputs of some positions need besides their products.
  struct Stage {
    Finish<Sum, T::kColumns> finish;
    int columns;
    int pool_width;
    const Sum* corrections;  // [4][kColumns]
    Sum* kept;               // [position][output][kColumns]: the upper row of pooling windows
    int outputs;             // that exist
  };

  NIBBLE_INLINE static Bits load(const Sum* p) {
    Bits value;
    std::memcpy(&value, p, sizeof(value));
    return value;
  }
  NIBBLE_INLINE static Bits larger(Bits a, Bits b) { return (Signed)a > (Signed)b ? a : b; }

  /// The four outputs of a position, of a vector of channels.
  NIBBLE_INLINE static void outputs(const Sum* products, const Sum* corrections,
                                    Bits (&y)[kOutputs]) {
    constexpr std::uint32_t kThird =
        0xaaaaaaab;  // 3 * kThird = 1 modulo 2^32: divides what 3 divides
    constexpr int kHalvings[kOutputs] = {3, 2, 1, 1};
    Bits m[kPoints];
#pragma GCC unroll 6
    for (int p = 0; p < kPoints; ++p) m[p] = load(products + p * T::kRows * T::kColumns);
    transform_sums(m, y);
#pragma GCC unroll 4
    for (int i = 0; i < kOutputs; ++i) {
      if constexpr (kOffset != 0) y[i] += load(corrections + i * T::kColumns);
      y[i] = (Bits)((Signed)y[i] >> kHalvings[i]) * kThird;
    }
  }

  /// Stores outputs of a vector of channels that all exist, by FastRequantizer.
  struct FastStore {
    using Vector = typename T::Vector;
    typename T::FastRequantizer requantizer;
    std::uint8_t* output;
    std::ptrdiff_t pitch;
    FastStore(const Stage& stage, int v)
        : requantizer(*stage.finish.parameters, v, stage.finish.limit),
          output(static_cast<std::uint8_t*>(stage.finish.output) + v),
          pitch(stage.finish.pitch) {}
    NIBBLE_INLINE void one(int i, Bits y) const {
      requantizer.store((Vector)y, output + i * pitch);
    }
    NIBBLE_INLINE void four(int i, const Bits (&y)[kOutputs]) const {
      const Vector all[] = {(Vector)y[0], (Vector)y[1], (Vector)y[2], (Vector)y[3]};
      requantizer.store_four(all, output + i * pitch, pitch);
    }
  };

  /// Stores any.
  struct AnyStore {
    const Stage& stage;
    int v;
    std::size_t exist;
    AnyStore(const Stage& of, int first)
        : stage(of),
          v(first),
          exist(static_cast<std::size_t>(of.columns - first < T::kLanes ? of.columns - first
                                                                        : T::kLanes)) {}
    [[gnu::noinline]] void one(int i, Bits y) const {
      const std::ptrdiff_t at = i * stage.finish.pitch + v;
      if (stage.finish.limit == 0) {
        y += load(stage.finish.parameters->bias + v);
        std::memcpy(static_cast<Sum*>(stage.finish.output) + at, &y, exist * sizeof(Sum));
      } else {
        std::uint8_t all[T::kLanes];
        typename T::Requantizer(*stage.finish.parameters, v, stage.finish.limit)
            .store((typename T::Vector)y, all);
        std::memcpy(static_cast<std::uint8_t*>(stage.finish.output) + at, all, exist);
      }
    }
    NIBBLE_INLINE void four(int i, const Bits (&y)[kOutputs]) const {
      for (int k = 0; k < kOutputs; ++k) one(i + k, y[k]);
    }
  };

  enum class PoolRow { none, upper, lower };

  /// Pools four outputs of a position, and stores what is done; whether all of them exist is known
  /// for `kAll`.
  template <int kPoolWidth, PoolRow kPoolRow, bool kAll, typename Store>
  NIBBLE_INLINE static void finish_position(const Stage& stage, const Sum* products, int r, int v,
                                            const Store& store) {
    constexpr int kEach = kOutputs / kPoolWidth;
    Bits y[kOutputs];
    outputs(products + r * T::kColumns + v, stage.corrections + v, y);
    if constexpr (kPoolWidth == 2) {
      y[0] = larger(y[0], y[1]);
      y[1] = larger(y[2], y[3]);
    }
    if constexpr (kPoolRow != PoolRow::none) {
      Sum* kept = stage.kept + static_cast<std::ptrdiff_t>(r) * kOutputs * T::kColumns + v;
#pragma GCC unroll 4
      for (int i = 0; i < kEach; ++i, kept += T::kColumns) {
        if constexpr (kPoolRow == PoolRow::upper) std::memcpy(kept, &y[i], sizeof(Bits));
        if constexpr (kPoolRow == PoolRow::lower) y[i] = larger(y[i], load(kept));
      }
    }
    if constexpr (kPoolRow != PoolRow::upper) {
      if constexpr (kAll && kEach == kOutputs) {
        store.four(r * kEach, y);
      } else {
#pragma GCC unroll 4
        for (int i = 0; i < kEach; ++i) {
          if (kAll || r * kEach + i < stage.outputs) store.one(r * kEach + i, y[i]);
        }
      }
    }
  }

  template <int kPoolWidth, PoolRow kPoolRow, typename Store>
  [[gnu::noinline]] static void finish_vector(const Stage& stage, const Sum* products,
                                              int positions, int v) {
    const Store store(stage, v);
    const int whole = stage.outputs / (kOutputs / kPoolWidth);
    for (int r = 0; r < whole; ++r)
      finish_position<kPoolWidth, kPoolRow, true>(stage, products, r, v, store);
    if (whole < positions)
      finish_position<kPoolWidth, kPoolRow, false>(stage, products, whole, v, store);
  }

  template <int kPoolWidth, PoolRow kPoolRow>
  static void finish_vectors(const Stage& stage, const Sum* products, int positions) {
    const bool fast = stage.finish.limit > 0 && shifts_far<T>(*stage.finish.parameters);
    for (int v = 0; v < T::kColumns && v < stage.columns; v += T::kLanes) {
      if (fast && v + T::kLanes <= stage.columns) {
        finish_vector<kPoolWidth, kPoolRow, FastStore>(stage, products, positions, v);
      } else {
        finish_vector<kPoolWidth, kPoolRow, AnyStore>(stage, products, positions, v);
      }
    }
  }

  /// Outputs from the products [point][T::kRows][kColumns] of some positions.
  static void finish(const Stage& stage, PoolRow pool_row, const Sum* products, int positions) {
    using Finish = void (*)(const Stage&, const Sum*, int);
    constexpr Finish kTable[2][3] = {
        {finish_vectors<1, PoolRow::none>, finish_vectors<1, PoolRow::upper>,
         finish_vectors<1, PoolRow::lower>},
        {finish_vectors<2, PoolRow::none>, finish_vectors<2, PoolRow::upper>,
         finish_vectors<2, PoolRow::lower>}};
    kTable[stage.pool_width - 1][static_cast<int>(pool_row)](stage, products, positions);
  }

  /// The rows of the window that lie in the image.
  struct WindowRows {
    int top;    // row of the image that the first of them sees
    int first;  // of the window
    int count;
  };

  static WindowRows find_rows(const ConvArgs& args, int y) {
    const int top = y - args.pad_top;
    const int first = top < 0 ? -top : 0;
    const int beyond =
        top + args.kernel_height > args.in_height ? args.in_height - top : args.kernel_height;
    return {top + first, first, beyond > first ? beyond - first : 0};
  }

  /// The corrections of some rows: those down to the last less those above the first.
  static void sum_corrections(const Sum* corrections, const WindowRows& rows, Sum* total) {
    const Sum* last = corrections + static_cast<std::ptrdiff_t>(rows.first + rows.count - 1) *
                                        kOutputs * T::kColumns;
    const Sum* above =
        corrections + static_cast<std::ptrdiff_t>(rows.first - 1) * kOutputs * T::kColumns;
    for (int i = 0; i < kOutputs * T::kColumns; ++i)
      total[i] = rows.count > 0 ? last[i] - (rows.first > 0 ? above[i] : 0) : 0;
  }

  static void run(const ConvArgs& args, const void* packed, int first, int columns,
                  const Planes& planes, void* output) {
    using Table = TileTable<T, std::make_integer_sequence<int, T::kRows>>;
    const auto& parameters = *static_cast<const BlockParameters*>(packed);
    const auto* corrections = reinterpret_cast<const Sum*>(&parameters + 1);
    const auto* weights =
        reinterpret_cast<const std::int8_t*>(corrections + correction_count(args));
    const auto point = static_cast<std::ptrdiff_t>(point_bytes(args));
    const std::ptrdiff_t window_row = static_cast<std::ptrdiff_t>(planes.channels) * T::kColumns;
    const int height = out_height(args);
    const int width = out_width(args);
    const int groups = (planes.tiles + T::kRows - 1) / T::kRows;
    const int least = planes.tiles / groups;
    const int wider = planes.tiles % groups;
    const int pool_height = args.pool_height;
    const int each = kOutputs / args.pool_width;
    const std::ptrdiff_t size = args.limit > 0 ? 1 : sizeof(Sum);
    alignas(kAlignment) Sum products[kPoints * T::kRows * T::kColumns];
    alignas(kAlignment) Sum kept[kOutputs * T::kRows * T::kColumns];
    alignas(kAlignment) Sum total[2][kOutputs * T::kColumns];
    Stage stage{{&parameters, args.limit, 0, 0, static_cast<std::uint8_t*>(output) + first * size,
                 args.out_channels},
                columns,
                args.pool_width,
                nullptr,
                kept,
                0};
    for (int y = 0; y < height; ++y) {
      WindowRows rows[2];
      for (int dy = 0; dy < pool_height; ++dy) {
        rows[dy] = find_rows(args, y * pool_height + dy);
        sum_corrections(corrections, rows[dy], total[dy]);
      }
      int left = 0;
      for (int group = 0; group < groups; ++group) {
        const int positions = least + (group < wider ? 1 : 0);
        const auto compute = Table::kEntries[positions - 1];
        stage.outputs =
            width - left * each < positions * each ? width - left * each : positions * each;
        for (int dy = 0; dy < pool_height; ++dy) {
          const Window window{planes.channels, planes.row(), rows[dy].count,
                              planes.channels / T::kStep};
          const std::uint8_t* start = rows[dy].count > 0
                                          ? planes.first + rows[dy].top * planes.row() +
                                                static_cast<std::ptrdiff_t>(left) * planes.channels
                                          : planes.first;
          for (int p = 0; p < kPoints; ++p) {
            compute(start + p * planes.plane(), window,
                    weights + p * point + rows[dy].first * window_row,
                    products + p * T::kRows * T::kColumns, nullptr);
          }
          stage.corrections = total[dy];
          finish(stage,
                 pool_height == 1 ? PoolRow::none
                 : dy == 0        ? PoolRow::upper
                                  : PoolRow::lower,
                 products, positions);
        }
        left += positions;
        stage.finish.output = static_cast<std::uint8_t*>(stage.finish.output) +
                              stage.outputs * stage.finish.pitch * size;
      }
    }
  }
};

/// The transformed image: all its rows, since each serves several rows of outputs and every block
/// of channels.
template <int kOffset, int kWidest>
struct WinogradImage {
  static int tiles(const ConvArgs& args) {
    return (out_width(args) * args.pool_width + kOutputs - 1) / kOutputs;
  }

  /// Bytes of a copy of the inputs of one position, for positions that reach beyond the image.
  static std::ptrdiff_t edge_bytes(const ConvArgs& args) {
    return static_cast<std::ptrdiff_t>(kPoints) * args.in_channels;
  }

  template <int kCount>
  NIBBLE_INLINE static void transform_some(const std::uint8_t* const (&d)[kPoints], int channels,
                                           int& c, std::uint8_t* v, std::ptrdiff_t plane) {
    for (; c + kCount <= channels; c += kCount)
      transform_inputs<kCount, kOffset>(d, c, v + c, plane);
    if constexpr (kCount > 16) transform_some<kCount / 2>(d, channels, c, v, plane);
  }

  /// One position: six inputs that lie args.in_channels apart.
  NIBBLE_INLINE static void transform_position(const std::uint8_t* input, int channels, int padded,
                                               std::uint8_t* v, std::ptrdiff_t plane) {
    const std::uint8_t* d[kPoints];
#pragma GCC unroll 6
    for (int i = 0; i < kPoints; ++i) d[i] = input + static_cast<std::ptrdiff_t>(i) * channels;
    int c = 0;
    transform_some<kWidest>(d, channels, c, v, plane);
    if (c < channels) transform_rest(d, channels, padded, c, v, plane);
  }

  /// The last channels, fewer than a vector.
  [[gnu::noinline]] static void transform_rest(const std::uint8_t* const (&d)[kPoints],
                                               int channels, int padded, int c, std::uint8_t* v,
                                               std::ptrdiff_t plane) {
    std::uint8_t in[kPoints][16] = {};
    std::uint8_t out[kPoints][16];
    const std::uint8_t* copies[kPoints];
    for (int i = 0; i < kPoints; ++i) {
      std::memcpy(in[i], d[i] + c, static_cast<std::size_t>(channels - c));
      copies[i] = in[i];
    }
    transform_inputs<16, kOffset>(copies, 0, out[0], 16);
    for (int p = 0; p < kPoints; ++p)
      std::memcpy(v + p * plane + c, out[p], static_cast<std::size_t>(padded - c));
  }

  [[gnu::noinline]] static void transform(const ConvArgs& args, const std::uint8_t* input,
                                          int padded, std::uint8_t* edge, std::uint8_t* v) {
    const int count = tiles(args);
    const int channels = args.in_channels;
    const int width = args.in_width;
    const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(count) * padded;
    for (int y = 0; y < args.in_height; ++y, v += (kPoints - 1) * plane) {
      const std::uint8_t* row = input + static_cast<std::ptrdiff_t>(y) * width * channels;
      int left = -args.pad_left;
      for (int t = 0; t < count; ++t, left += kOutputs, v += padded) {
        if (left >= 0 && left + kPoints <= width) {
          transform_position(row + static_cast<std::ptrdiff_t>(left) * channels, channels, padded,
                             v, plane);
        } else {
          std::memset(edge, 0, static_cast<std::size_t>(edge_bytes(args)));
          const int from = left < 0 ? -left : 0;
          const int to = left + kPoints > width ? width - left : kPoints;
          if (to > from) {
            std::memcpy(edge + static_cast<std::ptrdiff_t>(from) * channels,
                        row + static_cast<std::ptrdiff_t>(left + from) * channels,
                        static_cast<std::size_t>(to - from) * static_cast<std::size_t>(channels));
          }
          transform_position(edge, channels, padded, v, plane);
        }
      }
    }
  }
};

/// A kernel of the tiles Wide and Narrow of one instruction set; kWidest bytes are its longest
/// vector.
template <typename Wide, typename Narrow, int kOffset, int kWidest>
struct WinogradKernel {
  static_assert(Wide::kStep == Narrow::kStep);
  using Image = WinogradImage<kOffset, kWidest>;
  using WideBlock = WinogradBlock<Wide, kOffset>;
  using NarrowBlock = WinogradBlock<Narrow, kOffset>;
  using Channels = Blocks<WideBlock, Wide::kColumns, NarrowBlock, Narrow::kColumns>;

  static bool takes(const ConvArgs& args) {
    return args.kernel_width == 3 && args.stride_width == 1 && args.stride_height == 1;
  }
  static std::size_t packed_bytes(const ConvArgs& args) { return Channels::packed_bytes(args); }
  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    Channels::pack(args, weights, packed);
  }

  static std::size_t scratch_bytes(const ConvArgs& args) {
    const auto row = static_cast<std::size_t>(Image::tiles(args)) *
                     static_cast<std::size_t>(round_up(args.in_channels, Wide::kStep));
    return row * kPoints * static_cast<std::size_t>(args.in_height) +
           static_cast<std::size_t>(Image::edge_bytes(args));
  }

  static void run(const ConvArgs& args, const void* packed, const void* input, void* output,
                  void* scratch) {
    if (out_width(args) == 0) return;
    const int padded = round_up(args.in_channels, Wide::kStep);
    const int tiles = Image::tiles(args);
    auto* planes = static_cast<std::uint8_t*>(scratch);
    std::uint8_t* edge =
        planes + static_cast<std::ptrdiff_t>(tiles) * padded * kPoints * args.in_height;
    Image::transform(args, static_cast<const std::uint8_t*>(input), padded, edge, planes);
    Channels::each(args, packed, [&](auto block, const void* part, int first, int columns) {
      using Block = decltype(block);
      Block::run(args, part, first, columns, typename Block::Planes{planes, padded, tiles}, output);
    });
  }
};

/// The entry of a Winograd kernel, for `winograd` of the direct one. Per output it saves window
/// rows x C x N * 3/2 products of C inputs and N outputs, and the transforms cost some time for
/// each of the C and the N. So it pays when rows * C * N / (C + N) is at least kGain. On x86-64
/// that was measured: about the ratio from which on nothing lost more than a few percent, see
/// `nibble bench conv --sweep`. ARM has AVX2's, for want of a machine. Channels that are no
/// multiple of 16 take the slow way through transform_rest and never pay.
template <typename Wide, typename Narrow, int kOffset, int kWidest, int kGain>
constexpr ConvKernel describe_winograd(const char* isa, Precision precision = Precision::int4) {
  using K = WinogradKernel<Wide, Narrow, kOffset, kWidest>;
  constexpr auto kPays = [](const ConvArgs& args) {
    const std::int64_t c = args.in_channels;
    const std::int64_t n = args.out_channels;
    return c % 16 == 0 && args.kernel_height * c * n >= kGain * (c + n);
  };
  const int rows = Wide::kRows > Narrow::kRows ? Wide::kRows : Narrow::kRows;
  return {isa,    precision, kOutputs * rows, Wide::kColumns,   Wide::kStep,
          0,      0,         K::packed_bytes, K::scratch_bytes, K::pack,
          K::run, nullptr,   nullptr,         K::takes,         kPays};
}

}  // namespace
}  // namespace nibble::kernels
