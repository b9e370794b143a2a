#include "recognizer/reader/to_document.h"

#include <utility>

#include "recognizer/mrz/layout.h"

namespace nibble {
namespace {

void fill(TextLine& line, FieldResult& result) {
  line.text = std::move(result.text);
  line.raw = std::move(result.reading.text);
  line.confidence = result.confidence;
  line.network_confidence = result.reading.confidence;
  line.decision = result.decision;
  line.quad = result.quad;
  line.place = result.spec.quad;
  line.checks = std::move(result.checks);
  line.ms = result.ms;
  line.said = std::move(result.said);
  line.gain = result.gain;
  line.decided = result.decided;
  line.chars.reserve(result.reading.chars.size());
  for (std::size_t i = 0; i < result.reading.chars.size(); ++i) {
    ReadChar& c = result.reading.chars[i];
    line.chars.push_back(
        {std::move(c.text), c.confidence, result.char_quads.at(i), std::move(c.alternatives)});
  }
}

}  // namespace

Field to_field(FieldResult&& result) {
  Field field;
  fill(field, result);
  field.name = std::move(result.spec.name);
  field.kind = std::move(result.spec.kind);
  field.value = std::move(result.value);
  return field;
}

Field to_field(NamedField&& named) {
  Field field = to_field(std::move(named.result));
  field.caption = std::move(named.caption);
  field.source = std::move(named.source);
  return field;
}

void add_named(std::vector<NamedField> fields, Document& document) {
  for (NamedField& field : fields) {
    for (const std::size_t line : field.lines) {
      std::string& name = document.lines[line].field;
      if (name.empty()) name = field.result.spec.name;
    }
    document.fields.push_back(to_field(std::move(field)));
  }
}

FoundLine to_line(FieldResult&& result) {
  FoundLine line;
  fill(line, result);
  return line;
}

Zone to_zone(const MrzReading& reading) {
  Zone zone;
  zone.format = mrz_format_name(reading.mrz.format);
  zone.lines = reading.mrz.lines;
  zone.valid = reading.mrz.valid;
  for (const MrzField& field : reading.mrz.fields)
    zone.elements.push_back({field.name, field.value});
  for (const MrzCheck& check : reading.mrz.checks)
    zone.checks.push_back({check.name, check.ok, check.found, check.expected});
  for (const MrzChange& change : reading.changes)
    zone.changes.push_back({change.line, change.position, change.from, change.to, change.cost});
  zone.cost = reading.cost;
  zone.warnings = reading.warnings;
  return zone;
}

void set_zone(const std::optional<MrzReading>& zone, Document& document) {
  static const std::string begin = "mrz: ";
  std::erase_if(document.warnings, [](const std::string& w) { return w.starts_with(begin); });
  document.zone.reset();
  if (!zone) return;
  document.zone = to_zone(*zone);
  for (const auto* list : {&zone->warnings, &zone->mrz.problems}) {
    for (const std::string& warning : *list) document.warnings.push_back(begin + warning);
  }
}

}  // namespace nibble
