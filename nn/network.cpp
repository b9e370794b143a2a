#include "nn/network.h"

#include <algorithm>
#include <cstring>

#include "nn/cuda_network.h"
#include "nn/digest.h"
#include "nn/error.h"
#include "nn/graph.h"
#include "nn/line_ends.h"
#include "nn/metadata.h"
#include "nn/packed_layer.h"

namespace nibble {
namespace {

std::size_t element_size(Precision precision) {
  return precision == Precision::f32 ? sizeof(float) : 1;
}

std::size_t output_element_size(const Conv2d& layer) {
  return layer.precision == Precision::f32 || layer.limit == 0 ? sizeof(float)
                                                               : 1;  // sums have the size of floats
}

std::size_t aligned(std::size_t size) {
  return (size + kernels::kAlignment - 1) / kernels::kAlignment * kernels::kAlignment;
}

/// Where things lie in the arena of a run: the outputs of the layers take turns in two places.
struct Plan {
  std::size_t places[2] = {0, 0};
  std::size_t scratch = 0;
  std::size_t size = 0;
};

/// Ink is 1 and paper 0, so that the zeros around a convolution are paper.
void lay_ink(TensorView<const std::uint8_t> line, const Shape& shape, float* out) {
  for (int y = 0; y < shape.height; ++y, out += shape.width) {
    const std::uint8_t* from = line.data + static_cast<std::ptrdiff_t>(y) * line.shape.width;
    std::transform(from, from + line.shape.width, out,
                   [](std::uint8_t p) { return static_cast<float>(255 - p) / 255.0F; });
    std::fill(out + line.shape.width, out + shape.width, 0.0F);
  }
}

}  // namespace

std::optional<Precision> parse_precision(const std::string& name) {
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    if (name == precision_name(precision)) return precision;
  }
  return std::nullopt;
}

struct Network::Impl {
  std::string name;
  Graph graph;
  Precision precision = Precision::f32;
  std::vector<std::string> alphabet;
  std::string digest;
  std::string scores_digest;
  std::string isa;
  std::int64_t weight_count = 0;
  std::vector<PackedLayer> layers;

  Plan plan(int width) const {
    Plan plan;
    Shape shape = input_shape(graph, width);
    std::size_t places[2] = {shape.size() * element_size(layers.front().layer.precision), 0};
    std::size_t scratch = 0;
    int place = 1;
    for (const PackedLayer& packed : layers) {
      scratch = std::max(scratch, packed.kernel->scratch_bytes(conv_args(packed.layer, shape)));
      shape = pool_shape(packed.layer, conv_shape(packed.layer, shape));
      places[place] = std::max(places[place], shape.size() * output_element_size(packed.layer));
      place = 1 - place;
    }
    plan.places[1] = aligned(places[0]);
    plan.scratch = plan.places[1] + aligned(places[1]);
    plan.size = plan.scratch + aligned(scratch);
    return plan;
  }
};

Network::Network(const ModelFile& model, const std::string& name, const KernelChoice& choice) {
  auto impl = std::make_unique<Impl>();
  impl->name = name;
  impl->precision = check_metadata(model, ModelTask::read, name);
  impl->alphabet = read_alphabet(model, name);
  impl->graph = parse_graph(metadata_entry(model, "graph", name), name);
  check_precision(impl->precision, impl->graph.layers, name);
  const std::size_t classes = impl->alphabet.size() + 1;
  const int scores = impl->graph.layers.back().out_channels;
  if (static_cast<std::size_t>(scores) != classes) {
    throw Error(ErrorCode::bad_model, name + ": the last layer has " + std::to_string(scores) +
                                          " channels; the alphabet and the blank need " +
                                          std::to_string(classes));
  }
  const std::vector<LayerParameters> parameters = read_parameters(model, impl->graph, name);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    impl->layers.push_back(pack_layer(impl->graph.layers[i], parameters[i], choice));
    impl->weight_count += static_cast<std::int64_t>(parameters[i].size());
  }
  impl->isa = impl->layers.front().kernel->isa;
  impl->digest = model_digest(model);
  if (model.metadata.count("scores_digest") != 0)
    impl->scores_digest = model.metadata.at("scores_digest");
  impl_ = std::move(impl);
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

