#include <algorithm>
#include <cmath>
#include <utility>

#include "recognizer/base/bounds.h"
#include "recognizer/base/printable.h"
#include "recognizer/result/clip_json.h"
#include "recognizer/result/document_json.h"
#include "recognizer/result/renderers.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchemaVersion = "1.0";
constexpr int kIndent = 2;

// Digits beyond these are noise of the arithmetic.
double pixels(double value) { return std::round(value * 100) / 100; }
double share(double value) { return std::round(value * 1e4) / 1e4; }
double milliseconds(double value) { return std::round(value * 1e3) / 1e3; }
double rounded_cost(double value) { return std::round(value * 1e3) / 1e3; }

Json quad_json(const Quad& quad) {
  Json corners = Json::array();
  for (const Point& p : quad) corners.push_back({pixels(p.x), pixels(p.y)});
  return corners;
}

Json box_json(const Quad& quad) {
  const Bounds box = bounds_of(quad);
  return {pixels(box.left), pixels(box.top), pixels(box.right), pixels(box.bottom)};
}

Json chars_json(const TextLine& line) {
  Json chars = Json::array();
  for (const TextChar& c : line.chars) {
    Json alternatives = Json::array();
    for (const Alternative& other : c.alternatives)
      alternatives.push_back({other.text, share(other.confidence)});
    chars.push_back({{"c", c.text},
                     {"confidence", share(c.confidence)},
                     {"box", box_json(c.quad)},
                     {"alternatives", alternatives}});
  }
  return chars;
}

Json checks_json(const TextLine& line) {
  Json checks = Json::array();
  for (const RuleCheck& check : line.checks) {
    Json changed = Json::array();
    for (const RuleChange& change : check.changes)
      changed.push_back({{"pos", change.position},
                         {"from", change.from},
                         {"to", change.to},
                         {"cost", rounded_cost(change.cost)}});
    checks.push_back({{"rule", check.rule}, {"ok", check.ok}, {"changed", changed}});
  }
  return checks;
}

Json field_json(const Field& field) {
  Json json = {{"name", field.name}, {"kind", field.kind}, {"value", field.value}};
  if (!field.source.empty()) {
    json["source"] = field.source;
    json["caption"] = field.caption.empty() ? Json(nullptr) : Json(field.caption);
  }
  json.update({{"text", field.text},
               {"raw", field.raw},
               {"confidence", share(field.confidence)},
               {"network_confidence", share(field.network_confidence)},
               {"decision", decision_name(field.decision)},
               {"checks", checks_json(field)},
               {"quad", quad_json(field.quad)},
               {"chars", chars_json(field)},
               {"ms", milliseconds(field.ms)}});
  add_said(field, json);
  return json;
}

Json line_json(const FoundLine& line) {
  Json json = {{"text", line.text},
               {"raw", line.raw},
               {"confidence", share(line.confidence)},
               {"network_confidence", share(line.network_confidence)},
               {"decision", decision_name(line.decision)},
               {"quad", quad_json(line.quad)},
               {"field", line.field.empty() ? Json(nullptr) : Json(line.field)},
               {"chars", chars_json(line)},
               {"ms", milliseconds(line.ms)}};
  add_said(line, json);
  return json;
}

Json zone_json(const Zone& zone) {
  Json elements = Json::object();
  for (const Zone::Element& element : zone.elements) elements[element.name] = element.value;
  Json checks = Json::array();
  for (const Zone::Check& check : zone.checks) {
    checks.push_back({{"name", check.name},
                      {"ok", check.ok},
                      {"found", std::string(1, check.found)},
                      {"expected", std::string(1, check.expected)}});
  }
  Json changed = Json::array();
  for (const Zone::Change& change : zone.changes) {
    changed.push_back({{"line", change.line + 1},
                       {"pos", change.position},
                       {"from", change.from},
                       {"to", change.to},
                       {"cost", rounded_cost(change.cost)}});
  }
  return {{"format", zone.format},
          {"lines", zone.lines},
          {"valid", zone.valid},
          {"fields", elements},
          {"checks", checks},
          {"changed", changed},
          {"cost", rounded_cost(zone.cost)},
          {"warnings", zone.warnings}};
}

