#include "recognizer/rules/zone.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <string>

#include "recognizer/base/unicode.h"
#include "recognizer/rules/dates.h"
#include "recognizer/rules/fit.h"

namespace nibble {
namespace {

// A valid zone is strong evidence for a field that is known to hold the same; where only the
// content says that it might, a near miss may as well be another number or day.
constexpr double kMaxNamed = 8;
constexpr double kMaxGuessed = 4;
// Names have no check digit, so the zone may be as wrong as the print: only what is in doubt
// changes.
constexpr double kMaxName = 2;

/// Doc 9303 part 3, section 6, for the capitals of the recogniser's alphabet that are not just
/// their letter without its diacritic.
const std::map<char32_t, std::vector<std::string>>& transliterations() {
  static const std::map<char32_t, std::vector<std::string>> kTable = {
      {U'Ä', {"AE"}}, {U'Æ', {"AE"}},        {U'Å', {"AA"}},  {U'Ö', {"OE"}}, {U'Ø', {"OE", "O"}},
      {U'Œ', {"OE"}}, {U'Ü', {"UE", "UXX"}}, {U'Ñ', {"NXX"}}, {U'Þ', {"TH"}}, {U'Ð', {"D"}},
      {U'Đ', {"D"}},  {U'Ł', {"L"}},         {U'Ĳ', {"IJ"}},  {U'Ŋ', {"N"}},  {U'Ħ', {"H"}},
      {U'Ŧ', {"T"}},  {U'ĸ', {"Q"}}};
  return kTable;
}

bool is_capital(char32_t c) { return c >= U'A' && c <= U'Z'; }

/// The ways to write a character of a name in a zone; fillers are spaces.
std::vector<std::string> spell_name(const std::string& c) {
  if (c == " " || c == "-") return {" ", ""};
  if (c == "'" || c == "." || c == ",") return {""};
  if (c.empty()) return {};
  const std::u32string capitals = to_upper(decode_utf8(c));
  if (std::all_of(capitals.begin(), capitals.end(), is_capital))  // of ß they are two
    return {encode_utf8(capitals)};
  if (capitals.size() != 1) return {};
  const auto known = transliterations().find(capitals[0]);
  std::vector<std::string> spellings =
      known != transliterations().end() ? known->second : std::vector<std::string>{};
  const char32_t letter = bare_letter(capitals[0]).letter;
  if (is_capital(letter)) spellings.push_back(encode_utf8(letter));
  return spellings;
}

/// A number's spaces, dots, dashes and slashes are not in the zone.
std::vector<std::string> spell_number(const std::string& c) {
  if (c == " " || c == "-" || c == "." || c == "/") return {""};
  if (c.size() == 1 && std::isalnum(static_cast<unsigned char>(c[0])) != 0) return {c};
  return {};
}

class Comparison {
 public:
  Comparison(const Mrz& mrz, const Date& now) : mrz_(mrz), now_(now) {}

  /// See cost_as_element.
  std::optional<double> cost(const FieldResult& field, const std::string& element) const {
    const std::vector<Fit> list = fits(field, element);
    if (list.empty()) return {};
    return list[0].cost;
  }

  void compare(FieldResult& field) const {
    if (field.spec.kind == "mrz" || field.reading.chars.empty()) return;
    for (const char* element :
         {"document_number", "birth_date", "expiry_date", "surname", "given_names"}) {
      if (field.spec.name != element) continue;
      compare_named(field, element);
      return;
    }
    if (field.spec.kind == "docnum") compare_any(field, {"document_number"});
    if (field.spec.kind == "date") compare_any(field, {"birth_date", "expiry_date"});
    if (field.spec.kind == "latin") compare_any(field, {"surname", "given_names"});
  }

 private:
  static bool is_date(const std::string& element) { return element.ends_with("_date"); }
  static double limit(const std::string& element, double most) {
    const bool name = element == "surname" || element == "given_names";
    return name ? std::min(most, kMaxName) : most;
  }

  /// The cheapest way to read the field as the zone's element.
  std::vector<Fit> fits(const FieldResult& field, const std::string& element) const {
    const std::string target = mrz_.value(element);
    if (target.empty()) return {};
    if (element == "document_number") return fit_text(field.reading, target, spell_number);
    if (!is_date(element)) return fit_text(field.reading, target, spell_name);
    if (field.value == target) return {{field.text, 0, {}}};
    if (target.size() != 10) return {};
    const Date date{std::stoi(target.substr(0, 4)), std::stoi(target.substr(5, 2)),
                    std::stoi(target.substr(8, 2))};
    const std::string text = write_date(date, field.spec.format);
    if (text.empty()) return {};
    Mask mask;
    for (const std::string& c : characters(text)) mask.push_back({MaskPlace::Kind::literal, c});
    return fit_mask(field.reading, mask, 1);
  }

