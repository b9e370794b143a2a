#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/eval/eval_run.h"
#include "data/risk_coverage.h"

namespace nibble {

/// Fields that got one decision.
struct DecisionCount {
  int fields = 0;
  int wrong = 0;
};

/// What confidences and decisions are worth on the fields of one precision.
struct ConfidenceReport {
  std::optional<Calibration> calibration;  ///< none: no field is accepted
  DecisionCount accept;
  DecisionCount review;
  DecisionCount reject;
  std::vector<RiskPoint> curve;
};

/// Whether a field counts as right for its confidence: its normalised text is the truth, as in the
/// figures "norm".
bool is_right(const Prediction& prediction);

/// The clean predictions, each right or not.
std::vector<Judged> judged_readings(const std::vector<Prediction>& predictions);

/// Computes the report of the clean predictions.
ConfidenceReport confidence_report(const std::optional<Calibration>& calibration,
                                   const std::vector<Prediction>& predictions);

/// The lines for a terminal.
std::string confidence_text(const ConfidenceReport& report);

/// The same as JSON; the curve as [confidence, coverage, risk], thinned to at most some 100 points.
nlohmann::json confidence_json(const ConfidenceReport& report);

}  // namespace nibble
