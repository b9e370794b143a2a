#include "app/read_rules.h"

#include <algorithm>

#include "nn/error.h"
#include "recognizer/mrz/find.h"
#include "recognizer/rules/rules.h"

namespace nibble {
namespace {

void drop_alternatives(const ReadTask& task, DocumentResult& result) {
  const auto kept = static_cast<std::size_t>(std::max(task.alternatives, 0));
  for (FieldResult& field : result.fields) {
    for (ReadChar& c : field.reading.chars) {
      if (c.alternatives.size() > kept) c.alternatives.resize(kept);
    }
  }
}

std::optional<MrzReading> zone_as_read(const DocumentResult& result) {
  std::vector<Reading> lines;
  for (const FieldResult& field : result.fields) {
    if (field.field.kind == "mrz") lines.push_back(field.reading);
  }
  return lines.empty() ? std::nullopt : plain_mrz(lines, today());
}

void warn_of_zone(DocumentResult& result) {
  if (!result.mrz) return;
  for (const std::string& warning : result.mrz->warnings)
    result.warnings.push_back("mrz: " + warning);
  for (const std::string& problem : result.mrz->mrz.problems)
    result.warnings.push_back("mrz: " + problem);
}

}  // namespace

void finish_reading(const ReadTask& task, DocumentResult& result) {
  if (task.rules) {
    result.mrz = apply_rules(result.fields, today());
  } else {
    result.mrz = zone_as_read(result);
  }
  warn_of_zone(result);
  judge_fields(task.calibration ? &*task.calibration : nullptr, result.width, result.height,
               result.fields);
  drop_alternatives(task, result);
}

void read_mrz(const Network& network, const Image& image, const ReadTask& task,
              DocumentResult& result) {
  auto found = find_mrz(network, image, task.options, today());
  if (!found) throw Error(ErrorCode::no_document, "no machine readable zone was found");
  result.fields = std::move(found->lines);
  finish_reading(task, result);
}

}  // namespace nibble