  void take(FieldResult& field, const std::string& element, const Fit& fit) const {
    field.checks.push_back({"mrz:" + element, true, {}});
    if (field.text == fit.text) return;
    field.checks.back().changes = fit.changes;
    field.text = fit.text;
    field.value = is_date(element) ? mrz_.value(element) : fit.text;
  }

  void compare_named(FieldResult& field, const std::string& element) const {
    if (mrz_.value(element).empty()) return;
    const std::vector<Fit> list = fits(field, element);
    if (!list.empty() && list[0].cost <= limit(element, kMaxNamed)) {
      take(field, element, list[0]);
    } else {
      field.checks.push_back({"mrz:" + element, false, {}});
    }
  }

  /// A field that could hold one of these: nothing is said when it holds none.
  void compare_any(FieldResult& field, const std::vector<std::string>& elements) const {
    const std::string* best = nullptr;
    Fit fit;
    for (const std::string& element : elements) {
      const std::vector<Fit> list = fits(field, element);
      if (list.empty() || list[0].cost > limit(element, kMaxGuessed) ||
          (best != nullptr && list[0].cost >= fit.cost))
        continue;
      best = &element;
      fit = list[0];
    }
    if (best != nullptr) take(field, *best, fit);
  }

  const Mrz& mrz_;
  const Date& now_;
};

/// Position in the reading of a position in the corrected line: characters that were inserted or
/// removed before it count.
std::vector<RuleChange> changes_of(const MrzReading& reading, int line) {
  std::vector<RuleChange> changes;
  int shift = 0;
  for (const MrzChange& change : reading.changes) {
    if (change.line != line) continue;
    changes.push_back({change.position + shift, change.from, change.to, change.cost});
    shift += (change.to.empty() ? 1 : 0) - (change.from.empty() ? 1 : 0);
  }
  return changes;
}

/// From top to bottom as the text runs, whatever the order of the fields and the orientation of the
/// picture.
void sort_downwards(std::vector<FieldResult*>& lines) {
  if (lines.empty()) return;
  const Quad& first = lines[0]->spec.quad;
  const Point down{first[3].x - first[0].x, first[3].y - first[0].y};
  const auto depth = [&](const FieldResult* line) {
    return line->spec.quad[0].x * down.x + line->spec.quad[0].y * down.y;
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const FieldResult* a, const FieldResult* b) { return depth(a) < depth(b); });
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::optional<MrzReading> apply_mrz_lines(std::vector<FieldResult>& fields, const Date& now) {
  std::vector<FieldResult*> lines;
  for (FieldResult& field : fields) {
    if (field.spec.kind == "mrz") lines.push_back(&field);
  }
  sort_downwards(lines);
  std::vector<Reading> readings;
  for (const FieldResult* line : lines) readings.push_back(line->reading);
  auto reading = correct_mrz(readings, now);
  if (!reading) {
    for (FieldResult* line : lines) line->checks.push_back({"mrz", false, {}});
    return reading;
  }
  const std::string rule = "mrz:" + lower(mrz_format_name(reading->mrz.format));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i]->checks.push_back({rule, reading->mrz.valid, {}});
    lines[i]->checks.back().changes = changes_of(*reading, static_cast<int>(i));
    lines[i]->text = reading->mrz.lines[i];
    lines[i]->value = lines[i]->text;
  }
  return reading;
}

std::optional<MrzReading> plain_mrz_lines(const std::vector<FieldResult>& fields, const Date& now) {
  std::vector<Reading> lines;
  for (const FieldResult& field : fields) {
    if (field.spec.kind == "mrz") lines.push_back(field.reading);
  }
  return lines.empty() ? std::nullopt : plain_mrz(lines, now);
}

void compare_with_mrz(std::vector<FieldResult>& fields, const Mrz& mrz, const Date& now) {
  const Comparison comparison(mrz, now);
  for (FieldResult& field : fields) comparison.compare(field);
}

std::optional<double> cost_as_element(const FieldResult& field, const std::string& element,
                                      const Mrz& mrz, const Date& now) {
  return Comparison(mrz, now).cost(field, element);
}

}  // namespace nibble
