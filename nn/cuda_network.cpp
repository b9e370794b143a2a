#include "nn/cuda_network.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "nn/error.h"
#include "nn/graph.h"
#include "nn/line_ends.h"
#include "nn/packed_layer.h"
#include "nn/parameters.h"

namespace nibble {
namespace {

using kernels::cuda::Device;
using kernels::cuda::Format;

constexpr int kMaxBatch = 256;           // lines of one launch: bounds the memory of activations
constexpr std::size_t kAlignment = 256;  // of what lies in one buffer

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

void require(const char* problem) {
  if (problem != nullptr)
    throw Error(ErrorCode::bad_device, std::string("device cuda: ") + problem);
}

/// Memory of a device that grows.
class DeviceMemory {
 public:
  explicit DeviceMemory(Device& device) : device_(&device) {}
  ~DeviceMemory() { release(); }
  DeviceMemory(DeviceMemory&& other) noexcept
      : device_(other.device_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  DeviceMemory& operator=(DeviceMemory&&) = delete;

  void reserve(std::size_t size) {
    if (size <= size_) return;
    release();
    void* address = nullptr;
    require(device_->allocate(size, &address));
    data_ = static_cast<std::byte*>(address);
    size_ = size;
  }
  std::byte* data() const { return data_; }

 private:
  void release() {
    if (data_ != nullptr) device_->release(data_);
    data_ = nullptr;
    size_ = 0;
  }

  Device* device_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A layer with its weights on the device.
struct DeviceLayer {
  Conv2d layer;
  Format input;
  Format output;
  DeviceMemory weights;
  std::size_t channels_offset = 0;
};

/// Lines of one width that run together, and where their input and their sums lie.
struct Batch {
  int width = 0;  ///< rounded up to the stride
  std::vector<std::size_t> lines;
  std::size_t input_offset = 0;
  std::size_t sums_offset = 0;
};

}  // namespace

struct CudaNetwork::Impl {
  std::string name;
  Graph graph;
  std::vector<float> scale;
  Device& device;
  std::vector<DeviceLayer> layers;

  // Of runs, which hold the mutex.
  std::mutex mutex;
  DeviceMemory input;
  DeviceMemory places[2];
  DeviceMemory sums;
  std::vector<std::uint8_t> host_input;
  std::vector<std::int32_t> host_sums;

  Impl(const std::string& model_name, const Graph& model_graph, Device& used)
      : name(model_name),
        graph(model_graph),
        device(used),
        input(used),
        places{DeviceMemory(used), DeviceMemory(used)},
        sums(used) {}

