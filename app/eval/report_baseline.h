#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/eval/eval_report.h"
#include "data/paired.h"

namespace nibble {

/// An earlier result of nibble eval --json, checked.
struct Baseline {
  std::string name;  ///< of its file
  nlohmann::json result;
};

/// Reads an earlier result and checks that it can be compared with a run of these precisions over
/// so many fields, with these settings (EvalReport::settings). Throws Error(file_not_found |
/// decode_failed).
Baseline read_baseline(const std::string& path, const std::vector<std::string>& precisions,
                       std::size_t fields, const nlohmann::json& settings);

/// The figures of one precision then and now.
struct BaselineRow {
  std::string precision;
  double exact_norm_before = 0;
  double exact_norm_now = 0;
  double pcr_before = 0;
  double pcr_now = 0;
  std::optional<PairedComparison>
      paired;  ///< over the fields of both; none when the baseline does not hold them
  std::vector<std::size_t>
      lost;  ///< positions in EvalReport::fields of what was right before and is wrong now
};

/// One row a precision that both have.
std::vector<BaselineRow> compare_baseline(const EvalReport& report, const Baseline& baseline);

/// One line for each figure that fell by more than `max_drop` points.
std::vector<std::string> drops(const std::vector<BaselineRow>& rows, double max_drop);

/// The fields' results of two precisions of one run.
PairedComparison compare_precisions(const EvalReport& report, const PrecisionReport& before,
                                    const PrecisionReport& now);

}  // namespace nibble
