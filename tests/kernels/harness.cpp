#include "tests/kernels/harness.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace nibble::kernels {
namespace {

constexpr std::byte kCanary{0xa5};
constexpr std::size_t kCapacity = std::size_t{1} << 22U;

std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

std::size_t element_size(Precision precision, const ConvArgs& args) {
  return precision == Precision::f32 || args.limit == 0 ? 4 : 1;
}

std::size_t output_bytes(Precision precision, const ConvArgs& args) {
  return static_cast<std::size_t>(out_height(args)) * static_cast<std::size_t>(out_width(args)) *
         static_cast<std::size_t>(args.out_channels) * element_size(precision, args);
}

int pick(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

template <typename T>
void fill_range(std::vector<T>& values, Fill how, int low, int high, std::mt19937& random) {
  bool up = false;
  for (T& value : values) {
    up = !up;
    switch (how) {
      case Fill::low: value = static_cast<T>(low); break;
      case Fill::high: value = static_cast<T>(high); break;
      case Fill::ends: value = static_cast<T>(up ? high : low); break;
      case Fill::random: value = static_cast<T>(pick(random, low, high)); break;
    }
  }
}

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<float> floats_of(const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::vector<float> magnitudes(std::vector<float> values) {
  for (float& value : values) value = std::fabs(value);
  return values;
}

}  // namespace

GuardedMemory::GuardedMemory(std::size_t capacity) : capacity_(capacity) {
  const std::size_t page = page_size();
  void* mapping = mmap(nullptr, capacity + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) std::abort();
  mapping_ = static_cast<std::byte*>(mapping);
  memory_ = mapping_ + page;
  if (mprotect(memory_, capacity, PROT_READ | PROT_WRITE) != 0) std::abort();
  std::memset(memory_, static_cast<int>(kCanary), capacity);
}

GuardedMemory::~GuardedMemory() { munmap(mapping_, capacity_ + 2 * page_size()); }

std::byte* GuardedMemory::place(std::size_t size, std::size_t alignment, bool at_end) {
  if (size > capacity_) std::abort();
  std::memset(memory_ + offset_, static_cast<int>(kCanary), size_);
  offset_ = at_end ? (capacity_ - size) / alignment * alignment : 0;
  size_ = size;
  return memory_ + offset_;
}

bool GuardedMemory::canaries_live() const {
  // A kernel that runs astray does so by a tile or a row, not by megabytes.
  constexpr std::size_t kReach = 16384;
  const std::byte* begin = memory_ + (offset_ > kReach ? offset_ - kReach : 0);
  const std::byte* end = memory_ + std::min(capacity_, offset_ + size_ + kReach);
  const auto live = [](std::byte value) { return value == kCanary; };
  return std::all_of(begin, static_cast<const std::byte*>(memory_ + offset_), live) &&
         std::all_of(static_cast<const std::byte*>(memory_ + offset_ + size_), end, live);
}

std::string Case::describe() const {
  const char* fills[] = {"low", "high", "ends", "random"};
  char text[256];
  std::snprintf(
      text, sizeof(text),
      "in %dx%dx%d out %d kernel %dx%d stride %dx%d pad %d,%d,%d,%d pool %dx%d limit %d relu %d clip %g fill %s/%s %s",
      args.in_height, args.in_width, args.in_channels, args.out_channels, args.kernel_height,
      args.kernel_width, args.stride_height, args.stride_width, args.pad_top, args.pad_left,
      args.pad_bottom, args.pad_right, args.pool_height, args.pool_width, args.limit,
      static_cast<int>(args.relu), static_cast<double>(args.clip),
      fills[static_cast<int>(activations)], fills[static_cast<int>(weights)],
      at_end ? "at end" : "at begin");
  return text;
}

struct Comparison::Data {
  std::vector<float> input_f32, weights_f32, bias_f32;
  std::vector<std::uint8_t> input;
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> bias, multiplier;
  std::vector<std::int8_t> shift;

  ConvWeights conv_weights() const {
    ConvWeights w;
    w.weights = input.empty() ? static_cast<const void*>(weights_f32.data()) : weights.data();
    w.bias_f32 = bias_f32.data();
    w.bias = bias.data();
    w.multiplier = multiplier.data();
    w.shift = shift.data();
    return w;
  }
};

Comparison::Comparison(const ConvKernel& kernel)
    : kernel_(kernel),
      portable_(specification(kernel.precision)),
      input_(kCapacity),
      packed_(kCapacity),
      scratch_(kCapacity),
      output_(kCapacity) {}

void Comparison::fill(const Case& c, Data& data) {
  const ConvArgs& args = c.args;
  const auto inputs = static_cast<std::size_t>(args.in_height) *
                      static_cast<std::size_t>(args.in_width) *
                      static_cast<std::size_t>(args.in_channels);
  const auto channels = static_cast<std::size_t>(args.out_channels);
  const auto window = static_cast<std::size_t>(args.kernel_height) *
                      static_cast<std::size_t>(args.kernel_width) *
                      static_cast<std::size_t>(args.in_channels);
  if (kernel_.precision == Precision::f32) {
    data.input_f32.resize(inputs);
    data.weights_f32.resize(channels * window);
    data.bias_f32.resize(channels);
    for (auto* values : {&data.input_f32, &data.weights_f32, &data.bias_f32}) {
      fill_range(*values, values == &data.input_f32 ? c.activations : c.weights, -1000, 1000,
                 random_);
      for (float& value : *values) value *= 1.0F / 999;  // not a power of two: every product rounds
    }
    return;
  }
  const int largest = weight_max(kernel_.precision);
  data.input.resize(inputs);
  data.weights.resize(channels * window);
  fill_range(data.input, c.activations, 0, activation_max(kernel_.precision), random_);
  fill_range(data.weights, c.weights, -largest, largest, random_);
  // Kernels have a shorter way where every shift is large.
  const int least_shift = random_() % 2 == 0 ? 1 : 33;
  for (std::size_t n = 0; n < channels; ++n) {
    data.bias.push_back(pick(random_, -100000, 100000));
    // Mostly multipliers that spread the sums over the outputs; now and then one from the ends of
    // the range.
    const bool extreme = random_() % 8 == 0;
    const std::int32_t ends[] = {0, 1, std::numeric_limits<std::int32_t>::max()};
    data.multiplier.push_back(
        extreme ? ends[random_() % 3]
                : pick(random_, 1 << 30, std::numeric_limits<std::int32_t>::max()));
    data.shift.push_back(
        static_cast<std::int8_t>(extreme ? pick(random_, least_shift, 62) : pick(random_, 36, 46)));
  }
}

std::vector<std::byte> Comparison::run_kernel(const ConvKernel& kernel, const ConvArgs& args,
                                              const Data& data, bool at_end) {
  const bool f32 = kernel.precision == Precision::f32;
  const std::vector<std::byte> source = f32 ? bytes_of(data.input_f32) : bytes_of(data.input);
  std::byte* input = input_.place(source.size(), f32 ? 4 : 1, at_end);
  std::memcpy(input, source.data(), source.size());
  std::byte* packed = packed_.place(kernel.packed_bytes(args), kAlignment, at_end);
  std::byte* scratch = scratch_.place(kernel.scratch_bytes(args), kAlignment, at_end);
  std::vector<std::byte> result(output_bytes(kernel.precision, args));
  std::byte* output = output_.place(result.size(), element_size(kernel.precision, args), at_end);
  kernel.pack(args, data.conv_weights(), packed);
  kernel.run(args, packed, input, output, scratch);
  if (!input_.canaries_live() || std::memcmp(input, source.data(), source.size()) != 0)
    broken_canary_ = "input";
  if (!packed_.canaries_live()) broken_canary_ = "packed";
  if (!scratch_.canaries_live()) broken_canary_ = "scratch";
  if (!output_.canaries_live()) broken_canary_ = "output";
  if (!result.empty()) std::memcpy(result.data(), output, result.size());
  return result;
}

// Integers must be equal. Floats may differ by the rounding of two summation orders: each is within
// gamma(K + 2) of the exact sum, relative to the sum of the magnitudes of its terms (Higham,
// Accuracy and Stability of Numerical Algorithms, 3.1).
bool Comparison::equal(const Case& c, const Data& data, const std::vector<std::byte>& expected,
                       const std::vector<std::byte>& actual) {
  if (kernel_.precision != Precision::f32) return expected == actual;
  Data positive;
  positive.input_f32 = magnitudes(data.input_f32);
  positive.weights_f32 = magnitudes(data.weights_f32);
  positive.bias_f32 = magnitudes(data.bias_f32);
  ConvArgs args = c.args;
  args.relu = false;
  args.clip = 0;
  const std::vector<float> sums = floats_of(run_kernel(portable_, args, positive, c.at_end));
  const std::vector<float> a = floats_of(expected);
  const std::vector<float> b = floats_of(actual);
  const float terms =
      static_cast<float>(args.kernel_height * args.kernel_width * args.in_channels + 2);
  const float unit = terms * std::numeric_limits<float>::epsilon() / 2;
  const float gamma = unit / (1 - unit);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::fabs(a[i] - b[i]) <= 2 * gamma * sums[i] * (1 + gamma))) return false;
  }
  return true;
}

