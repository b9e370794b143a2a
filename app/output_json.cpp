#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/common.h"
#include "app/output_mrz.h"
#include "app/read_output.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchemaVersion = "1.0";

// Digits beyond these are noise of the arithmetic.
double pixels(double value) { return std::round(value * 100) / 100; }
double share(double value) { return std::round(value * 1e4) / 1e4; }
double milliseconds(double value) { return std::round(value * 1e3) / 1e3; }

Json quad_json(const Quad& quad) {
  Json corners = Json::array();
  for (const Point& p : quad) corners.push_back({pixels(p.x), pixels(p.y)});
  return corners;
}

Json box_json(const Quad& quad) {
  const auto [left, right] = std::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {pixels(left), pixels(top), pixels(right), pixels(bottom)};
}

Json chars_json(const FieldResult& field) {
  Json chars = Json::array();
  for (std::size_t i = 0; i < field.reading.chars.size(); ++i) {
    const ReadChar& c = field.reading.chars[i];
    Json alternatives = Json::array();
    for (const Alternative& other : c.alternatives)
      alternatives.push_back({other.text, share(other.confidence)});
    chars.push_back({{"c", c.text},
                     {"confidence", share(c.confidence)},
                     {"box", box_json(field.char_quads.at(i))},
                     {"alternatives", alternatives}});
  }
  return chars;
}

Json field_json(const FieldResult& field) {
  return {{"name", field.field.name},
          {"kind", field.field.kind},
          {"value", field.value},
          {"text", field.text},
          {"raw", field.reading.text},
          {"confidence", share(field.confidence)},
          {"network_confidence", share(field.reading.confidence)},
          {"decision", decision_name(field.decision)},
          {"checks", checks_json(field)},
          {"quad", quad_json(field.quad)},
          {"chars", chars_json(field)},
          {"ms", milliseconds(field.ms)}};
}

Json document_json(const FoundDocument& document) {
  return {{"template", document.name.empty() ? Json(nullptr) : Json(document.name)},
          {"confidence", share(document.confidence)},
          {"quad", quad_json(document.quad)},
          {"quad_source", document.located ? "located" : "given"},
          {"size", {document.width, document.height}}};
}

Json failure_json(const DocumentResult& result) {
  Json input{{"path", result.path}};
  if (result.page > 1) input["page"] = result.page;
  return {
      {"schema_version", kSchemaVersion},
      {"input", input},
      {"status", "error"},
      {"error",
       {{"code", error_code_name(result.failure->code)}, {"message", result.failure->message}}}};
}

Json calibration_json(const std::optional<Calibration>& calibration) {
  if (!calibration) return {{"calibrated", false}};
  return {{"calibrated", true},
          {"accept", calibration->accept},
          {"review", calibration->review},
          {"error_rate", calibration->error_rate}};
}

Json result_json(const DocumentResult& result, const ToolInfo& tool) {
  if (result.failure) return failure_json(result);
  Json fields = Json::array();
  for (const FieldResult& field : result.fields) fields.push_back(field_json(field));
  const StageTimes& times = result.times;
  return {{"schema_version", kSchemaVersion},
          {"tool",
           {{"name", "nibble"},
            {"version", version()},
            {"model", tool.model},
            {"precision", tool.precision},
            {"isa", tool.isa},
            {"digest", tool.digest},
            {"calibration", calibration_json(tool.calibration)}}},
          {"input",
           {{"path", result.path},
            {"page", result.page},
            {"width", result.width},
            {"height", result.height}}},
          {"document", result.document ? document_json(*result.document) : Json(nullptr)},
          {"fields", fields},
          {"mrz", result.mrz ? mrz_json(*result.mrz) : Json(nullptr)},
          {"status", "ok"},
          {"warnings", result.warnings},
          {"timing_ms",
           {{"decode", milliseconds(times.decode)},
            {"locate", milliseconds(times.locate)},
            {"rectify", milliseconds(times.rectify)},
            {"read", milliseconds(times.read)},
            {"total", milliseconds(times.total)}}}};
}

}  // namespace

std::string result_to_json(const DocumentResult& result, const ToolInfo& tool, bool indented) {
  // A file name may hold bytes that are no UTF-8; JSON cannot.
  return result_json(result, tool)
      .dump(indented ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nibble
