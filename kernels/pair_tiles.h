#pragma once

#if defined(__AVX2__)  // for the files built with it

#include "kernels/x86_tiles.h"

// Products of 2-bit activations and weights -1, 0, 1 by look-up. Two activations are one of 16
// values, and two weights one of 9: for each pair of activations a vector holds the sums of both
// products for all pairs of weights, and vpshufb picks those of 32 channels at once. So 64 products
// take two instructions, and the sums stay in bytes while they fit: a look-up adds at most 6.
//
//   inputs    rewritten once a convolution, two channels a byte: 16 * (a0 + 4 a1), which is the
//             place of their vector among kPairSums
//   weights   (w0 mod 3) + 3 (w1 mod 3), two channels a byte; 0 stands for none
//
// Bytes 2i and 2i + 1 of a vector belong to channels i and 16 + i, so that widening them needs no
// permutation. Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

/// [pair of activations][pair of weights]; what stands behind the 9 is not read.
struct PairSums {
  alignas(kAlignment) std::int8_t values[16][16];
  constexpr PairSums() : values{} {
    constexpr int kWeights[] = {0, 1, -1};  // of a code
    for (int a = 0; a < 16; ++a) {
      for (int w = 0; w < 9; ++w)
        values[a][w] = static_cast<std::int8_t>(a % 4 * kWeights[w % 3] + a / 4 * kWeights[w / 3]);
    }
  }
};
constexpr PairSums kPairSums;

/// Sums of bytes of R positions x kVectors vectors of 32 channels, in registers.
template <int R, int kVectors>
struct PairBytes {
  __m256i sums[R][kVectors];

  NIBBLE_INLINE void clear() {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sums[r][v] = _mm256_setzero_si256();
    }
  }

  NIBBLE_INLINE void step(const Rows<std::uint8_t>& rows, const std::int8_t* weights) {
    __m256i codes[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v)
      codes[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights + 32 * v));
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const auto* of_pair = reinterpret_cast<const std::int8_t*>(kPairSums.values) + *rows.at(r);
      const __m256i table =
          _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(of_pair)));
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) look_up(sums[r][v], table, codes[v]);
    }
  }

  /// The addition is an instruction of our own, see the tiles of 4 bits.
  NIBBLE_INLINE static void look_up(__m256i& sum, __m256i table, __m256i codes) {
    __asm__ volatile("vpaddb %1, %0, %0" : "+x"(sum) : "x"(_mm256_shuffle_epi8(table, codes)));
  }
};

/// R positions x kVectors vectors of 32 channels; a step is a pair of inputs. The bytes are added
/// to words when they are full.
template <int R, int kVectors>
struct PairTile {
  static constexpr int kFull = 127 / (2 * kInt2ActivationMax * kInt2WeightMax);  // look-ups
  alignas(32) std::int16_t words[R * kVectors][32];

  NIBBLE_INLINE void clear() { std::memset(words, 0, sizeof(words)); }

  /// Adds bytes to the words.
  NIBBLE_INLINE void widen(const PairBytes<R, kVectors>& bytes) {
    const __m256i low = _mm256_set1_epi16(1);
    const __m256i high = _mm256_set1_epi16(256);
    auto* sum = reinterpret_cast<__m256i*>(words);
    __asm__("" : "+r"(sum));  // or the compiler copies all words to and fro
#pragma GCC unroll 16
    for (int i = 0; i < R * kVectors; ++i, sum += 2) {
      const __m256i sums = bytes.sums[i / kVectors][i % kVectors];
      sum[0] = _mm256_add_epi16(sum[0], _mm256_maddubs_epi16(low, sums));
      sum[1] = _mm256_add_epi16(sum[1], _mm256_maddubs_epi16(high, sums));
    }
  }