  // Sums from one column to the next.
  std::size_t pitch() const {
    return static_cast<std::size_t>(
        kernels::cuda::channel_pitch(Format::s32, graph.layers.back().out_channels));
  }
  void upload_layer(std::size_t number, const LayerParameters& parameters);
  std::vector<Batch> group(const std::vector<TensorView<const std::uint8_t>>& lines) const;
  void lay_lines(const std::vector<TensorView<const std::uint8_t>>& lines,
                 const std::vector<Batch>& batches);
  void run_batch(const Batch& batch);
  void take_scores(const Batch& batch, std::vector<Logits>& scores) const;
};

namespace {

// The format in which layer `number` takes its input: the first one bytes as the line has them, if
// its kernel can.
Format input_format(const Graph& graph, std::size_t number) {
  const Conv2d& layer = graph.layers[number];
  if (number == 0 && kernels::cuda::takes_dp4a(conv_args(layer, {1, 1, layer.in_channels})))
    return Format::bytes;
  return layer.precision == Precision::int4 ? Format::u4 : Format::u8;
}

kernels::ConvWeights weights_of(const LayerParameters& parameters) {
  kernels::ConvWeights weights;
  weights.weights = parameters.weight.data();
  weights.bias = parameters.bias.data();
  if (!parameters.multiplier.empty()) {
    weights.multiplier = parameters.multiplier.data();
    weights.shift = parameters.shift.data();
  }
  return weights;
}

}  // namespace

void CudaNetwork::Impl::upload_layer(std::size_t number, const LayerParameters& parameters) {
  const Conv2d& layer = graph.layers[number];
  const bool last = number + 1 == graph.layers.size();
  DeviceLayer loaded{layer, input_format(graph, number),
                     last ? Format::s32 : input_format(graph, number + 1), DeviceMemory(device), 0};
  const kernels::ConvArgs args = conv_args(layer, {1, 1, layer.in_channels});
  std::vector<std::uint8_t> packed(kernels::cuda::packed_weight_bytes(args, loaded.input));
  kernels::cuda::pack_weights(args, loaded.input, weights_of(parameters), packed.data());
  loaded.channels_offset = kernels::cuda::packed_channels_offset(args, loaded.input);
  loaded.weights.reserve(packed.size());
  require(device.upload(loaded.weights.data(), packed.data(), packed.size()));
  layers.push_back(std::move(loaded));
}

CudaNetwork::CudaNetwork(const Network& network, const ModelFile& model, const std::string& name,
                         Device& device) {
  if (network.precision() == Precision::f32) {
    throw Error(ErrorCode::bad_device, "device cuda: runs int8 and int4 models; " + name +
                                           " is one of f32, use --device cpu");
  }
  impl_ = std::make_unique<Impl>(name, network.graph(), device);
  const std::vector<LayerParameters> parameters = read_parameters(model, network.graph(), name);
  for (std::size_t i = 0; i < parameters.size(); ++i) impl_->upload_layer(i, parameters[i]);
  impl_->scale = parameters.back().scale;
}

CudaNetwork::~CudaNetwork() = default;
CudaNetwork::CudaNetwork(CudaNetwork&&) noexcept = default;
CudaNetwork& CudaNetwork::operator=(CudaNetwork&&) noexcept = default;

std::vector<Batch> CudaNetwork::Impl::group(
    const std::vector<TensorView<const std::uint8_t>>& lines) const {
  std::map<int, std::vector<std::size_t>> by_width;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    check_line(graph, lines[i].shape, name);
    by_width[input_shape(graph, lines[i].shape.width).width].push_back(i);
  }
  std::vector<Batch> batches;
  std::size_t input_offset = 0;
  std::size_t sums_offset = 0;
  for (const auto& [width, members] : by_width) {
    for (std::size_t first = 0; first < members.size(); first += kMaxBatch) {
      const std::size_t count = std::min<std::size_t>(kMaxBatch, members.size() - first);
      const auto begin = members.begin() + static_cast<std::ptrdiff_t>(first);
      batches.push_back(
          {width, {begin, begin + static_cast<std::ptrdiff_t>(count)}, input_offset, sums_offset});
      const int pixels = static_cast<int>(count) * graph.height * width;
      input_offset += aligned(kernels::cuda::tensor_bytes(layers.front().input, pixels, 1));
      sums_offset += aligned(count * static_cast<std::size_t>(width / graph.stride) * pitch() *
                             sizeof(std::int32_t));
    }
  }
  return batches;
}

void CudaNetwork::Impl::run_batch(const Batch& batch) {
  Shape shape = input_shape(graph, batch.width);
  const std::byte* from = input.data() + batch.input_offset;
  const int count = static_cast<int>(batch.lines.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const DeviceLayer& loaded = layers[i];
    const kernels::ConvArgs args = conv_args(loaded.layer, shape);
    if (!kernels::cuda::supported(args, loaded.input, loaded.output, count)) {
      throw Error(ErrorCode::bad_device, "device cuda: " + name + ": layer " + loaded.layer.name +
                                             " is beyond the kernels' sizes; use --device cpu");
    }
    kernels::cuda::ConvPlan plan =
        plan_conv(args, loaded.input, loaded.output, count, device.multiprocessors());
    std::byte* to = sums.data() + batch.sums_offset;
    if (i + 1 < layers.size()) {
      places[i % 2].reserve(kernels::cuda::tensor_bytes(loaded.output, plan.params.positions,
                                                        loaded.layer.out_channels));
      to = places[i % 2].data();
    }
    plan.params.input = from;
    plan.params.weights = loaded.weights.data();
    plan.params.channels =
        reinterpret_cast<const std::int32_t*>(loaded.weights.data() + loaded.channels_offset);
    plan.params.output = to;
    require(device.run(plan));
    shape = pool_shape(loaded.layer, conv_shape(loaded.layer, shape));
    from = to;
  }
}

// All lines as the first layer takes them.
void CudaNetwork::Impl::lay_lines(const std::vector<TensorView<const std::uint8_t>>& lines,
                                  const std::vector<Batch>& batches) {
  const Format format = layers.front().input;
  std::vector<std::uint8_t> ink;
  for (const Batch& batch : batches) {
    const Shape shape = input_shape(graph, batch.width);
    ink.resize(batch.lines.size() * shape.size());
    for (std::size_t i = 0; i < batch.lines.size(); ++i)
      lay_ink(lines[batch.lines[i]], shape, ink.data() + i * shape.size());
    const int pixels = static_cast<int>(ink.size());
    host_input.resize(batch.input_offset + aligned(kernels::cuda::tensor_bytes(format, pixels, 1)));
    kernels::cuda::pack_activations(format, pixels, 1, ink.data(),
                                    host_input.data() + batch.input_offset);
  }
}

void CudaNetwork::Impl::take_scores(const Batch& batch, std::vector<Logits>& scores) const {
  const std::int32_t* from = host_sums.data() + batch.sums_offset / sizeof(std::int32_t);
  for (const std::size_t line : batch.lines) {
    Logits& logits = scores[line];
    logits.columns = batch.width / graph.stride;
    logits.classes = static_cast<int>(scale.size());
    logits.stride = graph.stride;
    logits.values.resize(static_cast<std::size_t>(logits.columns) * scale.size());
    scale_sums(from, pitch(), scale, logits);
    normalize_scores(logits, name);
    from += static_cast<std::size_t>(logits.columns) * pitch();
  }
}

std::vector<Logits> CudaNetwork::run(
    const std::vector<TensorView<const std::uint8_t>>& lines) const {
  Impl& impl = *impl_;
  const std::lock_guard lock(impl.mutex);
  const std::vector<Batch> batches = impl.group(lines);
  if (batches.empty()) return {};
  impl.lay_lines(lines, batches);
  const Batch& last = batches.back();
  impl.host_sums.resize(
      last.sums_offset / sizeof(std::int32_t) +
      last.lines.size() * static_cast<std::size_t>(last.width / impl.graph.stride) * impl.pitch());
  impl.input.reserve(impl.host_input.size());
  impl.sums.reserve(impl.host_sums.size() * sizeof(std::int32_t));

  require(impl.device.upload(impl.input.data(), impl.host_input.data(), impl.host_input.size()));
  for (const Batch& batch : batches) impl.run_batch(batch);
  require(impl.device.download(impl.host_sums.data(), impl.sums.data(),
                               impl.host_sums.size() * sizeof(std::int32_t)));

  std::vector<Logits> scores(lines.size());
  for (const Batch& batch : batches) impl.take_scores(batch, scores);
  return scores;
}

namespace {

// Null where there is no device, and why.
Device* find_device(const char** problem) {
#ifdef NIBBLE_HAS_CUDA
  return kernels::cuda::open_device(problem);
#else
  *problem = "this program was built without CUDA";
  return nullptr;
#endif
}

}  // namespace

Device& open_cuda_device() {
  const char* problem = nullptr;
  Device* device = find_device(&problem);
  if (device == nullptr)
    throw Error(ErrorCode::bad_device,
                std::string("device cuda: ") + problem + "; use --device cpu");
  return *device;
}

Device* find_cuda_device() {
  const char* problem = nullptr;
  return find_device(&problem);
}

}  // namespace nibble
