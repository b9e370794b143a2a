#include "nn/picture_steps.h"

#include "nn/graph.h"
#include "nn/memory_plan.h"
#include "nn/picture_ends.h"

namespace nibble {
namespace {

std::size_t index_of(int node) { return static_cast<std::size_t>(node); }

/// Lets additions read the inputs of up-samplings that nothing else reads, as their second operand.
void take_in_upsampling(const PictureGraph& graph, std::vector<PictureStep>& steps) {
  std::vector<int> readers(graph.nodes.size(), 0);
  for (const GraphNode& node : graph.nodes) {
    for (const int from : node.from) {
      if (from != kPictureNode) ++readers[index_of(from)];
    }
  }
  const auto fits = [&](int number) {
    return number != kPictureNode && graph.nodes[index_of(number)].op == NodeOp::upsample &&
           readers[index_of(number)] == 1;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (graph.nodes[i].op != NodeOp::add) continue;
    const std::vector<int>& from = graph.nodes[i].from;
    const int which = fits(from[1]) ? 1 : fits(from[0]) ? 0 : -1;
    if (which < 0) continue;
    const int source = from[static_cast<std::size_t>(which)];
    steps[i].from = {from[static_cast<std::size_t>(1 - which)],
                     graph.nodes[index_of(source)].from.front()};
    steps[i].upsampled = true;
    steps[i].swapped = which == 0;
    steps[index_of(source)].taken_in = true;
  }
}

}  // namespace

PictureSteps::PictureSteps(const PictureGraph& graph,
                           const std::vector<LayerParameters>& parameters,
                           const KernelChoice& choice)
    : graph_(graph) {
  std::size_t conv = 0;
  for (const GraphNode& node : graph.nodes) {
    PictureStep step;
    step.from = node.from;
    if (node.op == NodeOp::conv2d) {
      step.packed = pack_layer(node.conv, parameters[conv++], choice);
      floats_ = node.conv.precision == Precision::f32;
      isa_ = step.packed.kernel->isa;
      elements_ = &kernels::element_kernel(*step.packed.kernel);
    }
    steps_.push_back(std::move(step));
  }
  for (const int output : graph.outputs) steps_[index_of(output)].output = true;
  take_in_upsampling(graph, steps_);
}

PicturePlan PictureSteps::plan(const Shape& input) const {
  PicturePlan plan{input, node_shapes(graph_, input), 0, {}, {}, 0};
  const std::size_t count = steps_.size();
  const auto shape_of = [&](int node) {
    return node == kPictureNode ? plan.input : plan.shapes[index_of(node)];
  };
  // The input, the outputs, the scratch memory.
  std::vector<MemoryUse> uses(1 + 2 * count);
  uses[0].size = input.size() * (floats_ ? sizeof(float) : 1);
  for (std::size_t i = 0; i < count; ++i) {
    const int now = static_cast<int>(i);
    const PictureStep& step = steps_[i];
    uses[1 + i] = {step.taken_in ? 0 : plan.shapes[i].size() * element_size(i), now, now};
    uses[1 + count + i] = {0, now, now};
    if (graph_.nodes[i].op == NodeOp::conv2d) {
      uses[1 + count + i].size =
          step.packed.kernel->scratch_bytes(conv_args(step.packed.layer, shape_of(step.from[0])));
    }
    if (step.taken_in) continue;
    for (const int from : step.from) uses[index_of(from + 1)].last = now;
  }
  std::vector<std::size_t> places;
  plan.size = plan_memory(uses, places);
  plan.input_place = places[0];
  const auto first = places.begin() + 1;
  const auto scratch = first + static_cast<std::ptrdiff_t>(count);
  plan.places.assign(first, scratch);
  plan.scratch_places.assign(scratch, places.end());
  return plan;
}

template <typename Value>
void PictureSteps::run_elements(std::size_t node, const PicturePlan& plan, std::byte* arena) const {
  const PictureStep& step = steps_[node];
  const GraphNode& spec = graph_.nodes[node];
  const auto place_of = [&](int from) {
    return arena + (from == kPictureNode ? plan.input_place : plan.places[index_of(from)]);
  };
  const int first = step.from.front();
  const Shape in = first == kPictureNode ? plan.input : plan.shapes[index_of(first)];
  const auto* a = reinterpret_cast<const Value*>(place_of(first));
  auto* out = reinterpret_cast<Value*>(arena + plan.places[node]);
  if (spec.op == NodeOp::upsample) {
    upsample_nearest(place_of(first), in, spec.factor,
                     static_cast<std::size_t>(in.channels) * sizeof(Value),
                     arena + plan.places[node]);
  } else if (spec.op == NodeOp::max_pool) {
    const kernels::MaxPoolArgs args{in.height, in.width, in.channels, spec.pool[0], spec.pool[1]};
    if constexpr (sizeof(Value) == 1) elements_->max_pool(args, a, out);
    if constexpr (sizeof(Value) != 1) elements_->max_pool_f32(args, a, out);
  } else {
    const kernels::AddArgs args{in.height,
                                in.width,
                                in.channels,
                                step.upsampled,
                                spec.multipliers[step.swapped ? 1 : 0],
                                spec.multipliers[step.swapped ? 0 : 1],
                                spec.shift,
                                spec.limit};
    const auto* b = reinterpret_cast<const Value*>(place_of(step.from[1]));
    if constexpr (sizeof(Value) == 1) elements_->add(args, a, b, out);
    if constexpr (sizeof(Value) != 1) elements_->add_f32(args, a, b, out);
  }
}

void PictureSteps::run(std::size_t node, const PicturePlan& plan, std::byte* arena) const {
  const PictureStep& step = steps_[node];
  if (graph_.nodes[node].op != NodeOp::conv2d) {
    if (floats_) {
      run_elements<float>(node, plan, arena);
    } else {
      run_elements<std::uint8_t>(node, plan, arena);
    }
    return;
  }
  const int from = step.from.front();
  const Shape in = from == kPictureNode ? plan.input : plan.shapes[index_of(from)];
  const std::size_t place = from == kPictureNode ? plan.input_place : plan.places[index_of(from)];
  step.packed.kernel->run(conv_args(step.packed.layer, in), step.packed.weights.get(),
                          arena + place, arena + plan.places[node],
                          arena + plan.scratch_places[node]);
}

}  // namespace nibble