  NIBBLE_INLINE void multiply(Rows<std::uint8_t> rows, const std::int8_t* weights, int steps) {
    while (steps > 0) {
      PairBytes<R, kVectors> bytes;
      bytes.clear();
      int some = steps < kFull ? steps : kFull;
      steps -= some;
#pragma GCC unroll 1
      for (; some > 0; --some) {
        bytes.step(rows, weights);
        rows.advance(1);
        weights += 32 * kVectors;
      }
      widen(bytes);
    }
  }

  NIBBLE_INLINE void spill(std::int32_t* raw, bool first) {
    for (int i = 0; i < R * kVectors * 4; ++i, raw += 8) {
      const auto* half = reinterpret_cast<const __m128i*>(words) + i;
      __m256i sum = _mm256_cvtepi16_epi32(_mm_load_si128(half));
      auto* out = reinterpret_cast<__m256i*>(raw);
      if (!first) sum = _mm256_add_epi32(sum, _mm256_loadu_si256(out));
      _mm256_storeu_si256(out, sum);
    }
  }

  NIBBLE_INLINE void multiply_registers(std::int64_t rounds) {
    PairBytes<R, kVectors> bytes;
    bytes.clear();
    __m256i table = _mm256_setzero_si256();
    __m256i codes[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      codes[v] = table;
      __asm__ volatile("" : "+x"(codes[v]));  // the compiler must not know that they are alike
    }
    for (; rounds > 0; --rounds) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        __asm__ volatile("" : "+x"(table));  // a new value to the compiler
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) bytes.look_up(bytes.sums[r][v], table, codes[v]);
      }
    }
    widen(bytes);
  }
};

template <int kTileRows, int kVectors>
struct Pairs : Avx2Integer {
  using Requantizer = AnyRequantizer<Avx2Integer>;
  using FastRequantizer = FarRequantizer<Avx2Integer>;
  static constexpr int kStep = 1;
  static constexpr int kRows = kTileRows;
  static constexpr int kColumns = 32 * kVectors;
  static constexpr bool kDirect = false;
  /// A pair adds at most 6 to a word.
  static constexpr int kSpill = 32767 / (2 * kInt2ActivationMax * kInt2WeightMax);
  template <int R>
  using Accumulators = PairTile<R, kVectors>;
};

/// The convolution over pairs of channels; a last odd one is paired with 0.
inline ConvArgs paired(const ConvArgs& args) {
  ConvArgs pairs = args;
  pairs.in_channels = (args.in_channels + 1) / 2;
  return pairs;
}

template <typename T>
struct PairBlock : Block<T> {
  static std::size_t packed_bytes(const ConvArgs& args) {
    return Block<T>::packed_bytes(paired(args));
  }

  /// The code of the pair that begins with `weight`.
  static std::int8_t code_of(const std::int8_t* weight, bool second) {
    const int w0 = weight[0];
    const int w1 = second ? weight[1] : 0;
    return static_cast<std::int8_t>((w0 + 3) % 3 + 3 * ((w1 + 3) % 3));
  }

  static void pack(const ConvArgs& args, const ConvWeights& weights, int first, int columns,
                   void* packed) {
    auto* parameters = static_cast<typename Block<T>::BlockParameters*>(packed);
    pack_parameters(args, weights, first, columns, *parameters);
    auto* out = reinterpret_cast<std::int8_t*>(parameters + 1);
    const auto* source = static_cast<const std::int8_t*>(weights.weights);
    const int positions = args.kernel_height * args.kernel_width;
    for (int i = 0; i < positions; ++i) {
      for (int c = 0; c < args.in_channels; c += 2) {
        for (int byte = 0; byte < T::kColumns; ++byte) {
          const int j = byte / 32 * 32 + byte % 2 * 16 + byte % 32 / 2;
          const auto* weight =
              source + (static_cast<std::ptrdiff_t>(first + j) * positions + i) * args.in_channels;
          *out++ = j < columns ? code_of(weight + c, c + 1 < args.in_channels) : std::int8_t{0};
        }
      }
    }
  }

