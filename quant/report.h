#pragma once

#include <string>
#include <vector>

#include "quant/calibration.h"

namespace nibble {

/// What quantisation does to one layer.
struct LayerReport {
  std::string name;
  int weight_bits = 0;
  int output_bits = 0;  ///< 0 for the last layer, whose sums stay
  double output_scale = 0;
  double greatest = 0;       ///< greatest output of the float network on the lines
  double clipped_share = 0;  ///< of those outputs
  double weight_sqnr = 0;    ///< signal to quantisation noise of the weights, dB
  double output_sqnr = 0;  ///< of the integer network's output against the float network's, dB; all
                           ///< layers before it are quantised too
  double right_alone = 0;  ///< share of lines read right with this layer alone quantised
};

/// What quantisation does to a network. "Right" is the label where a line has one, else what the
/// float network reads.
struct QuantReport {
  std::string precision;
  std::string origin;  ///< of the scales, see QuantParams
  std::size_t lines = 0;
  double right_f32 = 0;  ///< share of lines that the float network reads right; 1 without labels
  double right_quantized = 0;  ///< and the integer network
  std::vector<LayerReport> layers;
};

/// Compares a float model with its integers on some lines, layer by layer. Runs the lines layers +
/// 2 times. Throws Error(bad_model).
QuantReport make_report(const ModelFile& model, const ModelFile& quantized,
                        const QuantParams& params, const std::vector<CalibrationLine>& lines,
                        const std::string& name);

}  // namespace nibble
