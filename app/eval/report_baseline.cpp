#include "app/eval/report_baseline.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <tuple>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"

namespace nibble {
namespace {

using nlohmann::json;

// Beyond rounding in the decimal text of an earlier result.
constexpr double kTiny = 1e-9;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error(ErrorCode::decode_failed, printable_path(path) + ": " + why);
}

const json* figures_of(const json& result, const std::string& precision) {
  const json::json_pointer all(json::json_pointer("/precisions") / precision / "all");
  return result.is_object() && result.contains(all) ? &result.at(all) : nullptr;
}

/// What stands there, or null.
json entry_at(const json& object, const json::json_pointer& place) {
  return object.contains(place) ? object.at(place) : json(nullptr);
}

/// Which fields were right in the baseline, by type, frame and field; empty when it does not say.
std::map<FieldKey, bool> earlier_fields(const json& result, const std::string& precision) {
  std::map<FieldKey, bool> earlier;
  const json::json_pointer keys("/fields/keys");
  const json::json_pointer right(json::json_pointer("/fields/right") / precision);
  if (!result.contains(keys) || !result.contains(right) || !result.at(keys).is_array() ||
      !result.at(right).is_string())
    return earlier;
  const json& names = result.at(keys);
  const std::string flags = result.at(right).get<std::string>();
  if (names.size() != flags.size()) return earlier;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const json& name = names[i];
    if (!name.is_array() || name.size() != 3 || !name[0].is_string() || !name[1].is_string() ||
        !name[2].is_string())
      return {};
    earlier[{name[0].get<std::string>(), name[1].get<std::string>(), name[2].get<std::string>()}] =
        flags[i] == '1';
  }
  return earlier;
}

void pair_fields(const EvalReport& report, const PrecisionReport& precision, const json& result,
                 BaselineRow& row) {
  const std::map<FieldKey, bool> earlier = earlier_fields(result, precision.precision);
  std::vector<PairedSample> samples;
  for (std::size_t i = 0; i < report.fields.size(); ++i) {
    const auto before = earlier.find(report.fields[i].key);
    if (before == earlier.end()) continue;
    const bool now = precision.right[i] == '1';
    samples.push_back({report.fields[i].clip, before->second, now});
    if (before->second && !now) row.lost.push_back(i);
  }
  if (!samples.empty()) row.paired = compare_paired(samples);
}

/// Refuses a baseline that was read in another way: its figures say nothing of this run.
void check_settings(const std::string& path, const json& result, const json& settings,
                    const std::vector<std::string>& precisions) {
  if (!result.is_object() || !result.contains("options") || !result["options"].is_object())
    refuse(path, "does not say how it was read; expected a file written by nibble eval --json");
  json before = result["options"];
  json now = settings;
  for (const std::string& precision : precisions) {
    // Another model may be compared, and has a calibration of its own.
    const json::json_pointer model(json::json_pointer("/models") / precision);
    if (entry_at(before, model) != entry_at(now, model)) continue;
    const json::json_pointer calibration(json::json_pointer("/calibrations") / precision);
    before["calibration of " + precision] = entry_at(before, calibration);
    now["calibration of " + precision] = entry_at(now, calibration);
  }
  now.erase("calibrations");
  now.erase("models");
  for (const auto& [name, value] : now.items()) {
    const std::string then = before.contains(name) ? before[name].dump() : "not recorded";
    if (then == value.dump()) continue;
    refuse(path, "was made with another " + name + " (" + then + ", now " + value.dump() +
                     "): not comparable; give the same options, or make it again");
  }
}

}  // namespace

Baseline read_baseline(const std::string& path, const std::vector<std::string>& precisions,
                       std::size_t fields, const json& settings) {
  const json result =
      parse_checked_json(read_text_file(path), printable_path(path), ErrorCode::decode_failed);
  bool compared = false;
  for (const std::string& precision : precisions) {
    const json* figures = figures_of(result, precision);
    if (figures == nullptr) continue;
    compared = true;
    for (const char* figure : {"exact_norm", "pcr"}) {
      if (!figures->is_object() || !figures->contains(figure) || !(*figures)[figure].is_number())
        refuse(path, std::string("has no number ") + figure + " for " + precision);
    }
    if (!figures->contains("n") || !(*figures)["n"].is_number_integer()) continue;
    const auto count = (*figures)["n"].get<std::int64_t>();
    if (count != static_cast<std::int64_t>(fields)) {
      refuse(path, "is over " + std::to_string(count) + " fields, this run over " +
                       std::to_string(fields) +
                       ": not comparable; use the same data set, labels and --limit");
    }
  }
  if (!compared) refuse(path, "holds no result of nibble eval for a precision that is run");
  check_settings(path, result, settings, precisions);
  return {path, result};
}

std::vector<BaselineRow> compare_baseline(const EvalReport& report, const Baseline& baseline) {
  std::vector<BaselineRow> rows;
  for (const PrecisionReport& precision : report.precisions) {
    const json* before = figures_of(baseline.result, precision.precision);
    if (before == nullptr) continue;
    BaselineRow row;
    row.precision = precision.precision;
    row.exact_norm_before = before->at("exact_norm").get<double>();
    row.exact_norm_now = precision.scores.all.exact_norm;
    row.pcr_before = before->at("pcr").get<double>();
    row.pcr_now = precision.scores.all.pcr;
    pair_fields(report, precision, baseline.result, row);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> drops(const std::vector<BaselineRow>& rows, double max_drop) {
  std::vector<std::string> lines;
  for (const BaselineRow& row : rows) {
    const std::array<std::tuple<const char*, double, double>, 2> figures = {
        {{"exact_norm", row.exact_norm_before, row.exact_norm_now},
         {"pcr", row.pcr_before, row.pcr_now}}};
    for (const auto& [figure, before, now] : figures) {
      const double drop = 100 * (before - now);
      if (drop <= max_drop + kTiny) continue;
      lines.push_back(fmt::format(
          "{}: {} fell by {:.2f} points, from {:.2f} to {:.2f} %, more than --max-drop {:g}",
          row.precision, figure, drop, 100 * before, 100 * now, max_drop));
    }
  }
  return lines;
}

PairedComparison compare_precisions(const EvalReport& report, const PrecisionReport& before,
                                    const PrecisionReport& now) {
  std::vector<PairedSample> samples;
  for (std::size_t i = 0; i < report.fields.size(); ++i)
    samples.push_back({report.fields[i].clip, before.right[i] == '1', now.right[i] == '1'});
  return compare_paired(samples);
}

}  // namespace nibble