  static void run(const ConvArgs& args, const void* packed, int first, int columns,
                  const void* input, void* output, void* scratch) {
    Block<T>::run(paired(args), packed, first, columns, input, output, scratch);
  }
};

/// Writes the pairs of an image of args.in_channels channels.
[[gnu::noinline]] inline void pair_inputs(const ConvArgs& args, const std::uint8_t* input,
                                          std::uint8_t* pairs) {
  const std::ptrdiff_t positions = static_cast<std::ptrdiff_t>(args.in_height) * args.in_width;
  const bool odd = args.in_channels % 2 != 0;
  const std::ptrdiff_t rows = odd ? positions : 1;  // else no position ends within a pair
  const std::ptrdiff_t values = positions * args.in_channels / rows;
  for (std::ptrdiff_t row = 0; row < rows; ++row, input += values) {
    std::ptrdiff_t i = 0;
    const __m256i factors = _mm256_set1_epi16(16 + 64 * 256);
    for (; i + 32 <= values; i += 32, pairs += 16) {
      const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(input + i));
      const __m256i out = _mm256_maddubs_epi16(factors, in);
      _mm_storeu_si128(
          reinterpret_cast<__m128i*>(pairs),
          _mm_packus_epi16(_mm256_castsi256_si128(out), _mm256_extracti128_si256(out, 1)));
    }
    for (; i < values; i += 2)
      *pairs++ =
          static_cast<std::uint8_t>(16 * input[i] + (i + 1 < values ? 64 * input[i + 1] : 0));
  }
}

/// A kernel of look-ups. Others takes few channels, which would leave most of a vector empty.
template <typename Wide, typename Narrow, typename Others>
struct PairKernel {
  using Channels = Blocks<PairBlock<Wide>, Wide::kColumns, PairBlock<Narrow>, Narrow::kColumns>;

  static bool pairs(const ConvArgs& args) { return args.out_channels > Narrow::kColumns / 2; }

  static std::size_t image_bytes(const ConvArgs& args) {
    const std::size_t bytes = static_cast<std::size_t>(args.in_height) *
                              static_cast<std::size_t>(args.in_width) *
                              static_cast<std::size_t>(paired(args).in_channels);
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }

  static std::size_t packed_bytes(const ConvArgs& args) {
    return pairs(args) ? Channels::packed_bytes(args) : Others::packed_bytes(args);
  }
  static std::size_t scratch_bytes(const ConvArgs& args) {
    return pairs(args) ? image_bytes(args) + DirectBlocks<Wide, Narrow>::scratch_bytes(paired(args))
                       : Others::scratch_bytes(args);
  }
  static void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
    pairs(args) ? Channels::pack(args, weights, packed) : Others::pack(args, weights, packed);
  }
  static void run(const ConvArgs& args, const void* packed, const void* input, void* output,
                  void* scratch) {
    if (!pairs(args)) return Others::run(args, packed, input, output, scratch);
    auto* image = static_cast<std::uint8_t*>(scratch);
    pair_inputs(args, static_cast<const std::uint8_t*>(input), image);
    Channels::each(args, packed, [&](auto block, const void* part, int first, int columns) {
      decltype(block)::run(args, part, first, columns, image, output, image + image_bytes(args));
    });
  }

  static std::int64_t register_peak(std::int64_t rounds) {
    return 2 * Kernel<Wide, Narrow, Wide>::register_peak(rounds);
  }
};

template <typename Wide, typename Narrow, typename Others>
constexpr ConvKernel describe_pairs(const char* isa) {
  using K = PairKernel<Wide, Narrow, Others>;
  return {isa,
          Precision::int2,
          Narrow::kRows,
          Wide::kColumns,
          2,
          2 * Wide::kSpill,
          2 * PairTile<1, 1>::kFull,
          K::packed_bytes,
          K::scratch_bytes,
          K::pack,
          K::run,
          K::register_peak};
}

}  // namespace
}  // namespace nibble::kernels

#endif
