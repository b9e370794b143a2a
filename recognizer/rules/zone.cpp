#include "recognizer/rules/zone.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <string>

#include "recognizer/rules/dates.h"
#include "recognizer/rules/fit.h"

namespace nibble {
namespace {

// A valid zone is strong evidence for a field that is known to hold the same; where only the
// content says that it might, a near miss may as well be another number or day.
constexpr double kMostNamed = 8;
constexpr double kMostGuessed = 4;
// Names have no check digit, so the zone may be as wrong as the print: only what is in doubt
// changes.
constexpr double kMostName = 2;

const std::map<std::string, std::vector<std::string>>& transliterations() {
  // Doc 9303 part 3, section 6, for the letters of the recogniser's alphabet that are not just
  // their base letter.
  static const std::map<std::string, std::vector<std::string>> kTable = {{"Ä", {"AE", "A"}},
                                                                         {"Æ", {"AE"}},
                                                                         {"Å", {"AA", "A"}},
                                                                         {"Ö", {"OE", "O"}},
                                                                         {"Ø", {"OE"}},
                                                                         {"Œ", {"OE"}},
                                                                         {"Ü", {"UE", "U", "UXX"}},
                                                                         {"ß", {"SS"}},
                                                                         {"Ñ", {"N", "NXX"}},
                                                                         {"Þ", {"TH"}},
                                                                         {"Ð", {"D"}},
                                                                         {"Đ", {"D"}},
                                                                         {"Ł", {"L"}},
                                                                         {"Ĳ", {"IJ"}},
                                                                         {"ı", {"I"}},
                                                                         {"Ŋ", {"N"}},
                                                                         {"Ħ", {"H"}},
                                                                         {"Ŧ", {"T"}},
                                                                         {"ĸ", {"Q"}}};
  return kTable;
}

/// Base letters of the accented capitals of Latin-1 (C3 80..9E) and Latin Extended-A (C4 80 .. C5
/// BE), "." where there is none.
char base_letter(const std::string& c) {
  constexpr char kLatin1[] = "AAAAAA.CEEEEIIII.NOOOOO.OUUUUY.";
  constexpr char kExtendedA[] =
      "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIJJJJKK.LLLLLLLLLLNNNNNNNNNOOOOOO..RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZ";
  const auto lead = static_cast<unsigned char>(c[0]);
  const auto trail = static_cast<unsigned char>(c[1]);
  if (lead == 0xC3) {
    const unsigned index = trail >= 0xA0 ? trail - 0xA0U : trail - 0x80U;
    return index < sizeof(kLatin1) - 1 ? kLatin1[index] : '.';
  }
  if (lead == 0xC4 || lead == 0xC5) {
    const unsigned index = (lead - 0xC4U) * 64 + trail - 0x80U;
    return index < sizeof(kExtendedA) - 1 ? kExtendedA[index] : '.';
  }
  if (lead == 0xC8)
    return trail >= 0x98 && trail <= 0x99 ? 'S' : (trail >= 0x9A && trail <= 0x9B ? 'T' : '.');
  return '.';
}

/// The ways to write a character of a name in a zone; fillers are spaces.
std::vector<std::string> spell_name(const std::string& c) {
  if (c == " " || c == "-") return {" ", ""};
  if (c == "'" || c == "." || c == ",") return {""};
  if (c.size() == 1) {
    const auto letter = static_cast<unsigned char>(c[0]);
    return std::isalpha(letter) != 0
               ? std::vector<std::string>{std::string(1, static_cast<char>(std::toupper(letter)))}
               : std::vector<std::string>{};
  }
  if (c.size() != 2) return {};
  std::string capital = c;
  if (c[0] == '\xC3' && static_cast<unsigned char>(c[1]) >= 0xA0)
    capital[1] = static_cast<char>(c[1] - 0x20);
  const auto known = transliterations().find(capital);
  std::vector<std::string> spellings =
      known != transliterations().end() ? known->second : std::vector<std::string>{};
  if (const char base = base_letter(c); base != '.') spellings.emplace_back(1, base);
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
    return name ? std::min(most, kMostName) : most;
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
    if (!list.empty() && list[0].cost <= limit(element, kMostNamed)) {
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
      if (list.empty() || list[0].cost > limit(element, kMostGuessed) ||
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

void compare_with_mrz(std::vector<FieldResult>& fields, const Mrz& mrz, const Date& now) {
  const Comparison comparison(mrz, now);
  for (FieldResult& field : fields) comparison.compare(field);
}

}  // namespace nibble
