#include "recognizer/rules/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>

#include "recognizer/mrz/countries.h"
#include "recognizer/rules/dates.h"
#include "recognizer/rules/fit.h"
#include "recognizer/rules/zone.h"

namespace nibble {
namespace {

// Limits of cost, as logarithms of ratios of probabilities. What is known of a field allows more
// than what is guessed.
constexpr double kMaxKnown = 12;
constexpr double kMaxGuessed = 9;
constexpr double kMaxCode = 3;
// What one field has to say about the layout of all dates of a document.
constexpr double kMaxVote = 6;
// A separator whose second choice costs no more than this is in doubt; all of a date together.
constexpr double kInDoubt = 3.5;
constexpr double kAllInDoubt = 6;
// How much dearer than its own best layout that of the document may be for a field.
constexpr double kForDocument = 4;
constexpr double kSureStroke = 0.9;
constexpr std::size_t kCodes = 30;

Century century_of(const FieldResult& field) {
  return field.spec.name.find("expiry") != std::string::npos ? Century::nearest : Century::past;
}

void take(FieldResult& field, const std::string& rule, const Fit& fit) {
  field.checks.push_back({rule, true, fit.changes});
  field.text = fit.text;
  field.value = fit.text;
}

void refuse(FieldResult& field, const std::string& rule) {
  field.checks.push_back({rule, false, {}});
}

/// Dates of one document, whose layout may have to be guessed from all of them.
class DateRule {
 public:
  DateRule(std::vector<FieldResult>& fields, const Date& now) : now_(now) {
    for (FieldResult& field : fields) {
      if (field.spec.kind == "date" && !field.reading.chars.empty()) fields_.push_back(&field);
    }
  }

  void apply() {
    const DateLayout common = vote();
    for (FieldResult* field : fields_) {
      const bool known = !field->spec.format.empty();
      const DateLayout wanted = known ? field->spec.format : common;
      const auto printed = read_printed_date(field->text, wanted, century_of(*field), now_);
      if (printed) {
        keep(*field, *printed, wanted);
      } else if (const auto fit = known ? fit_known(*field) : guess(*field, common)) {
        change(*field, *fit);
      } else {
        refuse(*field, known ? "date:" + wanted : "date");
      }
    }
  }

 private:
  /// What is laid out as a date stays as it was read, the day may exist or not. Only separators
  /// that are in doubt become those that are wanted.
  void keep(FieldResult& field, const PrintedDate& printed, const DateLayout& wanted) const {
    const DateLayout layout = without_last_dot(printed.layout);
    if (printed.date && layout != without_last_dot(wanted)) {
      const auto fit = fit_layout(field, wanted, kAllInDoubt);
      if (fit && fit->date == *printed.date && is_in_doubt(fit->fit)) return change(field, *fit);
    }
    const std::string rule = "date:" + layout;
    if (!printed.date || (printed.roman && has_doubtful_stroke(field.reading)))
      return refuse(field, rule);
    if (!printed.roman) field.checks.push_back({rule, true, {}});  // else the form proves nothing
    field.value = to_iso(*printed.date);
    field.spec.format = printed.layout;
  }

  /// A stroke of a Roman figure that is not sure: the network may have seen one too few or too
  /// many, and the calendar has nothing to say against either.
  static bool has_doubtful_stroke(const Reading& reading) {
    return std::any_of(reading.chars.begin(), reading.chars.end(), [](const ReadChar& c) {
      return c.text.size() == 1 && std::strchr("IVXivx", c.text[0]) != nullptr &&
             c.confidence < kSureStroke;
    });
  }

  static bool is_in_doubt(const Fit& fit) {
    return std::all_of(fit.changes.begin(), fit.changes.end(), [](const RuleChange& change) {
      return change.cost <= kInDoubt && !change.to.empty();
    });
  }

  static void change(FieldResult& field, const DateFit& fit) {
    take(field, "date:" + without_last_dot(fit.layout), fit.fit);
    field.value = to_iso(fit.date);
    field.spec.format = fit.layout;
  }

  static DateLayout without_last_dot(DateLayout layout) {
    if (layout.ends_with('.')) layout.pop_back();
    return layout;
  }

  /// With a last dot or without one, as it was read.
  std::optional<DateFit> fit_layout(const FieldResult& field, const DateLayout& layout,
                                    double most) const {
    if (layout.find("mmm") != std::string::npos)
      return fit_named_date(field.reading, most, century_of(field), now_);
    auto fit = fit_date(field.reading, layout, most, century_of(field), now_);
    auto dotted = fit_date(field.reading, layout + ".", most, century_of(field), now_);
    return dotted && (!fit || dotted->fit.cost < fit->fit.cost) ? dotted : fit;
  }

  std::optional<DateFit> fit_known(const FieldResult& field) const {
    auto fit = fit_layout(field, field.spec.format, kMaxKnown);
    return fit ? fit : guess(field, field.spec.format);
  }

  double cost(const FieldResult& field, const DateLayout& layout) const {
    const auto fit = fit_layout(field, layout, kMaxGuessed);
    return fit ? fit->fit.cost : std::numeric_limits<double>::infinity();
  }

