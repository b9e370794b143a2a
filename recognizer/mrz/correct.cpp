#include "recognizer/mrz/correct.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "recognizer/mrz/countries.h"
#include "recognizer/mrz/search.h"

namespace nibble {
namespace {

// Costs are natural logarithms of ratios of probabilities. A zone whose check digits need less
// likely characters than this is left as it is.
constexpr double kMaxCorrection = 14;
// Corrections closer than this are taken as equally likely: the network is surer of itself than it
// should be.
constexpr double kAmbiguous = 1.5;
// The same for a character that no check digit covers.
constexpr double kDoubtful = 1.0;
constexpr double kDoubtfulCode = 3.0;  // that is no country's
// Fillers where the characters' spacing speaks against one, and characters removed without an
// alternative, cost more than this.
constexpr double kUnexplained = 4;
constexpr std::size_t kSolutions = 6;
constexpr std::size_t kMaxLengthDifference = 8;

/// A format that the readings could be of.
struct Candidate {
  MrzReading reading;
  double cost = 0;  ///< by which formats are compared
};

std::size_t length_difference(const std::vector<Reading>& lines, const MrzLayout& layout) {
  std::size_t most = 0;
  for (const Reading& line : lines) {
    const auto difference = std::abs(static_cast<long>(line.chars.size()) - layout.length);
    most = std::max(most, static_cast<std::size_t>(difference));
  }
  return most;
}

/// The changes of length and, position by position, what is not as it was read.
std::vector<MrzChange> list_changes(const std::vector<MrzAlignment>& lines,
                                    const std::vector<std::string>& text) {
  std::vector<MrzChange> changes;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    changes.insert(changes.end(), lines[line].changes.begin(), lines[line].changes.end());
    for (std::size_t i = 0; i < text[line].size(); ++i) {
      const MrzPlace& place = lines[line].places[i];
      const std::string now(1, text[line][i]);
      if (place.raw.empty() || place.raw == now) continue;
      const auto option = std::find_if(place.options.begin(), place.options.end(),
                                       [&](const MrzOption& o) { return o.c == now[0]; });
      changes.push_back({static_cast<int>(line), static_cast<int>(i), place.raw, now,
                         option == place.options.end() ? 0 : option->cost});
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const MrzChange& a, const MrzChange& b) {
    return std::pair(a.line, a.position) < std::pair(b.line, b.position);
  });
  return changes;
}

std::string differing_element(const Mrz& a, const Mrz& b) {
  for (const MrzElement& element : mrz_layout(a.format).elements) {
    if (mrz_text(a.lines, {element.span}) != mrz_text(b.lines, {element.span})) return element.name;
  }
  return "lines";
}

class Corrector {
 public:
  Corrector(const std::vector<Reading>& lines, MrzFormat format, const Date& now)
      : layout_(mrz_layout(format)), now_(now) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      auto aligned = align_mrz_line(lines[i], layout_, static_cast<int>(i));
      if (!aligned) return;
      cost_ += aligned->cost;
      lines_.push_back(std::move(*aligned));
    }
  }

  std::optional<Candidate> correct() {
    if (lines_.size() != static_cast<std::size_t>(layout_.lines)) return std::nullopt;
    const MrzSolution first = cheapest_lines(layout_, lines_);
    if (mrz_format(first.lines) != layout_.format) return std::nullopt;
    Candidate candidate;
    MrzReading& reading = candidate.reading;
    reading.mrz = parse_mrz(first.lines, layout_.format, now_);
    choose(first, reading);
    warn_of_doubts(reading);
    reading.changes = list_changes(lines_, reading.mrz.lines);
    for (const MrzChange& change : reading.changes) reading.cost += change.cost;
    // Specimens with invented codes print invented check digits too, which prove no correction.
    if (reading.cost > kDoubtfulCode && has_unknown_code(reading.mrz))
      reading.warnings.emplace_back(
          "lines: corrected, though they have a code that is no country's");
    if (!reading.warnings.empty()) reading.mrz.valid = false;
    warn_of_oddities(reading);
    candidate.cost = cost_ - (reading.mrz.checks_ok ? kMaxCorrection : 0);
    return candidate;
  }

 private:
  /// Takes the cheapest zone that is right in all that can be checked, if there is one that is
  /// cheap enough.
  void choose(const MrzSolution& first, MrzReading& reading) const {
    std::optional<MrzSolution> best;
    for (const MrzSolution& solution : matching_lines(layout_, lines_, first, kSolutions)) {
      if (solution.cost - first.cost > kMaxCorrection) break;
      const Mrz mrz = parse_mrz(solution.lines, layout_.format, now_);
      if (!mrz.valid) continue;
      if (best) {
        if (solution.cost - best->cost < kAmbiguous) {
          const std::string element = differing_element(reading.mrz, mrz);
          reading.warnings.push_back(
              element + ": another reading is about as likely and its check digits match too");
        }
        return;
      }
      best = solution;
      reading.mrz = mrz;
    }
  }

  void warn_of_doubts(MrzReading& reading) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto& changes = lines_[i].changes;
      if (std::none_of(changes.begin(), changes.end(),
                       [](const MrzChange& change) { return change.cost > kUnexplained; }))
        continue;
      reading.warnings.push_back("line " + std::to_string(i + 1) +
                                 ": has not the right number of characters");
    }
    for (const MrzDoubt& doubt : unchecked_doubts(layout_, lines_)) {
      if (doubt.margin < least_margin(doubt.element, reading.mrz))
        reading.warnings.push_back(doubt.element +
                                   ": a character is in doubt and no check digit covers it");
    }
  }

  static bool is_code(const std::string& element) {
    return element == "issuer" || element == "nationality";
  }

  static bool is_unknown(const std::string& code) {
    return !code.empty() && !is_country_code(code) && !is_former_country_code(code);
  }

  bool has_unknown_code(const Mrz& mrz) const {
    return std::any_of(layout_.elements.begin(), layout_.elements.end(), [&](const auto& element) {
      return element.cls == MrzClass::letter && is_code(element.name) &&
             is_unknown(mrz.value(element.name));
    });
  }

  /// A code that is none is rather misread.
  static double least_margin(const std::string& element, const Mrz& mrz) {
    const std::string code = mrz.value(element);
    const bool unknown =
        is_code(element) && !is_country_code(code) && !is_former_country_code(code);
    return unknown ? kDoubtfulCode : kDoubtful;
  }

  /// What is unusual and yet printed so on some documents.
  void warn_of_oddities(MrzReading& reading) const {
    for (const MrzElement& element : layout_.elements) {
      const std::string name = element.name;
      const std::string text = mrz_text(reading.mrz.lines, {element.span});
      if (element.cls == MrzClass::letter && is_code(name)) {
        const std::string code = reading.mrz.value(name);
        if (code.empty()) {
          reading.warnings.push_back(name + ": there is none");
        } else if (is_former_country_code(code)) {
          reading.warnings.push_back(name + ": " + code + " is no longer a country's code");
        } else if (!is_country_code(code)) {
          reading.warnings.push_back(name + ": " + code + " is no country's code");
        }
      }
      const bool is_name = element.cls == MrzClass::name && name != "document_code";
      if (is_name && text.find_first_of("0123456789") != std::string::npos)
        reading.warnings.push_back(name + ": has figures");
    }
  }

  const MrzLayout& layout_;
  const Date& now_;
  std::vector<MrzAlignment> lines_;
  double cost_ = 0;
};

}  // namespace

std::optional<MrzReading> correct_mrz(const std::vector<Reading>& lines, const Date& now) {
  std::optional<Candidate> best;
  for (const MrzFormat format : mrz_formats(static_cast<int>(lines.size()))) {
    if (length_difference(lines, mrz_layout(format)) > kMaxLengthDifference) continue;
    auto candidate = Corrector(lines, format, now).correct();
    // A single line is a zone only if it proves to be one.
    if (candidate && lines.size() == 1 && !candidate->reading.mrz.checks_ok) continue;
    if (candidate && (!best || candidate->cost < best->cost)) best = std::move(candidate);
  }
  return best ? std::optional(std::move(best->reading)) : std::nullopt;
}

std::optional<MrzReading> plain_mrz(const std::vector<Reading>& lines, const Date& now) {
  std::vector<std::string> text;
  for (const Reading& line : lines) text.push_back(line.text);
  const auto format = mrz_format(text);
  if (!format) return std::nullopt;
  return MrzReading{parse_mrz(text, *format, now), {}, 0, {}};
}

}  // namespace nibble
