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

namespace {

nibble::Image copy_of(const std::uint8_t* grey, int width, int height, int stride) {
  nibble::Image crop{width, height, 1, {}};
  crop.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y)
    std::copy_n(grey + static_cast<std::ptrdiff_t>(y) * stride, width, crop.row(y));
  return crop;
}

/// Copies a line to rows of `capacity` bytes. Returns its width, or -2 where it is wider.
int put(const nibble::LineImage& from, std::uint8_t* line, int capacity) {
  if (from.width > capacity) return -2;
  std::fill_n(line, static_cast<std::ptrdiff_t>(nibble::kLineHeight) * capacity, std::uint8_t{255});
  for (int y = 0; y < nibble::kLineHeight; ++y) {
    std::copy_n(from.pixels.data() + static_cast<std::ptrdiff_t>(y) * from.width, from.width,
                line + static_cast<std::ptrdiff_t>(y) * capacity);
  }
  return from.width;
}

}  // namespace

int nibble_line_height() { return nibble::kLineHeight; }

int nibble_line_padding() { return nibble::kLinePadding; }

int nibble_normalize_line(const uint8_t* grey, int width, int height, int stride, uint8_t* line,
                          int capacity) {
  if (grey == nullptr || line == nullptr || width < 1 || height < 1 || stride < width) return -1;
  try {
    const nibble::Image crop = copy_of(grey, width, height, stride);
    return put(nibble::normalize_line(crop), line, capacity);
  } catch (const std::exception&) {
    return -1;
  }
}

int nibble_normalize_part(const uint8_t* grey, int width, int height, int stride, double* part,
                          double room, uint8_t* line, int capacity) {
  if (grey == nullptr || part == nullptr || line == nullptr || width < 1 || height < 1 ||
      stride < width)
    return -1;
  try {
    const nibble::Image crop = copy_of(grey, width, height, stride);
    const nibble::LineSearch search{room, nibble::CropPart{part[0], part[1], part[2], part[3]}};
    const nibble::LineImage result = nibble::normalize_line(crop, search);
    const nibble::Point begin = result.to_crop({nibble::kLinePadding, nibble::kLineMargin});
    const nibble::Point end =
        result.to_crop({static_cast<double>(result.width - nibble::kLinePadding),
                        static_cast<double>(nibble::kLineHeight - nibble::kLineMargin)});
    part[0] = begin.x;
    part[1] = begin.y;
    part[2] = end.x;
    part[3] = end.y;
    return put(result, line, capacity);
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
