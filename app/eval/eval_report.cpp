#include "app/eval/eval_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/support/processor.h"
#include "app/support/version.h"
#include "include/nibble/nibble.hpp"
#include "nn/error.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

using nlohmann::json;

json score_json(const Score& score) {
  return {{"n", score.count},
          {"missing", score.missing},
          {"clips", score.clips},
          {"exact", score.exact},
          {"exact_norm", score.exact_norm},
          {"pcr", score.pcr},
          {"cer", score.cer},
          {"interval", {score.exact_norm_interval.low, score.exact_norm_interval.high}},
          {"pcr_interval", {score.pcr_interval.low, score.pcr_interval.high}},
          {"ms_per_field", score.ms}};
}

json scores_json(const std::map<std::string, Score>& scores) {
  json result = json::object();
  for (const auto& [name, score] : scores) result[valid_utf8(name)] = score_json(score);
  return result;
}

json confusions_json(const std::vector<Confusion>& confusions) {
  json result = json::array();
  for (const Confusion& confusion : confusions)
    result.push_back({confusion.truth, confusion.read, confusion.count});
  return result;
}

double worst_drop(const PrecisionReport& report) {
  double worst = 0;
  for (const SweepRow& row : report.sweep) worst = std::max(worst, row.exact_norm_drop);
  return worst;
}

json sweep_json(const PrecisionReport& report) {
  json rows = json::array();
  for (const SweepRow& row : report.sweep) {
    rows.push_back({{"perturbation", row.name},
                    {"exact_norm", row.exact_norm},
                    {"pcr", row.pcr},
                    {"exact_norm_drop", row.exact_norm_drop},
                    {"pcr_drop", row.pcr_drop}});
  }
  return {{"rows", rows}, {"worst_drop", worst_drop(report)}};
}

json environment_json(const EvalReport& report) {
  json models = json::object();
  for (const PrecisionReport& precision : report.precisions) {
    models[precision.precision] = {{"name", valid_utf8(precision.model)},
                                   {"digest", precision.digest}};
  }
  return {{"cpu", processor_name()},  {"compiler", __VERSION__}, {"version", version()},
          {"commit", build_commit()}, {"isa", report.isa},       {"models", models}};
}

json fields_json(const EvalReport& report) {
  json result = {{"keys", json::array()}, {"right", json::object()}};
  for (const ReportField& field : report.fields)
    result["keys"].push_back(
        {valid_utf8(field.key[0]), valid_utf8(field.key[1]), valid_utf8(field.key[2])});
  for (const PrecisionReport& precision : report.precisions)
    result["right"][precision.precision] = precision.right;
  return result;
}

}  // namespace

std::vector<ReportField> headline_fields(const std::vector<Prediction>& predictions) {
  std::vector<ReportField> fields;
  for (const Prediction& p : predictions) {
    if (p.clean)
      fields.push_back({{p.type, p.frame, p.field}, p.type + '\t' + p.condition + '\t' + p.clip});
  }
  return fields;
}

std::string headline_right(const std::vector<Prediction>& predictions) {
  std::string right;
  for (const Prediction& p : predictions) {
    if (p.clean) right += is_right(p) ? '1' : '0';
  }
  return right;
}

std::vector<Sample> headline_samples(const std::vector<Prediction>& predictions) {
  std::vector<Sample> samples;
  for (const Prediction& p : predictions) {
    if (p.clean)
      samples.push_back({p.type, p.condition, p.group, p.truth, p.text, p.ms, p.missing, p.clip});
  }
  return samples;
}

SweepRow sweep_row(const std::string& name, const Score& base, const Score& disturbed) {
  return {name, disturbed.exact_norm, disturbed.pcr, 100 * (base.exact_norm - disturbed.exact_norm),
          100 * (base.pcr - disturbed.pcr)};
}

std::string prediction_header() {
  return "type\tframe\tfield\tgroup\tprecision\ttruth\traw\ttext\tconfidence\tms\n";
}

std::string prediction_rows(const std::string& precision,
                            const std::vector<Prediction>& predictions) {
  std::string rows;
  for (const Prediction& p : predictions) {
    for (const std::string* cell :
         {&p.type, &p.frame, &p.field, &p.group, &precision, &p.truth, &p.raw, &p.text})
      rows += table_cell(*cell) + '\t';
    rows += fmt::format("{:.4f}\t{:.3f}\n", p.confidence, p.ms);
  }
  return rows;
}

json report_json(const EvalReport& report) {
  json result = {{"schema_version", "1.0"},
                 {"dataset", valid_utf8(report.dataset)},
                 {"rows", report.clean_rows ? "clean" : "all"},
                 {"options", report.settings},
                 {"frames",
                  {{"read", report.frames_read},
                   {"failed", report.frames_failed},
                   {"unlabelled", report.unlabelled_frames}}},
                 {"precisions", json::object()},
                 {"confusions", json::array()},
                 {"fields", fields_json(report)},
                 {"environment", environment_json(report)}};
  for (const PrecisionReport& precision : report.precisions) {
    result["precisions"][precision.precision] = {
        {"all", score_json(precision.scores.all)},
        {"groups", scores_json(precision.scores.groups)},
        {"conditions", scores_json(precision.scores.conditions)},
        {"types", scores_json(precision.scores.types)},
        {"confusions", confusions_json(precision.confusions)},
        {"confidence", confidence_json(precision.confidence)}};
    if (!precision.sweep.empty()) result["sweep"][precision.precision] = sweep_json(precision);
  }
  if (!report.precisions.empty())
    result["confusions"] = confusions_json(report.precisions.front().confusions);
  return result;
}

}  // namespace nibble
