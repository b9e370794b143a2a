// The loops over single values against `portable`: the same bytes, and the same floats.

#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/kernels/harness.h"

namespace nibble::kernels {
namespace {

constexpr std::size_t kCapacity = std::size_t{1} << 20U;

std::vector<const ElementKernel*> tested_elements() {
  std::vector<const ElementKernel*> list;
  for (const ConvKernel* kernel : conv_kernels()) {
    const ElementKernel& elements = element_kernel(*kernel);
    if (kernel->precision == Precision::int8) list.push_back(&elements);
  }
  return list;
}

/// Three images against guard pages.
struct Buffers {
  GuardedMemory a{kCapacity};
  GuardedMemory b{kCapacity};
  GuardedMemory out{kCapacity};

  /// What `call` writes for these inputs; fails the test when it writes elsewhere.
  template <typename Value, typename Call>
  std::vector<Value> run(const std::vector<Value>& first, const std::vector<Value>& second,
                         std::size_t count, bool at_end, Call call) {
    const auto place = [&](GuardedMemory& memory, const std::vector<Value>& values) {
      const std::size_t size = values.size() * sizeof(Value);
      std::byte* at = memory.place(size, sizeof(Value), at_end);
      if (size > 0) std::memcpy(at, values.data(), size);
      return reinterpret_cast<const Value*>(at);
    };
    const Value* x = place(a, first);
    const Value* y = place(b, second);
    std::vector<Value> result(count);
    std::byte* z = out.place(count * sizeof(Value), sizeof(Value), at_end);
    call(x, y, reinterpret_cast<Value*>(z));
    CHECK(out.canaries_live());
    if (count > 0) std::memcpy(result.data(), z, count * sizeof(Value));
    return result;
  }
};

class Values {
 public:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  /// All at an end of 0..127, or at random.
  std::vector<std::uint8_t> bytes(std::size_t count) {
    const int how = pick(0, 3);
    std::vector<std::uint8_t> list(count);
    for (auto& v : list)
      v = static_cast<std::uint8_t>(how == 0 ? 0 : how == 1 ? 127 : pick(0, how == 2 ? 15 : 127));
    return list;
  }
  std::vector<float> floats(std::size_t count) {
    std::normal_distribution<float> normal;
    std::vector<float> list(count);
    for (float& v : list) v = normal(random_);
    return list;
  }
  AddArgs add_args() {
    AddArgs args;
    args.upsampled = pick(0, 1) == 1;
    args.height = pick(1, 5) * (args.upsampled ? 2 : 1);
    args.width = pick(1, 9) * (args.upsampled ? 2 : 1);
    args.channels = pick(0, 1) == 0 ? 16 * pick(1, 3) : pick(1, 67);
    const int multipliers[] = {0, 1, kMaxAddMultiplier, pick(1 << 14, kMaxAddMultiplier)};
    args.multiplier_a = multipliers[pick(0, 3)];
    args.multiplier_b = multipliers[pick(0, 3)];
    args.shift = pick(0, 1) == 0 ? pick(1, kMaxAddShift) : pick(13, 17);
    const int limits[] = {1, kInt4ActivationMax, kInt8ActivationMax};
    args.limit = limits[pick(0, 2)];
    return args;
  }

