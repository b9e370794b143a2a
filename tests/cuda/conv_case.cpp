#include "tests/cuda/conv_case.h"

#include <cstring>
#include <limits>

namespace nibble::kernels::cuda {
namespace {

int pick(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

template <typename T>
std::vector<T> fill_values(std::size_t count, Fill how, int low, int high, std::mt19937& random) {
  std::vector<T> values(count);
  bool up = false;
  for (T& value : values) {
    up = !up;
    const bool high_end = how == Fill::high || (how == Fill::ends && up);
    value = static_cast<T>(how == Fill::random ? pick(random, low, high) : high_end ? high : low);
  }
  return values;
}

std::size_t input_size(const ConvArgs& args) {
  return static_cast<std::size_t>(args.in_height) * static_cast<std::size_t>(args.in_width) *
         static_cast<std::size_t>(args.in_channels);
}

int out_positions(const ConvArgs& args) { return out_height(args) * out_width(args); }

std::size_t element_size(const ConvCase& c) { return c.output == Format::s32 ? 4 : 1; }

std::vector<std::uint8_t> run_portable(const ConvCase& c, const std::vector<std::uint8_t>& input,
                                       const ConvWeights& weights) {
  const ConvKernel& kernel = specification(c.precision);
  std::vector<std::uint8_t> packed(kernel.packed_bytes(c.args) + kAlignment);
  void* aligned =
      packed.data() +
      (kAlignment - reinterpret_cast<std::uintptr_t>(packed.data()) % kAlignment) % kAlignment;
  kernel.pack(c.args, weights, aligned);
  const std::size_t image = static_cast<std::size_t>(out_positions(c.args)) *
                            static_cast<std::size_t>(c.args.out_channels) * element_size(c);
  std::vector<std::uint8_t> output(image * static_cast<std::size_t>(c.batch));
  for (std::size_t i = 0; i < static_cast<std::size_t>(c.batch); ++i) {
    kernel.run(c.args, aligned, input.data() + i * input_size(c.args), output.data() + i * image,
               nullptr);
  }
  return output;
}

/// Memory of a device.
class Buffer {
 public:
  Buffer(Device& device, std::size_t bytes, std::string& fault) : device_(device) {
    note(device.allocate(bytes, &address_), fault);
  }
  ~Buffer() { device_.release(address_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  void* get() const { return address_; }
  static void note(const char* problem, std::string& fault) {
    if (problem != nullptr && fault.empty()) fault = problem;
  }

 private:
  Device& device_;
  void* address_ = nullptr;
};

}  // namespace

std::string ConvCase::describe() const {
  const char* formats[] = {"s32", "u8", "u4", "bytes"};
  return std::string(precision_name(precision)) + " in " + formats[static_cast<int>(input)] +
         " to " + formats[static_cast<int>(output)] + " batch " + std::to_string(batch) + " tile " +
         std::to_string(tile) + ": " + Case{args, activations, weights}.describe();
}

ConvCase random_case(std::mt19937& random) {
  for (;;) {
    ConvCase c;
    ConvArgs& args = c.args;
    args.in_height = pick(random, 1, 7);
    args.in_width = pick(random, 1, 19);
    args.in_channels = pick(random, 0, 3) == 0 ? 32 * pick(random, 1, 3) : pick(random, 1, 67);
    args.out_channels = pick(random, 0, 2) == 0 ? 32 * pick(random, 1, 3) : pick(random, 1, 70);
    args.kernel_height = pick(random, 1, 3);
    args.kernel_width = pick(random, 1, 4);
    args.stride_height = pick(random, 1, 2);
    args.stride_width = pick(random, 1, 3);
    args.pad_top = pick(random, 0, args.kernel_height);
    args.pad_left = pick(random, 0, args.kernel_width);
    args.pad_bottom = pick(random, 0, args.kernel_height);
    args.pad_right = pick(random, 0, args.kernel_width);
    args.pool_height = pick(random, 1, 2);
    args.pool_width = pick(random, 1, 2);
    c.output = static_cast<Format>(pick(random, 0, 2));
    const int limits[] = {0, pick(random, 0, 1) == 0 ? 1 : kInt8ActivationMax, kInt4ActivationMax};
    args.limit = limits[static_cast<int>(c.output)];
    c.precision = pick(random, 0, 1) == 0 ? Precision::int8 : Precision::int4;
    c.input = takes_dp4a(args) && pick(random, 0, 3) > 0 ? Format::bytes
              : c.precision == Precision::int4           ? Format::u4
                                                         : Format::u8;
    c.batch = pick(random, 1, 3);
    c.tile = pick(random, 0, kTileCount - 1);
    const Fill fills[] = {Fill::low,    Fill::high,   Fill::ends,
                          Fill::random, Fill::random, Fill::random};
    c.activations = fills[pick(random, 0, 5)];
    c.weights = fills[pick(random, 0, 5)];
    if (args.in_height + args.pad_top + args.pad_bottom < args.kernel_height) continue;
    if (args.in_width + args.pad_left + args.pad_right < args.kernel_width) continue;
    return c;
  }
}

struct DeviceComparison::Data {
  std::vector<std::uint8_t> input;
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> bias, multiplier;
  std::vector<std::int8_t> shift;

  ConvWeights conv_weights() const {
    ConvWeights w;
    w.weights = weights.data();
    w.bias = bias.data();
    w.multiplier = multiplier.data();
    w.shift = shift.data();
    return w;
  }
};

DeviceComparison::Data DeviceComparison::fill(const ConvCase& c) {
  const bool wide = c.precision == Precision::int8;
  const int largest = wide ? kInt8WeightMax : kInt4WeightMax;
  const auto channels = static_cast<std::size_t>(c.args.out_channels);
  const std::size_t window =
      static_cast<std::size_t>(c.args.kernel_height * c.args.kernel_width * c.args.in_channels);
  Data data;
  data.input = fill_values<std::uint8_t>(static_cast<std::size_t>(c.batch) * input_size(c.args),
                                         c.activations, 0,
                                         wide ? kInt8ActivationMax : kInt4ActivationMax, random_);
  data.weights = fill_values<std::int8_t>(channels * window, c.weights, -largest, largest, random_);
  data.bias = fill_values<std::int32_t>(channels, Fill::random, -20000, 20000, random_);
  data.multiplier = fill_values<std::int32_t>(channels, Fill::random, 1 << 30,
                                              std::numeric_limits<std::int32_t>::max(), random_);
  // Outputs spread over the range; now and then a requantisation from the ends of what is allowed.
  data.shift =
      fill_values<std::int8_t>(channels, Fill::random, wide ? 38 : 34, wide ? 46 : 42, random_);
  if (pick(random_, 0, 3) == 0) {
    const std::int32_t ends[] = {0, 1, std::numeric_limits<std::int32_t>::max()};
    data.multiplier[0] = ends[pick(random_, 0, 2)];
    data.shift[0] = static_cast<std::int8_t>(pick(random_, 1, 62));
  }
  return data;
}

std::vector<std::uint8_t> DeviceComparison::launch(const ConvCase& c, ConvPlan& plan,
                                                   const std::vector<std::uint8_t>& input,
                                                   const ConvWeights& weights) {
  fault_.clear();
  const int positions = c.batch * out_positions(c.args);
  std::vector<std::uint8_t> tight(static_cast<std::size_t>(positions) *
                                  static_cast<std::size_t>(c.args.out_channels) * element_size(c));
  if (positions == 0) return tight;
  std::vector<std::uint8_t> packed(packed_weight_bytes(c.args, c.input));
  pack_weights(c.args, c.input, weights, packed.data());
  std::vector<std::uint8_t> output(tensor_bytes(c.output, positions, c.args.out_channels));
  const Buffer device_input(device_, input.size(), fault_);
  const Buffer device_weights(device_, packed.size(), fault_);
  const Buffer device_output(device_, output.size(), fault_);
  if (!fault_.empty()) return tight;
  Buffer::note(device_.upload(device_input.get(), input.data(), input.size()), fault_);
  Buffer::note(device_.upload(device_weights.get(), packed.data(), packed.size()), fault_);
  const auto* bytes = static_cast<const std::uint8_t*>(device_weights.get());
  plan.params.input = device_input.get();
  plan.params.weights = bytes;
  plan.params.channels =
      reinterpret_cast<const std::int32_t*>(bytes + packed_channels_offset(c.args, c.input));
  plan.params.output = device_output.get();
  Buffer::note(device_.run(plan), fault_);
  Buffer::note(device_.download(output.data(), device_output.get(), output.size()), fault_);
  unpack_activations(c.output, positions, c.args.out_channels, output.data(), tight.data());
  return tight;
}

std::vector<std::uint8_t> DeviceComparison::run_device(const ConvCase& c, const Data& data,
                                                       const ConvWeights& weights) {
  ConvPlan plan = plan_conv_tile(c.args, c.input, c.output, c.batch, c.tile);
  const int pixels = c.batch * c.args.in_height * c.args.in_width;
  std::vector<std::uint8_t> input(tensor_bytes(c.input, pixels, c.args.in_channels));
  pack_activations(c.input, pixels, c.args.in_channels, data.input.data(), input.data());
  return launch(c, plan, input, weights);
}

std::vector<std::uint8_t> DeviceComparison::finish_device(const ConvCase& c, const Data& data,
                                                          const std::vector<std::uint8_t>& sums) {
  ConvPlan plan = plan_finish(c.args, c.output, c.batch);
  const int positions = c.batch * conv_height(c.args) * conv_width(c.args);
  std::vector<std::uint8_t> input(tensor_bytes(Format::s32, positions, c.args.out_channels));
  const std::size_t row = static_cast<std::size_t>(c.args.out_channels) * 4;
  for (std::size_t i = 0; i < static_cast<std::size_t>(positions); ++i) {
    std::memcpy(input.data() + i * static_cast<std::size_t>(plan.params.in_chunks) * 4,
                sums.data() + i * row, row);
  }
  return launch(c, plan, input, data.conv_weights());
}

bool DeviceComparison::compare(const ConvCase& c, const std::vector<std::uint8_t>& expected,
                               const std::vector<std::uint8_t>& actual) {
  ++count_;
  if (fault_.empty() && expected == actual) return true;
  failures_ += c.describe() + (fault_.empty() ? "" : ": " + fault_) + "\n";
  return false;
}

bool DeviceComparison::run(const ConvCase& c) {
  const Data data = fill(c);
  return compare(c, run_portable(c, data.input, data.conv_weights()),
                 run_device(c, data, data.conv_weights()));
}

bool DeviceComparison::run_twin(const ConvCase& c) {
  const Data data = fill(c);
  ConvCase raw = c;
  raw.output = Format::s32;
  raw.args.limit = 0;
  raw.args.pool_height = raw.args.pool_width = 1;
  ConvWeights no_bias;
  no_bias.weights = data.weights.data();
  const std::vector<std::uint8_t> sums = run_device(raw, data, no_bias);
  if (!fault_.empty()) return compare(c, {}, {});
  return compare(c, run_portable(c, data.input, data.conv_weights()), finish_device(c, data, sums));
}

}  // namespace nibble::kernels::cuda
