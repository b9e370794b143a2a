#include "app/output_mrz.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nibble {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double cost) { return std::round(cost * 1e3) / 1e3; }

/// "L8988901C4... " with what was changed: "line 2, position 3: O -> 0".
std::string change_text(const MrzChange& change) {
  const std::string where = "line " + std::to_string(change.line + 1) + ", position " +
                            std::to_string(change.position + 1) + ": ";
  if (change.from.empty()) return where + change.to + " put in";
  if (change.to.empty()) return where + "'" + change.from + "' taken out";
  return where + change.from + " -> " + change.to;
}

class MrzTextWriter : public ResultWriter {
 public:
  MrzTextWriter(OutputFile& out, bool several) : out_(out), several_(several) {}

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    if (several_ || result.page > 1) out_.write(text_heading(result, std::exchange(first_, false)));
    if (!result.mrz) {
      // Without rules lines of a wrong length are no zone; they are what was read.
      for (const FieldResult& field : result.fields) out_.write(field.text + "\n");
      return;
    }
    const Mrz& mrz = result.mrz->mrz;
    for (const std::string& line : mrz.lines) out_.write(line + "\n");
    row("format", mrz_format_name(mrz.format));
    row("valid", mrz.valid ? "yes" : "no");
    for (const MrzField& field : mrz.fields) {
      if (!field.value.empty()) row(field.name, field.value);
    }
    for (const MrzCheck& check : mrz.checks)
      row(check.name + " check",
          check.ok ? "ok" : std::string("wrong: ") + check.found + " should be " + check.expected);
    for (const MrzChange& change : result.mrz->changes) row("changed", change_text(change));
    for (const std::string& warning : result.warnings) row("warning", warning);
  }

 private:
  void row(const std::string& name, const std::string& value) {
    constexpr std::size_t kWidth = 24;
    out_.write(name + std::string(kWidth - std::min(kWidth - 1, name.size()), ' ') + value + "\n");
  }

  OutputFile& out_;
  bool several_;
  bool first_ = true;
};

}  // namespace

Json mrz_json(const MrzReading& reading) {
  const Mrz& mrz = reading.mrz;
  Json fields = Json::object();
  for (const MrzField& field : mrz.fields) fields[field.name] = field.value;
  Json checks = Json::array();
  for (const MrzCheck& check : mrz.checks) {
    checks.push_back({{"name", check.name},
                      {"ok", check.ok},
                      {"found", std::string(1, check.found)},
                      {"expected", std::string(1, check.expected)}});
  }
  Json changed = Json::array();
  for (const MrzChange& change : reading.changes) {
    changed.push_back({{"line", change.line + 1},
                       {"pos", change.position},
                       {"from", change.from},
                       {"to", change.to},
                       {"cost", rounded(change.cost)}});
  }
  return {{"format", mrz_format_name(mrz.format)},
          {"lines", mrz.lines},
          {"valid", mrz.valid},
          {"fields", fields},
          {"checks", checks},
          {"changed", changed},
          {"cost", rounded(reading.cost)},
          {"warnings", reading.warnings}};
}

Json checks_json(const FieldResult& field) {
  Json checks = Json::array();
  for (const RuleCheck& check : field.checks) {
    Json changed = Json::array();
    for (const RuleChange& change : check.changes)
      changed.push_back({{"pos", change.position},
                         {"from", change.from},
                         {"to", change.to},
                         {"cost", rounded(change.cost)}});
    checks.push_back({{"rule", check.rule}, {"ok", check.ok}, {"changed", changed}});
  }
  return checks;
}

std::unique_ptr<ResultWriter> make_mrz_text_writer(OutputFile& out, bool several) {
  return std::make_unique<MrzTextWriter>(out, several);
}

}  // namespace nibble