Json placement_json(const Placement& placement) {
  return {{"template", placement.kind.empty() ? Json(nullptr) : Json(placement.kind)},
          {"confidence", share(placement.confidence)},
          {"quad", quad_json(placement.quad)},
          {"quad_source", placement_source_name(placement.source)},
          {"size", {placement.width, placement.height}}};
}

Json failure_json(const Document& document) {
  Json input{{"path", document.path}};
  if (document.page > 1) input["page"] = document.page;
  Json json = {
      {"schema_version", kSchemaVersion},
      {"input", input},
      {"status", "error"},
      {"error", {{"code", error_code_name(document.error)}, {"message", document.message}}}};
  add_frames(document, json);
  return json;
}

Json calibration_json(const ReaderInfo& info) {
  if (!info.calibrated) return {{"calibrated", false}};
  return {{"calibrated", true},
          {"accept", info.accept},
          {"review", info.review},
          {"error_rate", info.error_rate}};
}

Json tool_json(const ReaderInfo& info) {
  return {{"name", "nibble"},
          {"version", version()},
          {"model", info.model},
          {"precision", info.precision},
          {"isa", info.isa},
          {"digest", info.digest},
          {"calibration", calibration_json(info)}};
}

Json timing_json(const Timing& timing) {
  return {{"decode", milliseconds(timing.decode)},
          {"locate", milliseconds(timing.locate)},
          {"rectify", milliseconds(timing.rectify)},
          {"read", milliseconds(timing.read)},
          {"total", milliseconds(timing.total)}};
}

class JsonRenderer : public Renderer {
 public:
  JsonRenderer(Sink sink, bool array) : sink_(std::move(sink)), array_(array) {}

  void add(const Document& document) override {
    std::string text = to_json(document, kIndent);
    if (!array_ && count_ == 0) {
      held_ = std::move(text);  // whether it stands in an array is known with the second
    } else {
      if (!array_ && count_ == 1) write(held_);
      write(text);
    }
    ++count_;
  }

  void finish() override {
    if (!array_ && count_ == 1) return sink_(held_ + "\n");
    if (array_ || count_ > 1) sink_(written_ == 0 ? "[]\n" : "\n]\n");
  }

 private:
  /// An element of the array.
  void write(const std::string& text) { sink_((written_++ == 0 ? "[\n" : ",\n") + text); }

  Sink sink_;
  bool array_;
  std::string held_;
  std::size_t count_ = 0;
  std::size_t written_ = 0;
};

class JsonLinesRenderer : public Renderer {
 public:
  explicit JsonLinesRenderer(Sink sink) : sink_(std::move(sink)) {}
  void add(const Document& document) override { sink_(to_json(document) + "\n"); }

 private:
  Sink sink_;
};

}  // namespace

Json document_json(const Document& document) {
  if (!document.ok()) return failure_json(document);
  Json fields = Json::array();
  for (const Field& field : document.fields) fields.push_back(field_json(field));
  Json lines = Json::array();
  for (const FoundLine& line : document.lines) lines.push_back(line_json(line));
  Json json = {
      {"schema_version", kSchemaVersion},
      {"tool", tool_json(document.reader ? *document.reader : ReaderInfo{})},
      {"input",
       {{"path", document.path},
        {"page", document.page},
        {"width", document.width},
        {"height", document.height}}},
      {"document", document.placement ? placement_json(*document.placement) : Json(nullptr)},
      {"fields", fields},
      {"mrz", document.zone ? zone_json(*document.zone) : Json(nullptr)},
      {"lines", lines},
      {"status", "ok"},
      {"warnings", document.warnings},
      {"timing_ms", timing_json(document.timing)}};
  add_frames(document, json);
  for (const Zone& zone : document.more_zones) json["more_mrz"].push_back(zone_json(zone));
  return json;
}

std::string to_json(const Document& document, int indent) {
  // A file name may hold bytes that are no UTF-8; JSON cannot.
  return escape_json(
      document_json(document).dump(indent, ' ', false, Json::error_handler_t::replace));
}

std::unique_ptr<Renderer> make_json_renderer(Sink sink, const RenderForm& form) {
  return std::make_unique<JsonRenderer>(std::move(sink), form.array);
}

std::unique_ptr<Renderer> make_json_lines_renderer(Sink sink) {
  return std::make_unique<JsonLinesRenderer>(std::move(sink));
}

}  // namespace nibble
