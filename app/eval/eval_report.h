#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/eval/eval_confidence.h"
#include "app/eval/eval_run.h"
#include "data/metrics.h"

namespace nibble {

/// How one disturbance of the crops changes the figures; drops in points, positive when worse.
struct SweepRow {
  std::string name;  ///< e.g. "scale=0.9"
  double exact_norm = 0;
  double pcr = 0;
  double exact_norm_drop = 0;
  double pcr_drop = 0;
};

/// Type, frame and field.
using FieldKey = std::array<std::string, 3>;

/// A field that the figures are over.
struct ReportField {
  FieldKey key;
  std::string clip;  ///< fields of one are not independent
};

/// The figures of one precision.
struct PrecisionReport {
  std::string precision;  ///< "f32"
  std::string model;      ///< name of the model file
  std::string digest;
  ScoreTable scores;
  std::vector<Confusion> confusions;
  std::vector<SweepRow> sweep;  ///< empty without --sweep
  ConfidenceReport confidence;
  std::string right;  ///< one character for each of EvalReport::fields: 1 where the normalised
                      ///< texts are equal, else 0
};

struct EvalReport {
  std::string dataset;
  std::string isa;
  bool clean_rows =
      false;  ///< figures are over the clean rows of a table of labels, else over all fields
  double margin = 0;
  int beam = 0;
  nlohmann::json settings;  ///< all that changes what is read, see eval_settings
  int frames_read = 0;
  int frames_failed = 0;
  int unlabelled_frames = 0;
  std::vector<ReportField> fields;
  std::vector<PrecisionReport> precisions;
};

/// The clean predictions as samples of the metrics.
std::vector<Sample> headline_samples(const std::vector<Prediction>& predictions);

/// The fields of the clean predictions, in their order.
std::vector<ReportField> headline_fields(const std::vector<Prediction>& predictions);

/// PrecisionReport::right of the clean predictions.
std::string headline_right(const std::vector<Prediction>& predictions);

/// A sweep's row beside the undisturbed score.
SweepRow sweep_row(const std::string& name, const Score& base, const Score& disturbed);

/// Rows of the predictions file (without its header) of one precision: tab separated, tabs and line
/// breaks in texts replaced by spaces. Fields that could not be read have empty texts and
/// confidence 0.
std::string prediction_rows(const std::string& precision,
                            const std::vector<Prediction>& predictions);

/// The header of the predictions file.
std::string prediction_header();

/// The figures for a terminal.
std::string report_text(const EvalReport& report);

/// The result as documented. "interval" is that of exact_norm; top-level confusions are those of
/// the first precision; "fields" holds which fields were right, for paired comparison with a later
/// run.
nlohmann::json report_json(const EvalReport& report);

}  // namespace nibble
