#include "recognizer/mrz/search.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <string_view>

#include "recognizer/mrz/countries.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxChoices = 10;
// A code that is none may be so: those of fictional countries, misprints. Only this much is paid
// for one that is.
constexpr double kMaxForKnown = 3;
constexpr double kMaxForDate = 14;

/// What one to three positions could hold together.
struct Choice {
  std::string text;
  double cost = 0;
};

struct Unit {
  const MrzElement* element = nullptr;
  int line = 0;
  int begin = 0;
  std::vector<Choice> choices;  ///< cheapest first
};

using Filter = std::function<bool(const std::string&)>;

bool is_number_up_to(const std::string& text, int most) {
  if (text == "<<" || text == "00") return true;
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
    return false;
  return (text[0] - '0') * 10 + (text[1] - '0') <= most;
}

bool is_month(const std::string& text) { return is_number_up_to(text, 12); }
bool is_day(const std::string& text) { return is_number_up_to(text, 31); }

bool is_known_code(const std::string& text) {
  const std::size_t end = text.find_last_not_of('<') + 1;
  const std::string_view code = std::string_view(text).substr(0, end);
  return code.empty() || is_country_code(code) || is_former_country_code(code);
}

/// All ways to fill the positions, the cheapest of those that pass the filter; of all when none
/// does that costs at most `most` more than the cheapest.
std::vector<Choice> combine(const std::vector<MrzPlace>& places, int begin, int length,
                            const Filter& filter, double most) {
  std::vector<Choice> choices = {{"", 0}};
  for (int i = begin; i < begin + length; ++i) {
    std::vector<Choice> longer;
    for (const Choice& choice : choices) {
      for (const MrzOption& option : places.at(static_cast<std::size_t>(i)).options)
        longer.push_back({choice.text + option.c, choice.cost + option.cost});
    }
    choices = std::move(longer);
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
  const double limit = choices[0].cost + most;
  const auto passes = [&](const Choice& choice) {
    return choice.cost <= limit && filter(choice.text);
  };
  if (filter && std::any_of(choices.begin(), choices.end(), passes))
    std::erase_if(choices, [&](const Choice& choice) { return !filter(choice.text); });
  if (choices.size() > kMaxChoices) choices.resize(kMaxChoices);
  return choices;
}

std::vector<Unit> make_units(const MrzLayout& layout, const std::vector<MrzAlignment>& lines) {
  std::vector<Unit> units;
  for (const MrzElement& element : layout.elements) {
    const std::vector<MrzPlace>& places =
        lines.at(static_cast<std::size_t>(element.span.line)).places;
    const auto add = [&](int begin, int length, const Filter& filter, double most) {
      units.push_back(
          {&element, element.span.line, begin, combine(places, begin, length, filter, most)});
    };
    const std::string_view name = element.name;
    const bool has_month = element.cls == MrzClass::date || name == "issue_month";
    if (name == "issuer" || name == "nationality") {
      add(element.span.begin, 3, is_known_code, kMaxForKnown);
      continue;
    }
    for (int i = 0; i < element.span.length; ++i) {
      const bool pair = has_month && (i == 2 || i == 4);
      add(element.span.begin + i, pair ? 2 : 1,
          pair ? Filter(i == 2 ? is_month : is_day) : Filter(), kMaxForDate);
      if (pair) ++i;
    }
  }
  return units;
}

std::vector<std::string> empty_lines(const MrzLayout& layout) {
  return std::vector<std::string>(static_cast<std::size_t>(layout.lines),
                                  std::string(static_cast<std::size_t>(layout.length), '<'));
}

void put(std::vector<std::string>& lines, const Unit& unit, const std::string& text) {
  lines.at(static_cast<std::size_t>(unit.line))
      .replace(static_cast<std::size_t>(unit.begin), text.size(), text);
}

/// What a position counts for.
struct Role {
  int weight = 0;     ///< in the check digit of its element
  int composite = 0;  ///< in the composite one
  bool digit = false;
  bool composite_digit = false;
};

/// Cheapest way to fill positions one after the other such that every check digit matches: a state
/// is what the two running sums are modulo 10, and each keeps its `count` best.
class Search {
 public:
  Search(const MrzLayout& layout, std::vector<Unit> units, const MrzSolution& first,
         std::size_t count)
      : units_(std::move(units)), first_(first), count_(count) {
    for (int line = 0; line < layout.lines; ++line)
      roles_.emplace_back(static_cast<std::size_t>(layout.length));
    const std::vector<MrzCheckRule> rules = mrz_checks(layout, first.lines);
    for (const MrzCheckRule& rule : rules) add_rule(rule);
    for (const MrzCheckRule& rule : rules) add_order(rule);
  }

  std::vector<MrzSolution> run() {
    layers_.emplace_back();
    layers_[0][0].push_back({});
    for (const std::size_t unit : order_) advance(units_[unit]);
    std::vector<MrzSolution> solutions;
    const std::vector<Entry>& ends = layers_.back()[0];
    for (std::size_t i = 0; i < ends.size(); ++i) solutions.push_back(trace(i));
    return solutions;
  }

 private:
  struct Entry {
    double cost = 0;
    int state = 0;  ///< before
    std::size_t index = 0;
    std::size_t choice = 0;
  };
  using Layer = std::array<std::vector<Entry>, 100>;  // 10 * own sum + composite sum

  Role& role(int line, int position) {
    return roles_.at(static_cast<std::size_t>(line)).at(static_cast<std::size_t>(position));
  }

  void add_rule(const MrzCheckRule& rule) {
    const bool composite = rule.name == "composite";
    std::size_t i = 0;
    for (const MrzSpan& span : rule.data) {
      for (int p = span.begin; p < span.begin + span.length; ++p, ++i) {
        (composite ? role(span.line, p).composite : role(span.line, p).weight) = mrz_weight(i);
      }
    }
    (composite ? role(rule.line, rule.position).composite_digit
               : role(rule.line, rule.position).digit) = true;
    const std::string data = mrz_text(first_.lines, rule.data);
    if (data.find_first_not_of('<') != std::string::npos) forbid_filler(rule.line, rule.position);
  }

  std::size_t unit_of(int line, int position) const {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      const Unit& unit = units_[i];
      const int length = static_cast<int>(unit.choices[0].text.size());
      if (unit.line == line && position >= unit.begin && position < unit.begin + length) return i;
    }
    return units_.size();
  }

  void forbid_filler(int line, int position) {
    std::vector<Choice>& choices = units_[unit_of(line, position)].choices;
    if (choices.size() > 1)
      std::erase_if(choices, [](const Choice& choice) { return choice.text == "<"; });
  }

  void add_order(const MrzCheckRule& rule) {
    const auto add = [&](int line, int position) {
      const std::size_t unit = unit_of(line, position);
      if (std::find(order_.begin(), order_.end(), unit) == order_.end()) order_.push_back(unit);
    };
    for (const MrzSpan& span : rule.data) {
      for (int p = span.begin; p < span.begin + span.length; ++p) add(span.line, p);
    }
    add(rule.line, rule.position);
  }

  /// The state after these characters, -1 where a check digit does not match.
  int next_state(const Unit& unit, const std::string& text, int state) {
    int own = state / 10;
    int composite = state % 10;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const Role& r = role(unit.line, unit.begin + static_cast<int>(i));
      const int value = mrz_value(text[i]);
      if (r.digit && value != own) return -1;
      own = r.digit ? 0 : (own + value * r.weight) % 10;
      if (r.composite_digit && value != composite) return -1;
      composite = r.composite_digit ? 0 : (composite + value * r.composite) % 10;
    }
    return own * 10 + composite;
  }

  void advance(const Unit& unit) {
    const Layer& from = layers_.back();
    Layer to;
    for (int state = 0; state < 100; ++state) {
      const std::vector<Entry>& entries = from[static_cast<std::size_t>(state)];
      for (std::size_t c = 0; c < unit.choices.size() && !entries.empty(); ++c) {
        const int next = next_state(unit, unit.choices[c].text, state);
        if (next < 0) continue;
        for (std::size_t i = 0; i < entries.size(); ++i)
          keep(to[static_cast<std::size_t>(next)],
               {entries[i].cost + unit.choices[c].cost, state, i, c});
      }
    }
    layers_.push_back(std::move(to));
  }

  void keep(std::vector<Entry>& entries, const Entry& entry) const {
    const auto place =
        std::upper_bound(entries.begin(), entries.end(), entry,
                         [](const Entry& a, const Entry& b) { return a.cost < b.cost; });
    if (static_cast<std::size_t>(place - entries.begin()) >= count_) return;
    entries.insert(place, entry);
    if (entries.size() > count_) entries.pop_back();
  }

  MrzSolution trace(std::size_t index) const {
    MrzSolution solution = first_;
    int state = 0;
    for (std::size_t step = order_.size(); step > 0; --step) {
      const Entry& entry = layers_[step][static_cast<std::size_t>(state)][index];
      const Unit& unit = units_[order_[step - 1]];
      solution.cost += unit.choices[entry.choice].cost - cost_in_first(unit);
      put(solution.lines, unit, unit.choices[entry.choice].text);
      state = entry.state;
      index = entry.index;
    }
    return solution;
  }

  double cost_in_first(const Unit& unit) const {
    const std::size_t size = unit.choices[0].text.size();
    const std::string text = first_.lines.at(static_cast<std::size_t>(unit.line))
                                 .substr(static_cast<std::size_t>(unit.begin), size);
    const auto same = std::find_if(unit.choices.begin(), unit.choices.end(),
                                   [&](const Choice& choice) { return choice.text == text; });
    return same == unit.choices.end() ? 0 : same->cost;
  }

  std::vector<Unit> units_;
  const MrzSolution& first_;
  std::size_t count_;
  std::vector<std::vector<Role>> roles_;
  std::vector<std::size_t> order_;
  std::vector<Layer> layers_;
};

}  // namespace