Workspace::Workspace(const Network& network, int width) {
  const int widest = std::clamp(width, 1, network.graph().max_width);
  arena_ = AlignedBytes(network.impl_->plan(widest).size);
  const Shape shape = input_shape(network.graph(), widest);
  logits_.values.reserve(static_cast<std::size_t>(shape.width / network.graph().stride) *
                         (network.alphabet().size() + 1));
}

const Logits& Network::run(TensorView<const std::uint8_t> line, Workspace& workspace,
                           const LayerHook& hook) const {
  check_line(impl_->graph, line.shape, impl_->name);
  if (device_ != nullptr && !hook) {
    workspace.logits_ = std::move(device_->run({line}).front());
    return workspace.logits_;
  }
  const Plan plan = impl_->plan(line.shape.width);
  if (workspace.arena_.size() < plan.size) workspace.arena_ = AlignedBytes(plan.size);
  std::byte* const arena = workspace.arena_.get();

  Shape shape = input_shape(impl_->graph, line.shape.width);
  if (impl_->layers.front().layer.precision == Precision::f32) {
    lay_ink(line, shape, reinterpret_cast<float*>(arena));
  } else {
    lay_ink(line, shape, reinterpret_cast<std::uint8_t*>(arena));
  }
  std::byte* from = arena;
  for (std::size_t i = 0; i < impl_->layers.size(); ++i) {
    const PackedLayer& packed = impl_->layers[i];
    std::byte* const to = arena + plan.places[(i + 1) % 2];
    packed.kernel->run(conv_args(packed.layer, shape), packed.weights.get(), from, to,
                       arena + plan.scratch);
    shape = pool_shape(packed.layer, conv_shape(packed.layer, shape));
    if (hook) hook(i, shape, to);
    from = to;
  }

  Logits& logits = workspace.logits_;
  logits.columns = shape.width;
  logits.classes = shape.channels;
  logits.stride = impl_->graph.stride;
  logits.values.resize(shape.size());
  if (impl_->precision == Precision::f32) {
    std::memcpy(logits.values.data(), from, logits.values.size() * sizeof(float));
  } else {
    scale_sums(reinterpret_cast<const std::int32_t*>(from),
               static_cast<std::size_t>(logits.classes), impl_->layers.back().scale, logits);
  }
  normalize_scores(logits, impl_->name);
  return logits;
}

Logits Network::run(TensorView<const std::uint8_t> line) const {
  Workspace workspace;
  return run(line, workspace);
}

std::vector<Logits> Network::run(const std::vector<TensorView<const std::uint8_t>>& lines) const {
  if (device_ != nullptr) return device_->run(lines);
  std::vector<Logits> scores;
  scores.reserve(lines.size());
  Workspace workspace;
  for (const auto& line : lines) scores.push_back(run(line, workspace));
  return scores;
}

void Network::use_device(const ModelFile& model, kernels::cuda::Device& device) {
  device_ = std::make_unique<const CudaNetwork>(*this, model, impl_->name, device);
}

const Graph& Network::graph() const { return impl_->graph; }
Precision Network::precision() const { return impl_->precision; }
const std::string& Network::isa() const {
  static const std::string cuda = "cuda";
  return device_ != nullptr ? cuda : impl_->isa;
}
const std::vector<std::string>& Network::alphabet() const { return impl_->alphabet; }
const std::string& Network::digest() const { return impl_->digest; }
const std::string& Network::scores_digest() const { return impl_->scores_digest; }
std::int64_t Network::weight_count() const { return impl_->weight_count; }

std::int64_t Network::mac_count(int width) const {
  check_line(impl_->graph, {impl_->graph.height, width, 1}, impl_->name);
  std::int64_t count = 0;
  Shape shape = input_shape(impl_->graph, width);
  for (const Conv2d& layer : impl_->graph.layers) {
    const Shape full = conv_shape(layer, shape);
    count += static_cast<std::int64_t>(full.size()) * layer.kernel[0] * layer.kernel[1] *
             layer.in_channels;
    shape = pool_shape(layer, full);
  }
  return count;
}

}  // namespace nibble
