// Fields of driving licences by their numbers (naming.h).

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "recognizer/rules/caption_layout.h"
#include "recognizer/rules/naming.h"
#include "recognizer/rules/value_forms.h"

namespace nibble {
namespace {

struct Number {
  std::string_view mark;
  const char* name;
};
constexpr std::array<Number, 10> kNumbers = {{{"1", "surname"},
                                              {"2", "given_names"},
                                              {"3", "birth_date"},
                                              {"4a", "issue_date"},
                                              {"4b", "expiry_date"},
                                              {"4c", "authority"},
                                              {"4d", "personal_number"},
                                              {"5", "document_number"},
                                              {"8", "address"},
                                              {"9", "categories"}}};

// A number counts when what follows looks as its field does. So many make a licence, with a title
// and without one: captions of passports may be numbered from 1 on, and have no 4a and 4b.
constexpr std::size_t kLeastWithTitle = 1;
constexpr std::size_t kLeastMarks = 3;
constexpr double kBesideMark = 6;  // heights from a number that stands alone to its text
constexpr double kColumn = 5;      // heights that lines of a licence begin apart at most

/// A number at the start of a text.
struct Mark {
  const Number* number = nullptr;
  std::size_t length = 0;  ///< characters up to what it numbers
};

bool is_mark_end(char c) { return c == '.' || c == ',' || c == ')' || c == ':' || c == ' '; }

/// "4a. 01.01.2020", "1 DOE", "9.B"; of a 4 that was lost, "a. 01.01.2020".
std::optional<Mark> mark_of(const std::string& text) {
  std::string mark;
  std::size_t at = 0;
  if (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0)
    mark += text[at++];
  std::size_t letter = at;
  while (letter < text.size() && text[letter] == ' ') ++letter;
  if (letter < text.size() && (mark.empty() || mark == "4") && text[letter] >= 'a' &&
      text[letter] <= 'd') {
    if (mark.empty()) mark = "4";
    mark += text[letter];
    at = letter + 1;
  }
  if (at < text.size() && !is_mark_end(text[at])) return {};
  while (at < text.size() && is_mark_end(text[at])) ++at;
  for (const Number& number : kNumbers) {
    if (number.mark == mark) return Mark{&number, at};
  }
  return {};
}

class LicenceNames {
 public:
  explicit LicenceNames(Naming& naming) : naming_(naming) {}

  void name() {
    find_marks();
    if (!is_licence()) return;
    naming_.licence = true;
    for (const std::size_t mark : alone_) {
      naming_.pieces[mark].number = true;
      naming_.pieces[mark].used = true;
    }
    for (const Numbered& item : numbered_) {
      naming_.shorten(item.piece, item.cut);
      naming_.give(item.piece, item.number->name, "number", true, std::string(item.number->mark));
    }
    name_dates();
    name_birth_place();
    name_names();
    name_document_number();
  }

 private:
  struct Numbered {
    const Number* number = nullptr;
    std::size_t piece = 0;
    std::size_t cut = 0;  ///< characters of the number
  };

  void find_marks() {
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const auto mark = mark_of(naming_.pieces[i].text);
      if (!mark) continue;
      const std::string rest = naming_.pieces[i].text.substr(mark->length);
      if (rest.empty()) alone_.push_back(i);
      if (!rest.empty()) {
        add(*mark->number, i, mark->length, rest);
      } else if (const auto value = right_of(i)) {
        add(*mark->number, *value, 0, naming_.pieces[*value].text);
      }
    }
  }

  void add(const Number& number, std::size_t piece, std::size_t cut, const std::string& text) {
    if (!suits_field(number.name, text)) return;
    // A mark read twice is none: pictures have more than a licence on them.
    const auto same = std::find_if(numbered_.begin(), numbered_.end(),
                                   [&](const Numbered& n) { return n.number == &number; });
    if (same != numbered_.end()) {
      doubtful_.push_back(&number);
      return;
    }
    numbered_.push_back({&number, piece, cut});
  }

  std::optional<std::size_t> right_of(std::size_t piece) const {
    std::optional<std::size_t> best;
    double least = kBesideMark;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const TextOffset o = offset_of(naming_.pieces[piece].quad, naming_.pieces[i].quad);
      if (i == piece || !o.parallel || std::abs(o.down) > 0.6 || o.behind < -0.3 ||
          o.behind > least)
        continue;
      least = o.behind;
      best = i;
    }
    return best;
  }