MrzSolution cheapest_lines(const MrzLayout& layout, const std::vector<MrzAlignment>& lines) {
  MrzSolution solution{empty_lines(layout), 0};
  for (const Unit& unit : make_units(layout, lines)) {
    put(solution.lines, unit, unit.choices[0].text);
    solution.cost += unit.choices[0].cost;
  }
  return solution;
}

std::vector<MrzSolution> matching_lines(const MrzLayout& layout,
                                        const std::vector<MrzAlignment>& lines,
                                        const MrzSolution& first, std::size_t count) {
  return Search(layout, make_units(layout, lines), first, count).run();
}

std::vector<MrzDoubt> unchecked_doubts(const MrzLayout& layout,
                                       const std::vector<MrzAlignment>& lines) {
  std::vector<std::string> covered = empty_lines(layout);
  const auto cover = [&](const MrzSpan& span) {
    for (int p = span.begin; p < span.begin + span.length; ++p)
      covered.at(static_cast<std::size_t>(span.line)).at(static_cast<std::size_t>(p)) = 'X';
  };
  for (const MrzCheckRule& rule : layout.checks) {
    for (const MrzSpan& span : rule.data) cover(span);
    cover({rule.line, rule.position, 1});
  }
  std::vector<MrzDoubt> doubts;
  for (const Unit& unit : make_units(layout, lines)) {
    if (covered.at(static_cast<std::size_t>(unit.line)).at(static_cast<std::size_t>(unit.begin)) ==
        'X')
      continue;
    const double margin = unit.choices.size() > 1 ? unit.choices[1].cost - unit.choices[0].cost
                                                  : std::numeric_limits<double>::infinity();
    const std::string name = unit.element->name;
    const auto known = std::find_if(doubts.begin(), doubts.end(),
                                    [&](const MrzDoubt& doubt) { return doubt.element == name; });
    if (known == doubts.end()) {
      doubts.push_back({name, margin});
    } else {
      known->margin = std::min(known->margin, margin);
    }
  }
  return doubts;
}

}  // namespace nibble
