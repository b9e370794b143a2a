#include "app/eval/eval_confidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/binomial.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr std::array<double, 4> kRisks = {0, 0.01, 0.02, 0.05};
constexpr double kCurveStep = 0.01;

double share(int part, int whole) { return whole == 0 ? 0 : static_cast<double>(part) / whole; }

int all_fields(const ConfidenceReport& report) {
  return report.accept.fields + report.review.fields + report.reject.fields;
}

std::string decision_line(const char* name, const DecisionCount& count, int all,
                          const std::string& meaning) {
  const Interval interval = binomial_interval(count.wrong, count.fields);
  std::string line = fmt::format("  {:<7} {:5} fields {:6.1f} %  {:4} wrong", name, count.fields,
                                 100 * share(count.fields, all), count.wrong);
  if (count.fields > 0)
    line += fmt::format(" {:6.2f} %  {:.2f}-{:.2f}", 100 * share(count.wrong, count.fields),
                        100 * interval.low, 100 * interval.high);
  return line + "  (" + meaning + ")\n";
}

json count_json(const DecisionCount& count, int all) {
  const Interval interval = binomial_interval(count.wrong, count.fields);
  return {{"n", count.fields},
          {"share", share(count.fields, all)},
          {"wrong", count.wrong},
          {"error_rate", share(count.wrong, count.fields)},
          {"interval", {interval.low, interval.high}}};
}

json curve_json(const std::vector<RiskPoint>& curve) {
  json points = json::array();
  double last = -1;
  for (const RiskPoint& point : curve) {
    if (&point != &curve.back() && point.coverage - last < kCurveStep) continue;
    points.push_back({point.confidence, point.coverage, point.risk});
    last = point.coverage;
  }
  return points;
}

}  // namespace

bool is_right(const Prediction& prediction) {
  return normalize_text(prediction.text) == normalize_text(prediction.truth);
}

std::vector<Judged> judged_readings(const std::vector<Prediction>& predictions) {
  std::vector<Judged> result;
  for (const Prediction& prediction : predictions) {
    if (prediction.clean) result.push_back({prediction.confidence, is_right(prediction)});
  }
  return result;
}

ConfidenceReport confidence_report(const std::optional<Calibration>& calibration,
                                   const std::vector<Prediction>& predictions) {
  ConfidenceReport report;
  report.calibration = calibration;
  for (const Prediction& prediction : predictions) {
    if (!prediction.clean) continue;
    DecisionCount& count = prediction.decision == Decision::accept   ? report.accept
                           : prediction.decision == Decision::review ? report.review
                                                                     : report.reject;
    ++count.fields;
    count.wrong += is_right(prediction) ? 0 : 1;
  }
  report.curve = risk_coverage(judged_readings(predictions));
  return report;
}

std::string confidence_text(const ConfidenceReport& report) {
  const int all = all_fields(report);
  std::string accept = "no calibration: nothing is accepted";
  std::string review = "confidence at least 0.5";
  if (report.calibration) {
    accept = fmt::format("confidence at least {:.4f}, stated: at most {:g} % wrong",
                         report.calibration->accept, 100 * report.calibration->error_rate);
    review = fmt::format("at least {:g}", report.calibration->review);
  }
  std::string text = fmt::format(" {:<38} {:>12}  {}\n", "decisions", "wrong", "95 % range");
  text += decision_line("accept", report.accept, all, accept);
  text += decision_line("review", report.review, all, review);
  text += decision_line("reject", report.reject, all, "below, or nothing read");
  text += " most fields that the highest confidences can cover:";
  for (const double risk : kRisks) {
    text += fmt::format(" {:.1f} %", 100 * coverage_at_risk(report.curve, risk));
    text += risk == 0 ? " without an error,"
                      : fmt::format(" with {:g} % wrong{}", 100 * risk,
                                    risk == kRisks.back() ? "\n" : ",");
  }
  return text;
}

json confidence_json(const ConfidenceReport& report) {
  const int all = all_fields(report);
  json result = {{"calibrated", report.calibration.has_value()},
                 {"accept", count_json(report.accept, all)},
                 {"review", count_json(report.review, all)},
                 {"reject", count_json(report.reject, all)},
                 {"risk_coverage", curve_json(report.curve)}};
  if (report.calibration) {
    result["stated_error_rate"] = report.calibration->error_rate;
    result["accept"]["confidence"] = report.calibration->accept;
    result["review"]["confidence"] = report.calibration->review;
  }
  return result;
}

}  // namespace nibble
