#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nn/network.h"
#include "nn/picture_graph.h"
#include "nn/picture_steps.h"
#include "nn/tensor.h"

namespace nibble {

class PictureNetwork;

/// Scores of one output of a network for pictures: a cell every `stride` pixels, row after row,
/// `channels` values each. The cells cover the picture as it was extended, see PictureNetwork::run.
struct ScoreMap {
  std::string name;  ///< of the output
  Shape shape;
  std::array<int, 2> stride{1, 1};  ///< pixels of a cell: height, width
  std::vector<float> values;

  const float* cell(int y, int x) const {
    return values.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
                            static_cast<std::size_t>(x)) *
                               static_cast<std::size_t>(shape.channels);
  }
};

/// All memory that a network for pictures writes to while it runs; one a thread. For pictures of
/// the size of the one before nothing is allocated.
class PictureWorkspace {
 public:
  /// Bytes of the arena.
  std::size_t size() const { return arena_.size(); }

 private:
  friend class PictureNetwork;
  std::uint64_t network_ = 0;  // whose plan it is
  PicturePlan plan_;
  AlignedBytes arena_;
  std::vector<ScoreMap> maps_;
};

/// A network with a branching graph that runs over pictures, ready on one instruction set of the
/// processor: immutable, so one object serves any number of threads. Its model file has the format
/// version 2 and the task "find".
class PictureNetwork {
 public:
  /// Takes the graph and weights of a model and packs them for the kernels chosen. Throws
  /// Error(bad_model), or Error(bad_device) for an instruction set that cannot run here.
  explicit PictureNetwork(const ModelFile& model, const std::string& name,
                          const KernelChoice& choice = {});
  ~PictureNetwork();
  PictureNetwork(PictureNetwork&&) noexcept;
  PictureNetwork& operator=(PictureNetwork&&) noexcept;

  /// Scores of a picture: 8-bit grey, 1 channel, sides of 1 to graph().max_side pixels. It is
  /// extended to the right and to the bottom with its mean grey, rounded, to multiples of
  /// graph().multiple. One map an output, in the graph's order, in the memory of `workspace`, where
  /// they stay until its next use. The scores of an integer network are the same on every
  /// instruction set and in every thread. The hook is called after each node but the up-samplings
  /// that an addition takes in. Throws Error(usage) for a picture that is not as said,
  /// Error(bad_model) for scores that overflow.
  const std::vector<ScoreMap>& run(TensorView<const std::uint8_t> picture,
                                   PictureWorkspace& workspace, const LayerHook& hook = {}) const;
  std::vector<ScoreMap> run(TensorView<const std::uint8_t> picture) const;

  /// Where a run over a picture of this size has its tensors.
  PicturePlan plan(int height, int width) const;

  const PictureGraph& graph() const;
  Precision precision() const;
  /// The instruction set that runs, e.g. "portable".
  const std::string& isa() const;
  /// The kernel that runs a node; null for one that is no convolution.
  const kernels::ConvKernel* kernel(std::size_t node) const;
  /// What the channels of the outputs are called, one output after the other; empty when the model
  /// does not say. From the metadata entry "outputs", an object with a list "names".
  const std::vector<std::string>& channel_names() const;
  /// The JSON text of the metadata entry "outputs"; empty when there is none.
  const std::string& outputs_text() const;
  /// "sha256:..." over the tensors and the graph.
  const std::string& digest() const;
  /// The digest of the scores of nn/self_test.h's pictures that stands in the model file; empty
  /// when none does.
  const std::string& scores_digest() const;
  /// Number of weights, biases not counted.
  std::int64_t weight_count() const;
  /// Multiply-accumulates for a picture of this size.
  std::int64_t mac_count(int height, int width) const;

 private:
  void prepare(const Shape& input, PictureWorkspace& workspace) const;

  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace nibble