  bool is_licence() {
    const bool title =
        std::any_of(naming_.captions.begin(), naming_.captions.end(),
                    [](const CaptionPlace& place) { return place.caption.name == kLicenceTitle; });
    std::erase_if(numbered_, [&](const Numbered& n) {
      return std::find(doubtful_.begin(), doubtful_.end(), n.number) != doubtful_.end();
    });
    titled_ = title;
    const bool dated = std::any_of(numbered_.begin(), numbered_.end(), [](const Numbered& n) {
      return n.number->mark == "4a" || n.number->mark == "4b";
    });
    return title ? numbered_.size() >= kLeastWithTitle : dated && numbered_.size() >= kLeastMarks;
  }

  /// The dates of a licence are three, in the order of birth, issue and expiry.
  void name_dates() {
    struct Dated {
      Date day;
      std::size_t piece = 0;
    };
    std::vector<Dated> dates;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const auto day = day_of(naming_.pieces[i].text, naming_.now);
      if (day) dates.push_back({*day, i});
    }
    std::sort(dates.begin(), dates.end(),
              [](const Dated& a, const Dated& b) { return a.day < b.day; });
    if (dates.size() != 3 || dates[0].day.year + 14 > dates[1].day.year ||
        dates[1].day == dates[2].day)
      return;
    const std::array<const char*, 3> names = {"birth_date", "issue_date", "expiry_date"};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string& has = naming_.pieces[dates[i].piece].name;
      if (!has.empty() && has != names[i]) return;
    }
    for (std::size_t i = 0; i < 3; ++i) naming_.give(dates[i].piece, names[i], "number", true);
  }

  /// What stands behind the date of birth.
  void name_birth_place() {
    const auto birth = naming_.named("birth_date");
    const auto place = birth ? right_of(*birth) : std::nullopt;
    if (!place || naming_.pieces[*place].line != naming_.pieces[*birth].line) {
      if (!place || naming_.pieces[*place].text.size() < 3) return;
    }
    if (suits_field("birth_place", naming_.pieces[*place].text))
      naming_.give(*place, "birth_place", "number", true);
  }

  /// The pieces of the licence's column above (`sign` -1) or below one (1), the nearest first.
  std::vector<std::size_t> column(std::size_t from, int sign, double reach) const {
    if (sign > 0) return naming_.column(from, 0.6, reach, kColumn, 1.7);
    std::vector<std::size_t> pieces = naming_.column(from, -reach, -0.6, kColumn, 1.7);
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
  }

  /// The two names above the date of birth: each is known by its number, or the other one is; under
  /// a licence's title the only two.
  void name_names() {
    const auto birth = naming_.named("birth_date");
    if (!birth) return;
    std::vector<std::size_t> names;
    for (const std::size_t i : column(*birth, -1, 8)) {
      if (is_like_name(naming_.pieces[i].text)) names.push_back(i);
    }
    if (names.size() < 2) return;
    const auto given = naming_.named("given_names");
    const auto surname = naming_.named("surname");
    const bool two = titled_ && names.size() == 2 && !given && !surname;
    if (two || (given ? *given == names[0] : surname && *surname == names[1])) {
      naming_.give(names[0], "given_names", "number", true);
      naming_.give(names[1], "surname", "number", true);
    }
  }

  /// The number below the dates, where there is only one.
  void name_document_number() {
    const auto birth = naming_.named("birth_date");
    if (!birth || naming_.named("document_number")) return;
    std::vector<std::size_t> numbers;
    for (const std::size_t i : column(*birth, 1, 8)) {
      if (!naming_.pieces[i].used && is_like_number(naming_.pieces[i].text)) numbers.push_back(i);
    }
    if (numbers.size() == 1) naming_.give(numbers[0], "document_number", "number", false);
  }

  Naming& naming_;
  bool titled_ = false;  ///< as a driving licence
  std::vector<Numbered> numbered_;
  std::vector<const Number*> doubtful_;
  std::vector<std::size_t> alone_;  ///< numbers without a text in their line
};

}  // namespace

void name_by_number(Naming& naming) { LicenceNames(naming).name(); }

}  // namespace nibble
