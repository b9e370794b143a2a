#include "recognizer/reader/read_stage.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "recognizer/base/date.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/locate/find/finder.h"
#include "recognizer/mrz/zones.h"
#include "recognizer/reader/found_lines.h"
#include "recognizer/rules/rules.h"
#include "recognizer/rules/zone.h"

namespace nibble {
namespace {

/// "1975-05-22"
bool is_iso_date(const std::string& value) {
  return value.size() == 10 && value[4] == '-' && value[7] == '-';
}

ReadOptions reading_options(const LineReader& reader, const StageObserver& observer) {
  ReadOptions options;
  options.margin = reader.margin;
  options.beam = reader.beam;
  options.alternatives =
      reader.rules ? std::max(reader.alternatives, kRuleAlternatives) : reader.alternatives;
  options.observer = observer ? &observer : nullptr;
  return options;
}

std::vector<FieldResult> read_on_threads(const LineReader& reader, const Page& page,
                                         const std::vector<FieldSpec>& specs,
                                         const ReadOptions& options) {
  // A device takes all lines at once.
  if (reader.threads <= 1 || reader.network->isa() == "cuda")
    return read_fields(*reader.network, page, specs, options);
  struct Outcome {
    std::vector<FieldResult> results;
    std::exception_ptr error;
  };
  std::vector<FieldResult> results;
  const auto produce = [&](std::size_t i) {
    try {
      return Outcome{read_fields(*reader.network, page, {specs[i]}, options), nullptr};
    } catch (...) {
      return Outcome{{}, std::current_exception()};
    }
  };
  for_each_ordered(specs.size(), reader.threads, produce, [&](std::size_t, Outcome outcome) {
    if (outcome.error) std::rethrow_exception(outcome.error);
    results.push_back(std::move(outcome.results.front()));
    return true;
  });
  return results;
}

/// Rules, judgement, and away with the alternatives that were kept for the rules alone.
JudgedFields judged(const LineReader& reader, std::vector<FieldResult> fields, int width,
                    int height, const StageObserver& observer) {
  Stopwatch watch;
  JudgedFields result{std::move(fields), std::nullopt};
  result.mrz =
      reader.rules ? apply_rules(result.fields, today()) : plain_mrz_lines(result.fields, today());
  judge_fields(reader.calibration, width, height, result.fields);
  for (FieldResult& field : result.fields) drop_alternatives(reader.alternatives, field.reading);
  observe(observer, "rules", watch.lap());
  return result;
}

/// Whether a field is worth its name: a date that is none, and a text too unsure to be used, stay
/// lines. Without a calibration nothing is known of the latter.
bool is_kept(const LineReader& reader, const NamedField& field) {
  if (reader.rules && field.result.spec.kind == "date" && !is_iso_date(field.result.value))
    return false;
  return reader.calibration == nullptr || field.result.confidence >= reader.calibration->review;
}

JudgedText judged_text(const LineReader& reader, std::vector<FieldResult> lines, const Mrz* zone,
                       int width, int height, const StageObserver& observer) {
  JudgedText text;
  text.fields = named_fields(reader, lines, zone, width, height, observer);
  text.lines = judged(reader, std::move(lines), width, height, observer).fields;
  return text;
}

}  // namespace

std::vector<NamedField> named_fields(const LineReader& reader,
                                     const std::vector<FieldResult>& lines, const Mrz* zone,
                                     int width, int height, const StageObserver& observer) {
  Stopwatch watch;
  const Date now = today();
  const std::optional<Mrz> among = zone == nullptr ? zone_among(lines, now) : std::nullopt;
  if (among) zone = &*among;
  std::vector<NamedField> found = name_fields(lines, zone, now);
  std::vector<FieldResult> fields;
  for (NamedField& field : found) fields.push_back(std::move(field.result));
  if (reader.rules) {
    apply_rules(fields, now);
    if (zone != nullptr && zone->valid) compare_with_mrz(fields, *zone, now);
  }
  judge_fields(reader.calibration, width, height, fields);
  for (FieldResult& field : fields) drop_alternatives(reader.alternatives, field.reading);
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i].result = std::move(fields[i]);
    judge_name(found[i]);
  }
  std::erase_if(found, [&](const NamedField& field) { return !is_kept(reader, field); });
  observe(observer, "name", watch.lap());
  return found;
}

JudgedFields read_page(const LineReader& reader, const Page& page,
                       const std::vector<FieldSpec>& specs, int width, int height,
                       const StageObserver& observer) {
  const ReadOptions options = reading_options(reader, observer);
  return judged(reader, read_on_threads(reader, page, specs, options), width, height, observer);
}

std::vector<LineOutline> find_text(const LineReader& reader, const Image& picture, bool thorough,
                                   const StageObserver& observer) {
  Stopwatch watch;
  FindOptions options;
  options.thorough = thorough;
  std::vector<LineOutline> lines = find_lines(*reader.finder, picture, options);
  observe(observer, "find", watch.lap());
  return lines;
}

JudgedText read_found(const LineReader& reader, const Image& picture,
                      const std::vector<LineOutline>& lines, const Mrz* zone,
                      const StageObserver& observer) {
  std::vector<FieldResult> read =
      read_found_lines(*reader.network, picture, lines, reading_options(reader, observer));
  return judged_text(reader, std::move(read), zone, picture.width, picture.height, observer);
}

JudgedZones read_zones(const LineReader& reader, const Image& picture,
                       const std::vector<LineOutline>& lines, const StageObserver& observer) {
  FoundZones found =
      find_zones(*reader.network, picture, lines, reading_options(reader, observer), today());
  JudgedZones result;
  result.mirrored = found.mirrored;
  for (FoundZone& zone : found.zones)
    result.zones.push_back(
        judged(reader, std::move(zone.lines), picture.width, picture.height, observer));
  std::stable_partition(result.zones.begin(), result.zones.end(), [](const JudgedFields& zone) {
    return zone.mrz && zone.mrz->mrz.valid && zone.mrz->warnings.empty();
  });
  return result;
}

JudgedFields read_single_line(const LineReader& reader, const Image& picture,
                              const StageObserver& observer) {
  std::vector<FieldResult> fields;
  fields.push_back(read_line(*reader.network, picture, reading_options(reader, observer)));
  return judged(reader, std::move(fields), picture.width, picture.height, observer);
}

}  // namespace nibble
