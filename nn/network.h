#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nn/model_file.h"
#include "nn/tensor.h"

namespace nibble {

/// Numeric precision of a network.
enum class Precision { f32, int8, int4 };

/// "f32", "int8", "int4".
const char* precision_name(Precision precision);
std::optional<Precision> parse_precision(const std::string& name);

/// A 2-D convolution with its folded batch norm, activation and pooling: y = maxpool(clip(relu(conv(x) + bias))).
struct Conv2d {
  std::string name;
  int in_channels = 0;
  int out_channels = 0;
  std::array<int, 2> kernel{1, 1};     ///< height, width
  std::array<int, 2> stride{1, 1};     ///< height, width
  std::array<int, 4> pad{0, 0, 0, 0};  ///< zeros at the top, left, bottom, right
  bool relu = false;
  float clip = 0;                 ///< upper bound after relu; 0 means none
  std::array<int, 2> pool{1, 1};  ///< max-pooling window = stride; 1 x 1 means none
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

/// A network ready to run: immutable, so one object serves any number of threads.
class Network {
 public:
  /// Takes the graph and weights of a model of precision f32. Throws Error(bad_model).
  explicit Network(const ModelFile& model, const std::string& name);
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  /// Class scores of a normalised line: 8-bit grey, `graph().height` rows, any width up to max_width, dark ink on
  /// light ground, 1 channel. The line is extended to the right with white to a multiple of the stride.
  Logits run(TensorView<const std::uint8_t> line) const;

  const Graph& graph() const;
  Precision precision() const;
  /// Characters of classes 1, 2, ...: one UTF-8 string each.
  const std::vector<std::string>& alphabet() const;
  /// "sha256:..." over the tensors and the graph.
  const std::string& digest() const;
  /// Number of weights, biases not counted.
  std::int64_t weight_count() const;
  /// Multiply-accumulates for a line of this width in pixels.
  std::int64_t mac_count(int width) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace nibble
