#pragma once

#include <string>
#include <vector>

#include "nn/network.h"
#include "quant/range_observer.h"

namespace nibble {

/// A normalised line to calibrate on, with the classes that are to be read in it (empty when they
/// are not known).
struct CalibrationLine {
  Shape shape;
  std::vector<std::uint8_t> pixels;
  std::vector<int> classes;

  TensorView<const std::uint8_t> view() const { return {pixels.data(), shape}; }
};

/// The bits and scales of one layer.
struct LayerRange {
  int weight_bits = 8;      ///< 4 or 8
  int output_bits = 8;      ///< 4 or 8
  double output_scale = 0;  ///< what one level of the output stands for; 0 for the last layer
  std::vector<float> weight_scale;  ///< a channel
};

/// All that turns a float model into integers: see quantize().
struct QuantParams {
  Precision precision = Precision::int4;
  std::vector<LayerRange> layers;
  std::string origin;  ///< "learned in training", or the method of calibration
};

/// What the layers of a float network give on some lines; the observers stand in the order of the
/// layers.
std::vector<RangeObserver> observe_outputs(const Network& network,
                                           const std::vector<CalibrationLine>& lines);

/// The bits of each layer: all 8 for int8; for int4 the first layer's and the last one's weights
/// have 8, and so has what the last one reads.
std::vector<LayerRange> layer_bits(Precision precision, std::size_t layers);

/// Scales by calibration: of the outputs by `method`, of each channel's weights by the least
/// squared error. Throws Error(bad_model) unless the model is a float one, Error(usage) without
/// lines.
QuantParams calibrate(const ModelFile& model, const std::vector<CalibrationLine>& lines,
                      Precision precision, RangeMethod method, const std::string& name);

/// Whether a float model holds bits and scales learned in training (metadata "ranges").
bool has_learned_ranges(const ModelFile& model);

/// The ranges learned in training. Throws Error(bad_model).
QuantParams learned_ranges(const ModelFile& model, const std::string& name);

}  // namespace nibble
