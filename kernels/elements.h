#pragma once

#include "kernels/driver.h"

// The loops over single values, the same for all instruction sets: each hands in an Op that adds
// Op::kValues bytes at once. The other loops are plain, for the compiler to make vectors of.
// Internal linkage, see driver.h.

namespace nibble::kernels {
namespace {

/// The sums of `count` bytes; what does not fill Op::kValues goes through a copy.
template <typename Op>
NIBBLE_INLINE void add_some(const Op& op, const std::uint8_t* a, const std::uint8_t* b,
                            std::ptrdiff_t count, std::uint8_t* out) {
  std::ptrdiff_t i = 0;
  for (; i + Op::kValues <= count; i += Op::kValues) op.add(a + i, b + i, out + i);
  if (i == count) return;
  const auto rest = static_cast<std::size_t>(count - i);
  std::uint8_t copies[3][Op::kValues] = {};
  std::memcpy(copies[0], a + i, rest);
  std::memcpy(copies[1], b + i, rest);
  op.add(copies[0], copies[1], copies[2]);
  std::memcpy(out + i, copies[2], rest);
}

struct FloatAdd {
  explicit FloatAdd(const AddArgs&) {}
};

NIBBLE_INLINE void add_some(const FloatAdd&, const float* __restrict a, const float* __restrict b,
                            std::ptrdiff_t count, float* __restrict out) {
  for (std::ptrdiff_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

template <typename Op, typename Value>
void add_images(const AddArgs& args, const Value* a, const Value* b, Value* out) {
  const Op op(args);
  const int height = args.height;
  const int half = args.width / 2;
  const std::ptrdiff_t channels = args.channels;
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(args.width) * channels;
  if (!args.upsampled) {
    add_some(op, a, b, height * row, out);
    return;
  }
  for (int y = 0; y < height; ++y) {
    const Value* from = b + (y / 2) * (row / 2);
    for (int x = 0; x < half; ++x, from += channels) {
      add_some(op, a, from, channels, out);
      add_some(op, a + channels, from, channels, out + channels);
      a += 2 * channels;
      out += 2 * channels;
    }
  }
}

template <typename Value>
void pool_image(const MaxPoolArgs& args, const Value* in, Value* __restrict out) {
  const std::ptrdiff_t channels = args.channels;
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(args.in_width) * channels;
  const int height = args.in_height / args.pool_height;
  const int width = args.in_width / args.pool_width;
  const int pool_height = args.pool_height;
  const int pool_width = args.pool_width;
  // In a window of fewer than 2 x 2, some of the four are the same.
  const std::ptrdiff_t right = pool_width == 2 ? channels : 0;
  const std::ptrdiff_t below = pool_height == 2 ? row : 0;
  for (int y = 0; y < height; ++y, in += pool_height * row) {
    for (int x = 0; x < width; ++x, out += channels) {
      const Value* first = in + x * pool_width * channels;
      const Value* const p[] = {first, first + right, first + below, first + below + right};
      for (std::ptrdiff_t c = 0; c < channels; ++c) {
        const Value upper = p[1][c] > p[0][c] ? p[1][c] : p[0][c];
        const Value lower = p[3][c] > p[2][c] ? p[3][c] : p[2][c];
        out[c] = lower > upper ? lower : upper;
      }
    }
  }
}

/// The loops of an instruction set by its Op, which is made of AddArgs.
template <typename Op>
constexpr ElementKernel describe_elements(const char* isa) {
  return {isa, add_images<Op, std::uint8_t>, add_images<FloatAdd, float>, pool_image<std::uint8_t>,
          pool_image<float>};
}

}  // namespace
}  // namespace nibble::kernels
