#pragma once

#include <cstddef>
#include <vector>

#include "nn/packed_layer.h"
#include "nn/parameters.h"
#include "nn/picture_graph.h"

namespace nibble {

/// Where the tensors of a run over a picture lie in its arena: the input, the outputs of the nodes,
/// and the scratch memory of each node's kernel. Those that are needed at one time do not overlap.
struct PicturePlan {
  Shape input;
  std::vector<Shape> shapes;  ///< of the nodes' outputs
  std::size_t input_place = 0;
  std::vector<std::size_t> places;          ///< of the nodes' outputs
  std::vector<std::size_t> scratch_places;  ///< a node
  std::size_t size = 0;                     ///< of the arena, in bytes
};

/// A node as it runs.
struct PictureStep {
  PackedLayer packed;      ///< conv2d
  std::vector<int> from;   ///< what is read, with the up-sampling of an addition taken in
  bool upsampled = false;  ///< add: the second of `from` has half the extent
  bool swapped = false;    ///< add: `from` has another order than the graph
  bool taken_in = false;   ///< upsample: by the addition that alone reads it
  bool output = false;     ///< of the graph
};

/// The nodes of a graph with their kernels and packed weights.
class PictureSteps {
 public:
  /// `parameters` are those of the graph's convolutions, in order. Throws Error(bad_device).
  PictureSteps(const PictureGraph& graph, const std::vector<LayerParameters>& parameters,
               const KernelChoice& choice);

  const PictureStep& at(std::size_t node) const { return steps_[node]; }
  const PictureGraph& graph() const { return graph_; }
  bool floats() const { return floats_; }
  /// The instruction set.
  const char* isa() const { return isa_; }

  PicturePlan plan(const Shape& input) const;
  /// Computes a node that is not taken in by another one.
  void run(std::size_t node, const PicturePlan& plan, std::byte* arena) const;

 private:
  template <typename Value>
  void run_elements(std::size_t node, const PicturePlan& plan, std::byte* arena) const;
  std::size_t element_size(std::size_t node) const {
    return floats_ || steps_[node].output ? sizeof(float) : 1;  // sums have the size of floats
  }

  PictureGraph graph_;
  bool floats_ = true;
  const char* isa_ = nullptr;
  const kernels::ElementKernel* elements_ = nullptr;
  std::vector<PictureStep> steps_;
};

}  // namespace nibble