  /// The layout that suits the fields without a format best.
  DateLayout vote() const {
    DateLayout best;
    double least = std::numeric_limits<double>::infinity();
    for (const DateLayout& layout : common_date_layouts()) {
      double sum = 0;
      for (const FieldResult* field : fields_) {
        if (field->spec.format.empty()) sum += std::min(cost(*field, layout), kMaxVote);
      }
      if (sum >= least) continue;
      least = sum;
      best = layout;
    }
    return best;
  }

  std::optional<DateFit> guess(const FieldResult& field, const DateLayout& common) const {
    std::optional<DateFit> own =
        fit_named_date(field.reading, kMaxGuessed, century_of(field), now_);
    for (const DateLayout& layout : common_date_layouts()) {
      auto fit = fit_layout(field, layout, kMaxGuessed);
      if (fit && (!own || fit->fit.cost < own->fit.cost)) own = std::move(fit);
    }
    auto shared = common.empty() ? std::nullopt : fit_layout(field, common, kMaxGuessed);
    return shared && own && shared->fit.cost <= own->fit.cost + kForDocument ? shared : own;
  }

  const Date& now_;
  std::vector<FieldResult*> fields_;
};

/// Whether a format is a mask of a number: none of the letters that stand for something else.
bool is_number_mask(const std::string& format) {
  return !format.empty() && format.find_first_of("A9*") != std::string::npos &&
         format.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
}

void apply_number_mask(FieldResult& field) {
  Mask mask;
  for (const std::string& c : characters(field.spec.format)) {
    if (c == "A") {
      mask.push_back({MaskPlace::Kind::letter, ""});
    } else if (c == "9") {
      mask.push_back({MaskPlace::Kind::digit, ""});
    } else if (c == "*") {
      mask.push_back({MaskPlace::Kind::alphanumeric, ""});
    } else {
      mask.push_back({MaskPlace::Kind::literal, c});
    }
  }
  const std::string rule = "number:" + field.spec.format;
  const std::vector<Fit> fits = fit_mask(field.reading, mask, 1, Spaces::stay);
  if (!fits.empty() && fits[0].cost <= kMaxKnown) {
    take(field, rule, fits[0]);
  } else {
    refuse(field, rule);
  }
}

void apply_country(FieldResult& field) {
  if (is_country_code(field.text)) return field.checks.push_back({"country", true, {}});
  const MaskPlace letter{MaskPlace::Kind::letter, ""};
  for (const Fit& fit : fit_mask(field.reading, {letter, letter, letter}, kCodes)) {
    if (fit.cost > kMaxCode || !is_country_code(fit.text)) continue;
    take(field, "country", fit);
    return;
  }
  refuse(field, "country");
}

/// Each character from the alphabet; one that is not becomes its cheapest alternative that is.
void apply_alphabet(FieldResult& field) {
  const std::vector<std::string> alphabet = characters(field.spec.alphabet);
  const auto known = [&](const std::string& c) {
    return std::find(alphabet.begin(), alphabet.end(), c) != alphabet.end();
  };
  Fit fit;
  for (std::size_t i = 0; i < field.reading.chars.size(); ++i) {
    const ReadChar& read = field.reading.chars[i];
    if (known(read.text)) {
      fit.text += read.text;
      continue;
    }
    if (read.text == " ") {  // a gap is no character that an alphabet could lack
      fit.text += read.text;
      continue;
    }
    const auto other = std::find_if(read.alternatives.begin(), read.alternatives.end(),
                                    [&](const Alternative& a) { return known(a.text); });
    if (other == read.alternatives.end()) return refuse(field, "alphabet");
    const double cost =
        std::max(0.0, std::log(read.confidence / std::max(other->confidence, 1e-9)));
    fit.text += other->text;
    fit.cost += cost;
    fit.changes.push_back({static_cast<int>(i), read.text, other->text, cost});
  }
  if (fit.cost > kMaxKnown) return refuse(field, "alphabet");
  take(field, "alphabet", fit);
}

void apply_own_rule(FieldResult& field) {
  if (field.reading.chars.empty() || field.spec.kind == "mrz" || field.spec.kind == "date") return;
  if (field.spec.format == "country") return apply_country(field);
  const bool may_have_mask = field.spec.kind == "docnum" || field.spec.kind == "other";
  if (may_have_mask && is_number_mask(field.spec.format)) return apply_number_mask(field);
  if (!field.spec.alphabet.empty()) apply_alphabet(field);
}

}  // namespace

std::optional<MrzReading> apply_rules(std::vector<FieldResult>& fields, const Date& now) {
  for (FieldResult& field : fields) apply_own_rule(field);
  DateRule(fields, now).apply();
  std::optional<MrzReading> mrz;
  if (std::any_of(fields.begin(), fields.end(),
                  [](const FieldResult& field) { return field.spec.kind == "mrz"; }))
    mrz = apply_mrz_lines(fields, now);
  if (mrz && mrz->mrz.valid) compare_with_mrz(fields, mrz->mrz, now);
  return mrz;
}

}  // namespace nibble
