#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/kernel.h"
#include "nn/aligned_bytes.h"
#include "nn/model_file.h"
#include "nn/tensor.h"

namespace nibble::kernels::cuda {
class Device;
}

namespace nibble {

class CudaNetwork;

/// Numeric precision of a network or of one layer; names as in kernels::precision_name.
using kernels::Precision;
using kernels::precision_name;
std::optional<Precision> parse_precision(const std::string& name);

/// A 2-D convolution with its folded batch norm, activation and pooling: y =
/// maxpool(clip(relu(conv(x) + bias))).
///
/// In an integer network inputs and outputs are bytes 0..limit that stand for limit * scale at
/// most; the last layer gives 32-bit sums.
struct Conv2d {
  std::string name;
  int in_channels = 0;
  int out_channels = 0;
  std::array<int, 2> kernel{1, 1};     ///< height, width
  std::array<int, 2> stride{1, 1};     ///< height, width
  std::array<int, 4> pad{0, 0, 0, 0};  ///< zeros at the top, left, bottom, right
  bool relu = false;
  float clip = 0;                        ///< f32: upper bound after relu; 0 means none
  std::array<int, 2> pool{1, 1};         ///< max-pooling window = stride, each 1 or 2
  Precision precision = Precision::f32;  ///< of weights and inputs
  int limit = 0;     ///< integers: largest output, 1..127; 0 for the last layer's sums
  double scale = 0;  ///< integers: what 1 in an output stands for; 0 for the last layer
};

/// What the network computes: the `graph` entry of a model file, parsed and checked.
struct Graph {
  int height = 0;     ///< rows of a normalised line
  int stride = 0;     ///< input pixels per column of scores
  int max_width = 0;  ///< widest line that is accepted, in pixels
  std::vector<Conv2d> layers;
};

/// Parses the JSON text of a graph. Throws Error(bad_model).
Graph parse_graph(const std::string& json, const std::string& name);

/// The JSON text of a graph: parse_graph gives the same graph again.
std::string graph_to_json(const Graph& graph);

/// Ink of an integer network's input: (255 - grey) >> 1, each 1 of which stands for this share of
/// full ink.
inline constexpr double kInkScale = 2.0 / 255;

class Network;

/// All memory that a network writes to while it runs; one a thread. It grows to the widest line
/// seen, so with lines no wider than `width` nothing is allocated after construction.
class Workspace {
 public:
  Workspace() = default;
  Workspace(const Network& network, int width);

 private:
  friend class Network;
  AlignedBytes arena_;
  Logits logits_;
};

/// Called after each layer with its number, the extent of its output and the values, which it may
/// change: float, a byte each, or 32-bit sums after the last layer of an integer network.
using LayerHook = std::function<void(std::size_t layer, const Shape& shape, void* values)>;

/// Which kernels a network runs on.
struct KernelChoice {
  std::string isa;       ///< instruction set; empty: the best one here, see kernels::select_kernel
  bool winograd = true;  ///< multiply 4-bit layers by Winograd's algorithm where that is faster;
                         ///< the scores are the same
};

/// A network ready to run on one instruction set: immutable, so one object serves any number of
/// threads.
class Network {
 public:
  /// Takes the graph and weights of a model and packs them for the kernels chosen. Throws
  /// Error(bad_model), or Error(bad_device) for an instruction set that cannot run here.
  explicit Network(const ModelFile& model, const std::string& name,
                   const KernelChoice& choice = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  /// Class scores of a normalised line: 8-bit grey, `graph().height` rows, any width up to
  /// max_width, dark ink on light ground, 1 channel. The line is extended to the right with white
  /// to a multiple of the stride. The scores of an integer network are the same on every
  /// instruction set and in every thread.
  Logits run(TensorView<const std::uint8_t> line) const;

  /// Scores of several lines, in their order. On a device those of one width run together.
  std::vector<Logits> run(const std::vector<TensorView<const std::uint8_t>>& lines) const;

  /// Runs on a CUDA device from now on, which outlives this object; `model` is the one that the
  /// network was made of. The scores stay the same bit for bit. Throws Error(bad_device), also for
  /// a network of floats.
  void use_device(const ModelFile& model, kernels::cuda::Device& device);

  /// The scores of one line in the memory of `workspace`, where they stay until its next use. With
  /// a hook, on the CPU.
  const Logits& run(TensorView<const std::uint8_t> line, Workspace& workspace,
                    const LayerHook& hook = {}) const;

  const Graph& graph() const;
  Precision precision() const;
  /// The instruction set that runs, e.g. "portable". or "cuda".
  const std::string& isa() const;
  /// Characters of classes 1, 2, ...: one UTF-8 string each.
  const std::vector<std::string>& alphabet() const;
  /// "sha256:..." over the tensors and the graph.
  const std::string& digest() const;
  /// The digest of the scores of nn/self_test.h's lines that stands in the model file; empty when
  /// none does.
  const std::string& scores_digest() const;
  /// Number of weights, biases not counted.
  std::int64_t weight_count() const;
  /// Multiply-accumulates for a line of this width in pixels.
  std::int64_t mac_count(int width) const;

 private:
  friend class Workspace;
  struct Impl;
  std::unique_ptr<const Impl> impl_;
  std::unique_ptr<const CudaNetwork> device_;  // null on the CPU
};

}  // namespace nibble
