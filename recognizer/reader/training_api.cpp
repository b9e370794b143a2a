#include "recognizer/reader/training_api.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

#include "nn/network.h"
#include "recognizer/page/normalize.h"

struct NibbleModel {
  nibble::Network network;
  nibble::Workspace workspace;
};

int nibble_line_height() { return nibble::kLineHeight; }

int nibble_line_padding() { return nibble::kLinePadding; }

int nibble_normalize_line(const uint8_t* grey, int width, int height, int stride, uint8_t* line,
                          int capacity) {
  if (grey == nullptr || line == nullptr || width < 1 || height < 1 || stride < width) return -1;
  try {
    nibble::Image crop{width, height, 1, {}};
    crop.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y)
      std::copy_n(grey + static_cast<std::ptrdiff_t>(y) * stride, width, crop.row(y));
    const nibble::LineImage result = nibble::normalize_line(crop);
    if (result.width > capacity) return -2;
    std::fill_n(line, static_cast<std::ptrdiff_t>(nibble::kLineHeight) * capacity,
                std::uint8_t{255});
    for (int y = 0; y < nibble::kLineHeight; ++y) {
      std::copy_n(result.pixels.data() + static_cast<std::ptrdiff_t>(y) * result.width,
                  result.width, line + static_cast<std::ptrdiff_t>(y) * capacity);
    }
    return result.width;
  } catch (const std::exception&) {
    return -1;
  }
}

int nibble_run_layers(const char* model, const char* isa, const uint8_t* line, int width,
                      nibble_layer_callback callback, void* user) {
  if (model == nullptr || line == nullptr || callback == nullptr || width < 1) return -1;
  try {
    const nibble::Network network(nibble::read_model(model), model, {isa == nullptr ? "" : isa});
    nibble::Workspace workspace;
    network.run({line, {nibble::kLineHeight, width, 1}}, workspace,
                [&](std::size_t layer, const nibble::Shape& shape, const void* values) {
                  const nibble::Conv2d& conv = network.graph().layers[layer];
                  const int size =
                      conv.precision == nibble::Precision::f32 || conv.limit == 0 ? 4 : 1;
                  callback(user, static_cast<int>(layer), shape.height, shape.width, shape.channels,
                           size, values);
                });
    return static_cast<int>(network.graph().layers.size());
  } catch (const std::exception&) {
    return -1;
  }
}

NibbleModel* nibble_open_model(const char* path, const char* isa) {
  if (path == nullptr) return nullptr;
  try {
    nibble::Network network(nibble::read_model(path), path, {isa == nullptr ? "" : isa});
    if (network.graph().height != nibble::kLineHeight) return nullptr;
    return std::make_unique<NibbleModel>(NibbleModel{std::move(network), {}}).release();
  } catch (const std::exception&) {
    return nullptr;
  }
}

void nibble_close_model(NibbleModel* model) { const std::unique_ptr<NibbleModel> owned(model); }

const char* nibble_model_isa(const NibbleModel* model) { return model->network.isa().c_str(); }

int nibble_class_count(const NibbleModel* model) {
  return static_cast<int>(model->network.alphabet().size()) + 1;
}

int nibble_run_line(NibbleModel* model, const uint8_t* line, int width, float* scores,
                    int capacity) {
  if (model == nullptr || line == nullptr || width < 1) return -1;
  try {
    const nibble::Logits& logits =
        model->network.run({line, {nibble::kLineHeight, width, 1}}, model->workspace);
    if (scores == nullptr) return logits.columns;
    if (capacity < 0 || logits.values.size() > static_cast<std::size_t>(capacity)) return -2;
    std::copy(logits.values.begin(), logits.values.end(), scores);
    return logits.columns;
  } catch (const std::exception&) {
    return -1;
  }
}