void Comparison::run(Case c) {
  ++count_;
  if (kernel_.takes != nullptr && !kernel_.takes(c.args)) {
    c.args.in_width += 3 - c.args.kernel_width;
    if (c.args.in_width < 1) c.args.in_width = 1;
    c.args.kernel_width = 3;
    c.args.stride_height = c.args.stride_width = 1;
    if (c.args.in_width + c.args.pad_left + c.args.pad_right < 3) c.args.pad_right = 3;
    if (!kernel_.takes(c.args)) failures_ += c.describe() + ": is not taken\n";
  }
  Data data;
  fill(c, data);
  broken_canary_.clear();
  const std::vector<std::byte> expected = run_kernel(portable_, c.args, data, c.at_end);
  const std::vector<std::byte> actual = run_kernel(kernel_, c.args, data, c.at_end);
  if (!broken_canary_.empty())
    failures_ += c.describe() + ": wrote outside of " + broken_canary_ + "\n";
  if (!equal(c, data, expected, actual)) failures_ += c.describe() + "\n";
}

std::vector<const ConvKernel*> tested_kernels() {
  std::vector<const ConvKernel*> kernels;
  for (const ConvKernel* kernel : conv_kernels()) {
    if (kernel != &specification(kernel->precision)) kernels.push_back(kernel);
    if (kernel->winograd != nullptr) kernels.push_back(kernel->winograd);
  }
  return kernels;
}

const ConvKernel& specification(Precision precision) {
  return *conv_kernels().items[static_cast<int>(precision)];
}

ConvArgs gemm_args(int m, int n, int k) {
  ConvArgs args;
  args.in_width = m;
  args.in_channels = k;
  args.out_channels = n;
  return args;
}

}  // namespace nibble::kernels
