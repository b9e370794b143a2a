#include "nn/picture_network.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "nn/digest.h"
#include "nn/error.h"
#include "nn/metadata.h"
#include "nn/parameters.h"
#include "nn/picture_ends.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxArena = std::size_t{1} << 30;

std::size_t index_of(int node) { return static_cast<std::size_t>(node); }

/// Scores from what an output gives: floats, or sums with a scale a channel. Returns whether all
/// are finite.
bool take_scores(const PictureStep& step, bool floats, const std::byte* values,
                 std::vector<float>& scores) {
  if (floats) {
    std::memcpy(scores.data(), values, scores.size() * sizeof(float));
    return std::all_of(scores.begin(), scores.end(), [](float s) { return std::isfinite(s); });
  }
  const auto* sums = reinterpret_cast<const std::int32_t*>(values);
  const std::vector<float>& scale = step.packed.scale;
  for (std::size_t i = 0; i < scores.size(); i += scale.size()) {
    for (std::size_t c = 0; c < scale.size(); ++c)
      scores[i + c] = static_cast<float>(sums[i + c]) * scale[c];
  }
  return true;
}

}  // namespace

struct PictureNetwork::Impl {
  std::uint64_t number;  // of no other network of this process
  std::string name;
  Precision precision;
  PictureSteps steps;
  std::string isa;
  std::vector<std::string> channel_names;
  std::string outputs_text;
  std::string digest;
  std::string scores_digest;
  std::int64_t weight_count = 0;
};

PictureNetwork::PictureNetwork(const ModelFile& model, const std::string& name,
                               const KernelChoice& choice) {
  static std::atomic<std::uint64_t> networks{0};
  const Precision precision = check_metadata(model, ModelTask::find, name);
  const PictureGraph graph = parse_picture_graph(metadata_entry(model, "graph", name), name);
  check_precision(precision, conv_layers(graph), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  const auto optional = [&](const char* key) {
    const auto entry = model.metadata.find(key);
    return entry == model.metadata.end() ? std::string() : entry->second;
  };
  Impl impl{++networks, name, precision, {graph, parameters, choice}, "", {}, "", "", "", 0};
  impl.isa = impl.steps.isa();
  impl.channel_names = read_channel_names(model, graph, name);
  impl.outputs_text = optional("outputs");
  impl.digest = model_digest(model);
  impl.scores_digest = optional("scores_digest");
  for (const LayerParameters& layer : parameters)
    impl.weight_count += static_cast<std::int64_t>(layer.size());
  if (impl.steps.plan(input_shape(graph, graph.max_side, graph.max_side)).size > kMaxArena)
    throw Error(ErrorCode::bad_model,
                name + ": needs more than 1 GiB for a picture of the largest size");
  impl_ = std::make_unique<const Impl>(std::move(impl));
}

PictureNetwork::~PictureNetwork() = default;
PictureNetwork::PictureNetwork(PictureNetwork&&) noexcept = default;
PictureNetwork& PictureNetwork::operator=(PictureNetwork&&) noexcept = default;

void PictureNetwork::prepare(const Shape& input, PictureWorkspace& workspace) const {
  if (workspace.network_ == impl_->number && workspace.plan_.input == input) return;
  const PictureGraph& graph = impl_->steps.graph();
  workspace.network_ = impl_->number;
  workspace.plan_ = impl_->steps.plan(input);
  if (workspace.arena_.size() < workspace.plan_.size)
    workspace.arena_ = AlignedBytes(workspace.plan_.size);
  workspace.maps_.resize(graph.outputs.size());
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    ScoreMap& map = workspace.maps_[i];
    map.name = graph.nodes[index_of(graph.outputs[i])].name;
    map.shape = workspace.plan_.shapes[index_of(graph.outputs[i])];
    map.stride = output_stride(graph, graph.outputs[i]);
    map.values.resize(map.shape.size());
  }
}

const std::vector<ScoreMap>& PictureNetwork::run(TensorView<const std::uint8_t> picture,
                                                 PictureWorkspace& workspace,
                                                 const LayerHook& hook) const {
  const PictureSteps& steps = impl_->steps;
  const PictureGraph& graph = steps.graph();
  check_picture(graph, picture.shape, impl_->name);
  prepare(input_shape(graph, picture.shape.height, picture.shape.width), workspace);
  const PicturePlan& plan = workspace.plan_;
  std::byte* const arena = workspace.arena_.get();
  std::byte* const ink = arena + plan.input_place;
  if (steps.floats()) {
    lay_ink(picture, mean_grey(picture), plan.input, reinterpret_cast<float*>(ink));
  } else {
    lay_ink(picture, mean_grey(picture), plan.input, reinterpret_cast<std::uint8_t*>(ink));
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (steps.at(i).taken_in) continue;
    steps.run(i, plan, arena);
    std::byte* const values = arena + plan.places[i];
    if (hook) hook(i, plan.shapes[i], values);
    if (!steps.at(i).output) continue;
    const auto output = std::find(graph.outputs.begin(), graph.outputs.end(), static_cast<int>(i));
    ScoreMap& map = workspace.maps_[static_cast<std::size_t>(output - graph.outputs.begin())];
    if (!take_scores(steps.at(i), steps.floats(), values, map.values))
      throw Error(ErrorCode::bad_model,
                  impl_->name + ": the scores overflow; the weights are unusable");
  }
  return workspace.maps_;
}

std::vector<ScoreMap> PictureNetwork::run(TensorView<const std::uint8_t> picture) const {
  PictureWorkspace workspace;
  return run(picture, workspace);
}

PicturePlan PictureNetwork::plan(int height, int width) const {
  check_picture(graph(), {height, width, 1}, impl_->name);
  return impl_->steps.plan(input_shape(graph(), height, width));
}

const PictureGraph& PictureNetwork::graph() const { return impl_->steps.graph(); }
Precision PictureNetwork::precision() const { return impl_->precision; }
const std::string& PictureNetwork::isa() const { return impl_->isa; }
const kernels::ConvKernel* PictureNetwork::kernel(std::size_t node) const {
  return impl_->steps.at(node).packed.kernel;
}
const std::vector<std::string>& PictureNetwork::channel_names() const {
  return impl_->channel_names;
}
const std::string& PictureNetwork::outputs_text() const { return impl_->outputs_text; }
const std::string& PictureNetwork::digest() const { return impl_->digest; }
const std::string& PictureNetwork::scores_digest() const { return impl_->scores_digest; }
std::int64_t PictureNetwork::weight_count() const { return impl_->weight_count; }

std::int64_t PictureNetwork::mac_count(int height, int width) const {
  const PicturePlan of = plan(height, width);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < graph().nodes.size(); ++i) {
    const GraphNode& node = graph().nodes[i];
    const int from = node.from.front();
    count += node_macs(node, from == kPictureNode ? of.input : of.shapes[index_of(from)]);
  }
  return count;
}

}  // namespace nibble