 private:
  std::mt19937 random_{1};
};

std::size_t product(int a, int b, int c) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

}  // namespace

TEST_CASE("each instruction set has its own loops over values") {
  std::set<std::string> names;
  for (const ConvKernel* kernel : conv_kernels()) {
    CHECK(std::string(element_kernel(*kernel).isa) == kernel->isa);
    names.insert(element_kernel(*kernel).isa);
  }
  CHECK(names.size() * kPrecisions == static_cast<std::size_t>(conv_kernels().count));
}

TEST_CASE("additions equal the specification") {
  const ElementKernel& portable = element_kernel(specification(Precision::int8));
  for (const ElementKernel* kernel : tested_elements()) {
    Buffers buffers;
    Values values;
    for (int round = 0; round < 1500; ++round) {
      const AddArgs args = values.add_args();
      const std::size_t count = product(args.height, args.width, args.channels);
      const std::size_t other = args.upsampled ? count / 4 : count;
      INFO(kernel->isa << " " << args.height << "x" << args.width << "x" << args.channels
                       << " upsampled " << args.upsampled << " multipliers " << args.multiplier_a
                       << " " << args.multiplier_b << " shift " << args.shift << " limit "
                       << args.limit);
      const auto a = values.bytes(count);
      const auto b = values.bytes(other);
      const auto run = [&](const ElementKernel& with) {
        return buffers.run(a, b, count, round % 2 == 0,
                           [&](auto* x, auto* y, auto* z) { with.add(args, x, y, z); });
      };
      const auto expected = run(portable);
      CHECK(run(*kernel) == expected);
      if (round % 8 != 0) continue;
      const auto fa = values.floats(count);
      const auto fb = values.floats(other);
      const auto run_f32 = [&](const ElementKernel& with) {
        return buffers.run(fa, fb, count, round % 16 == 0,
                           [&](auto* x, auto* y, auto* z) { with.add_f32(args, x, y, z); });
      };
      const auto expected_f32 = run_f32(portable);
      CHECK(run_f32(*kernel) == expected_f32);
    }
  }
}

TEST_CASE("the specification of an addition is what the header says, at the ends of its ranges") {
  const ElementKernel& portable = element_kernel(specification(Precision::int8));
  for (const int multiplier : {0, 1, 12345, kMaxAddMultiplier}) {
    for (const int shift : {1, 14, 15, kMaxAddShift}) {
      for (const int first : {0, 1, 15, 127}) {
        const auto a = static_cast<std::uint8_t>(first);
        const std::uint8_t b = 127;
        AddArgs args{1, 1, 1, false, multiplier, kMaxAddMultiplier, shift, 127};
        std::uint8_t out = 0;
        portable.add(args, &a, &b, &out);
        const std::int64_t sum = std::int64_t{a} * multiplier + std::int64_t{b} * kMaxAddMultiplier;
        const std::int64_t value = (sum + (std::int64_t{1} << (shift - 1))) >> shift;
        CHECK(out == (value < 127 ? value : 127));
      }
    }
  }
}

TEST_CASE("max-pooling equals the specification") {
  const ElementKernel& portable = element_kernel(specification(Precision::int8));
  for (const ElementKernel* kernel : tested_elements()) {
    Buffers buffers;
    Values values;
    for (int round = 0; round < 600; ++round) {
      MaxPoolArgs args;
      args.pool_height = values.pick(1, 2);
      args.pool_width = values.pick(1, 2);
      args.in_height = values.pick(args.pool_height, 9);
      args.in_width = values.pick(args.pool_width, 17);
      args.channels = values.pick(0, 1) == 0 ? 16 * values.pick(1, 3) : values.pick(1, 67);
      const std::size_t inputs = product(args.in_height, args.in_width, args.channels);
      const std::size_t count = product(args.in_height / args.pool_height,
                                        args.in_width / args.pool_width, args.channels);
      INFO(kernel->isa << " " << args.in_height << "x" << args.in_width << "x" << args.channels
                       << " pool " << args.pool_height << "x" << args.pool_width);
      const auto bytes = values.bytes(inputs);
      const auto run = [&](const ElementKernel& with) {
        return buffers.run(bytes, {}, count, round % 2 == 0,
                           [&](auto* x, auto*, auto* z) { with.max_pool(args, x, z); });
      };
      const auto expected = run(portable);
      CHECK(run(*kernel) == expected);
      const auto floats = values.floats(inputs);
      const auto run_f32 = [&](const ElementKernel& with) {
        return buffers.run(floats, {}, count, round % 2 == 0,
                           [&](auto* x, auto*, auto* z) { with.max_pool_f32(args, x, z); });
      };
      const auto expected_f32 = run_f32(portable);
      CHECK(run_f32(*kernel) == expected_f32);
    }
  }
}

}  // namespace nibble::kernels
