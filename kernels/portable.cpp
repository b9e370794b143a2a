// The specification: what every other kernel must equal. Plain loops, nothing clever.

#include <cstring>

#include "kernels/kernel.h"

namespace nibble::kernels {
namespace {

struct F32 {
  using Input = float;
  using Weight = float;
  using Sum = float;
};
struct Integer {
  using Input = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
};

// What stands in front of the weights in packed memory: one for each output channel.
template <typename Sum>
struct Channel {
  Sum bias;
  std::int32_t multiplier;
  std::int32_t shift;
};

std::size_t window_size(const ConvArgs& args) {
  return static_cast<std::size_t>(args.kernel_height) *
         static_cast<std::size_t>(args.kernel_width) * static_cast<std::size_t>(args.in_channels);
}

template <typename T>
std::size_t packed_bytes(const ConvArgs& args) {
  return static_cast<std::size_t>(args.out_channels) *
         (sizeof(Channel<typename T::Sum>) + window_size(args) * sizeof(typename T::Weight));
}

std::size_t scratch_bytes(const ConvArgs&) { return 0; }

void fill(Channel<float>& channel, const ConvWeights& weights, int n) {
  channel = {weights.bias_f32 != nullptr ? weights.bias_f32[n] : 0.0F, 0, 0};
}

void fill(Channel<std::int32_t>& channel, const ConvWeights& weights, int n) {
  channel = {weights.bias != nullptr ? weights.bias[n] : 0,
             weights.multiplier != nullptr ? weights.multiplier[n] : 0,
             weights.shift != nullptr ? weights.shift[n] : 1};
}

template <typename T>
void pack(const ConvArgs& args, const ConvWeights& weights, void* packed) {
  auto* channels = static_cast<Channel<typename T::Sum>*>(packed);
  for (int n = 0; n < args.out_channels; ++n) fill(channels[n], weights, n);
  std::memcpy(
      channels + args.out_channels, weights.weights,
      static_cast<std::size_t>(args.out_channels) * window_size(args) * sizeof(typename T::Weight));
}

// The sum of channel n at row y, column x of the convolution; inputs outside the image count as 0.
template <typename T>
typename T::Sum convolve(const ConvArgs& args, const typename T::Input* input,
                         const typename T::Weight* weights, int n, int y, int x) {
  typename T::Sum sum = 0;
  const typename T::Weight* w = weights + static_cast<std::size_t>(n) * window_size(args);
  for (int ky = 0; ky < args.kernel_height; ++ky) {
    for (int kx = 0; kx < args.kernel_width; ++kx, w += args.in_channels) {
      const int iy = y * args.stride_height + ky - args.pad_top;
      const int ix = x * args.stride_width + kx - args.pad_left;
      if (iy < 0 || iy >= args.in_height || ix < 0 || ix >= args.in_width) continue;
      const typename T::Input* in =
          input + (static_cast<std::size_t>(iy) * static_cast<std::size_t>(args.in_width) +
                   static_cast<std::size_t>(ix)) *
                      static_cast<std::size_t>(args.in_channels);
      for (int c = 0; c < args.in_channels; ++c)
        sum += static_cast<typename T::Sum>(in[c]) * static_cast<typename T::Sum>(w[c]);
    }
  }
  return sum;
}

float activate(const ConvArgs& args, const Channel<float>& channel, float sum) {
  float value = sum + channel.bias;
  if (args.relu && value < 0) value = 0;
  if (args.clip > 0 && value > args.clip) value = args.clip;
  return value;
}

std::int32_t activate(const ConvArgs& args, const Channel<std::int32_t>& channel,
                      std::int32_t sum) {
  const std::int32_t value = sum + channel.bias;
  if (args.limit == 0) return value;
  if (value <= 0) return 0;
  const std::int64_t rounding = std::int64_t{1} << (channel.shift - 1);
  const std::int64_t scaled =
      (std::int64_t{value} * channel.multiplier + rounding) >> channel.shift;
  return scaled < args.limit ? static_cast<std::int32_t>(scaled) : args.limit;
}

void store(const ConvArgs&, void* output, std::size_t index, float value) {
  static_cast<float*>(output)[index] = value;
}

void store(const ConvArgs& args, void* output, std::size_t index, std::int32_t value) {
  if (args.limit == 0) {
    static_cast<std::int32_t*>(output)[index] = value;
  } else {
    static_cast<std::uint8_t*>(output)[index] = static_cast<std::uint8_t>(value);
  }
}

template <typename T>
typename T::Sum pooled(const ConvArgs& args, const void* packed, const void* input, int y, int x,
                       int n) {
  const auto* channels = static_cast<const Channel<typename T::Sum>*>(packed);
  const auto* weights = reinterpret_cast<const typename T::Weight*>(channels + args.out_channels);
  const auto* in = static_cast<const typename T::Input*>(input);
  typename T::Sum best = 0;
  for (int dy = 0; dy < args.pool_height; ++dy) {
    for (int dx = 0; dx < args.pool_width; ++dx) {
      const typename T::Sum sum =
          convolve<T>(args, in, weights, n, y * args.pool_height + dy, x * args.pool_width + dx);
      const typename T::Sum value = activate(args, channels[n], sum);
      if ((dy == 0 && dx == 0) || value > best) best = value;
    }
  }
  return best;
}

template <typename T>
void run(const ConvArgs& args, const void* packed, const void* input, void* output, void*) {
  std::size_t index = 0;
  for (int y = 0; y < out_height(args); ++y) {
    for (int x = 0; x < out_width(args); ++x) {
      for (int n = 0; n < args.out_channels; ++n, ++index)
        store(args, output, index, pooled<T>(args, packed, input, y, x, n));
    }
  }
}

template <typename T>
std::int64_t register_peak(std::int64_t rounds) {
  typename T::Sum sums[8] = {};
  auto a = static_cast<typename T::Input>(1);
  auto w = static_cast<typename T::Weight>(1);
  for (std::int64_t i = 0; i < rounds; ++i) {
    __asm__ volatile("" : "+m"(a), "+m"(w));
    for (auto& sum : sums) sum += static_cast<typename T::Sum>(a) * static_cast<typename T::Sum>(w);
  }
  for (auto& sum : sums) __asm__ volatile("" : "+m"(sum));
  return rounds * 8;
}

template <typename T>
constexpr ConvKernel describe(Precision precision) {
  return {"portable", precision,       1, 1, 1, 0, 0, packed_bytes<T>, scratch_bytes, pack<T>,
          run<T>,     register_peak<T>};
}

std::uint8_t add_values(const AddArgs& args, std::uint8_t a, std::uint8_t b) {
  const std::int32_t sum = a * args.multiplier_a + b * args.multiplier_b;
  const std::int32_t value = (sum + (1 << (args.shift - 1))) >> args.shift;
  return static_cast<std::uint8_t>(value < args.limit ? value : args.limit);
}

float add_values(const AddArgs&, float a, float b) { return a + b; }

template <typename Value>
void add(const AddArgs& args, const Value* a, const Value* b, Value* out) {
  const int half = args.upsampled ? 2 : 1;
  for (int y = 0; y < args.height; ++y) {
    for (int x = 0; x < args.width; ++x) {
      const std::ptrdiff_t position =
          static_cast<std::ptrdiff_t>(y / half) * (args.width / half) + x / half;
      const Value* other = b + position * args.channels;
      for (int c = 0; c < args.channels; ++c) *out++ = add_values(args, *a++, other[c]);
    }
  }
}

template <typename Value>
void max_pool(const MaxPoolArgs& args, const Value* in, Value* out) {
  const std::ptrdiff_t pitch = static_cast<std::ptrdiff_t>(args.in_width) * args.channels;
  for (int y = 0; y < args.in_height / args.pool_height; ++y) {
    for (int x = 0; x < args.in_width / args.pool_width; ++x) {
      for (int c = 0; c < args.channels; ++c) {
        const Value* first = in + y * args.pool_height * pitch +
                             static_cast<std::ptrdiff_t>(x) * args.pool_width * args.channels + c;
        Value best = *first;
        for (int i = 1; i < args.pool_height * args.pool_width; ++i) {
          const Value value =
              first[i / args.pool_width * pitch + i % args.pool_width * args.channels];
          best = value > best ? value : best;
        }
        *out++ = best;
      }
    }
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ElementKernel portable_elements;
const ElementKernel portable_elements{"portable", add<std::uint8_t>, add<float>,
                                      max_pool<std::uint8_t>, max_pool<float>};

// NOLINTNEXTLINE(readability-identifier-naming): see kernels.inc
extern const ConvKernel portable_kernels[kPrecisions];
const ConvKernel portable_kernels[kPrecisions] = {
    describe<F32>(Precision::f32),      describe<Integer>(Precision::int8),
    describe<Integer>(Precision::int4), describe<Integer>(Precision::int3),
    describe<Integer>(Precision::int2),
};

}  // namespace nibble::kernels
