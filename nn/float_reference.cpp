#include "nn/float_reference.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/graph.h"
#include "nn/metadata.h"
#include "nn/parameters.h"

namespace nibble {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowVector = Eigen::Matrix<float, 1, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int kBandPositions =
    1024;  // output positions a band, so that packing the weights costs little
constexpr int kPatchValues = 65536;  // im2col buffer of 256 KiB, so that it stays in the cache

/// Copies the window of the input under one output position into `patch`; what lies outside is 0.
void copy_patch(const Conv2d& layer, const FloatTensor& in, int out_y, int out_x, float* patch) {
  const int channels = layer.in_channels;
  const int x0 = out_x * layer.stride[1] - layer.pad[1];
  const int first = std::clamp(-x0, 0, layer.kernel[1]);
  const int last = std::clamp(in.shape.width - x0, first, layer.kernel[1]);
  for (int ky = 0; ky < layer.kernel[0]; ++ky, patch += layer.kernel[1] * channels) {
    const int y = out_y * layer.stride[0] - layer.pad[0] + ky;
    if (y < 0 || y >= in.shape.height) {
      std::fill_n(patch, layer.kernel[1] * channels, 0.0F);
      continue;
    }
    const float* row =
        in.values.data() + static_cast<std::ptrdiff_t>(y) * in.shape.width * channels;
    std::fill_n(patch, first * channels, 0.0F);
    std::copy(row + (x0 + first) * channels, row + (x0 + last) * channels,
              patch + first * channels);
    std::fill_n(patch + last * channels, (layer.kernel[1] - last) * channels, 0.0F);
  }
}

/// Convolves `rows` output rows from `first_row` on into `band`, without pooling.
void convolve_rows(const FloatConv2d& conv, const FloatTensor& in, int width, int first_row,
                   int rows, Matrix& patches, float* band) {
  const Conv2d& layer = conv.layer;
  const Eigen::Index depth = patches.cols();
  const Eigen::Map<const Matrix> weight(conv.weight.data(), layer.out_channels, depth);
  const Eigen::Map<const RowVector> bias(conv.bias.data(), layer.out_channels);
  const int positions = rows * width;
  for (int begin = 0; begin < positions; begin += static_cast<int>(patches.rows())) {
    const int count = std::min(static_cast<int>(patches.rows()), positions - begin);
    for (int i = 0; i < count; ++i) {
      copy_patch(layer, in, first_row + (begin + i) / width, (begin + i) % width,
                 patches.data() + i * depth);
    }
    Eigen::Map<Matrix> out(band + static_cast<std::ptrdiff_t>(begin) * layer.out_channels, count,
                           layer.out_channels);
    out.noalias() = patches.topRows(count) * weight.transpose();
    out.rowwise() += bias;
    if (layer.relu) out = out.cwiseMax(0.0F);
    if (layer.clip > 0) out = out.cwiseMin(layer.clip);
  }
}

/// Takes the greatest value of each pooling window of `band` (pool rows of `width` positions) into
/// one output row.
void pool_row(const Conv2d& layer, const float* band, int width, int out_width, float* out) {
  const int channels = layer.out_channels;
  std::fill_n(out, out_width * channels, -std::numeric_limits<float>::infinity());
  for (int dy = 0; dy < layer.pool[0]; ++dy) {
    for (int x = 0; x < out_width * layer.pool[1]; ++x) {
      const float* from = band + (static_cast<std::ptrdiff_t>(dy) * width + x) * channels;
      float* to = out + static_cast<std::ptrdiff_t>(x / layer.pool[1]) * channels;
      for (int c = 0; c < channels; ++c) to[c] = std::max(to[c], from[c]);
    }
  }
}

}  // namespace

FloatTensor conv2d_f32(const FloatConv2d& conv, const FloatTensor& in) {
  const Conv2d& layer = conv.layer;
  const Shape full = conv_shape(layer, in.shape);
  const int width = full.width;
  FloatTensor out{pool_shape(layer, full), {}};
  out.values.resize(out.shape.size());

  const int depth = layer.kernel[0] * layer.kernel[1] * layer.in_channels;
  const int band_rows =
      layer.pool[0] * std::clamp(kBandPositions / (layer.pool[0] * width), 1, out.shape.height);
  Matrix patches(std::clamp(kPatchValues / depth, 1, band_rows * width), depth);
  std::vector<float> band(static_cast<std::size_t>(band_rows) *
                          static_cast<std::size_t>(width * layer.out_channels));
  const int used_rows = out.shape.height * layer.pool[0];
  for (int y = 0; y < used_rows; y += band_rows) {
    const int rows = std::min(band_rows, used_rows - y);
    convolve_rows(conv, in, width, y, rows, patches, band.data());
    for (int row = 0; row < rows; row += layer.pool[0]) {
      pool_row(layer, band.data() + static_cast<std::ptrdiff_t>(row) * width * layer.out_channels,
               width, out.shape.width,
               out.values.data() + static_cast<std::ptrdiff_t>((y + row) / layer.pool[0]) *
                                       out.shape.width * layer.out_channels);
    }
  }
  return out;
}

void log_softmax(std::vector<float>& values, int classes) {
  for (auto row = values.begin(); row != values.end(); row += classes) {
    const float greatest = *std::max_element(row, row + classes);
    double sum = 0;
    for (auto it = row; it != row + classes; ++it)
      sum += std::exp(static_cast<double>(*it) - greatest);
    const double log_sum = greatest + std::log(sum);
    std::transform(row, row + classes, row,
                   [&](float v) { return static_cast<float>(v - log_sum); });
  }
}

Logits run_reference(const ModelFile& model, TensorView<const std::uint8_t> line,
                     const std::string& name) {
  const Graph graph = parse_graph(metadata_entry(model, "graph", name), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  FloatTensor x{input_shape(graph, line.shape.width), {}};
  x.values.assign(x.shape.size(), 0.0F);
  for (int row = 0; row < line.shape.height; ++row) {
    for (int column = 0; column < line.shape.width; ++column) {
      x.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(x.shape.width) +
               static_cast<std::size_t>(column)] =
          static_cast<float>(255 - line.at(row, column, 0)) / 255.0F;
    }
  }
  for (std::size_t i = 0; i < parameters.size(); ++i)
    x = conv2d_f32({graph.layers[i], parameters[i].weight_f32, parameters[i].bias_f32}, x);
  log_softmax(x.values, x.shape.channels);
  return {x.shape.width, x.shape.channels, graph.stride, std::move(x.values)};
}

}  // namespace nibble
