// Fields by their form, where a document leaves no choice (naming.h).

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "recognizer/rules/caption_layout.h"
#include "recognizer/rules/naming.h"
#include "recognizer/rules/value_forms.h"

namespace nibble {
namespace {

// No document is issued for longer, so a date this much earlier than another is one of birth.
constexpr int kLongestValidity = 16;
// A document runs out a whole number of years after its issue, or on the eve.
constexpr int kDaysOff = 2;
constexpr std::size_t kLongestNumber = 10;  // 9, and a space
constexpr double kColumn = 1.2;             // heights that texts of a column begin apart
constexpr double kReach = 14;               // heights down to what stands in the same column
constexpr double kAround = 25;              // heights to what belongs to the same document

int days_between(const Date& from, const Date& to) {
  using namespace std::chrono;
  const auto days = [](const Date& d) {
    return sys_days(year(d.year) / month(static_cast<unsigned>(d.month)) /
                    day(static_cast<unsigned>(d.day)));
  };
  return static_cast<int>((days(to) - days(from)).count());
}

bool is_validity(const Date& issue, const Date& expiry) {
  for (int years = 1; years <= kLongestValidity; ++years) {
    const int days = days_between(issue, expiry);
    if (std::abs(days - static_cast<int>(std::lround(365.2425 * years))) <= kDaysOff) return true;
  }
  return false;
}

class FormNames {
 public:
  explicit FormNames(Naming& naming) : naming_(naming) {}

  void name() {
    name_dates();
    if (naming_.licence) return;
    name_personal_number();
    name_names();
    name_marks();
    name_between();
    name_only_expiry();
    name_document_number();
  }

 private:
  struct Dated {
    Date day;
    std::size_t piece = 0;
  };

  /// The days on the document, each once.
  std::vector<Dated> dates() const {
    std::vector<Dated> list;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const auto day = day_of(naming_.pieces[i].text, naming_.now);
      if (day) list.push_back({*day, i});
    }
    std::sort(list.begin(), list.end(),
              [](const Dated& a, const Dated& b) { return a.day < b.day; });
    return list;
  }

  bool may_be(std::size_t piece, const std::string& name) const {
    const std::string& has = naming_.pieces[piece].name;
    if (!has.empty()) return has == name;
    return !naming_.pieces[piece].used && !naming_.named(name);
  }

  void give(std::size_t piece, const std::string& name) {
    naming_.give(piece, name, "form", false);
  }

  /// Birth, issue and expiry by their order, and by the whole years from issue to expiry.
  void name_dates() {
    const std::vector<Dated> days = dates();
    if (days.size() == 3 && is_validity(days[1].day, days[2].day) &&
        days[0].day.year + 1 < days[1].day.year && may_be(days[0].piece, "birth_date") &&
        may_be(days[1].piece, "issue_date") && may_be(days[2].piece, "expiry_date")) {
      give(days[0].piece, "birth_date");
      give(days[1].piece, "issue_date");
      give(days[2].piece, "expiry_date");
    } else if (days.size() == 2 && days[0].day.year + kLongestValidity < days[1].day.year &&
               may_be(days[0].piece, "birth_date")) {
      give(days[0].piece, "birth_date");
    }
  }

  /// National numbers in which the date of birth stands at the beginning.
  void name_personal_number() {
    const auto birth = naming_.named("birth_date");
    const auto day = birth ? day_of(naming_.pieces[*birth].text, naming_.now) : std::nullopt;
    if (!day) return;
    std::string iso = to_iso(*day);
    std::erase(iso, '-');
    const std::string short_iso = iso.substr(2);
    const std::string day_first = iso.substr(6, 2) + iso.substr(4, 2) + iso.substr(2, 2);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      if (naming_.pieces[i].used || !is_like_number(naming_.pieces[i].text)) continue;
      std::string digits;
      for (const unsigned char c : naming_.pieces[i].text) {
        if (std::isdigit(c) != 0) digits += static_cast<char>(c);
      }
      if (digits.size() < 9 || digits.size() > 13) continue;
      if (!digits.starts_with(iso) && !digits.starts_with(short_iso) &&
          !digits.starts_with(day_first) && !digits.substr(1).starts_with(short_iso))
        continue;
      if (found) return;
      found = i;
    }
    if (found) give(*found, "personal_number");
  }

  std::vector<std::size_t> column(std::size_t from, double least, double most) const {
    return naming_.column(from, least, most, kColumn, 1.5);
  }

  /// Surname and given names in this order right above the date of birth, as Doc 9303 has them,
  /// if nothing else stands there that could be one; on passports the nationality stands between.
  void name_names() {
    const auto birth = naming_.named("birth_date");
    if (!birth || naming_.named("surname") || naming_.named("given_names")) return;
    std::vector<std::size_t> names;
    for (const std::size_t i : column(*birth, -kReach, -0.6)) {
      if (naming_.pieces[i].used || !is_like_name(naming_.pieces[i].text)) return;
      names.push_back(i);
    }
    if (has_passport_title()) {
      if (names.size() != 3) return;
      give(names[2], "nationality");
      give(names[1], "given_names");
      return give(names[0], "surname");
    }
    if (names.size() != 2) return;
    const double first = offset_of(naming_.pieces[*birth].quad, naming_.pieces[names[0]].quad).down;
    const double second =
        offset_of(naming_.pieces[*birth].quad, naming_.pieces[names[1]].quad).down;
    if (std::abs(first - 2 * second) > 0.35 * std::abs(second)) return;
    give(names[0], "surname");
    give(names[1], "given_names");
  }

  bool has_passport_title() const {
    return std::any_of(
        naming_.captions.begin(), naming_.captions.end(),
        [](const CaptionPlace& place) { return place.caption.name == kPassportTitle; });
  }

  bool belongs(std::size_t piece) const {
    const auto birth = naming_.named("birth_date");
    if (!birth) return false;
    const TextOffset o = offset_of(naming_.pieces[*birth].quad, naming_.pieces[piece].quad);
    return o.parallel && std::abs(o.down) < kReach && o.behind < kAround && o.before < kAround;
  }

  /// A sex and a nationality in two languages have a form that nothing else has.
  void name_marks() {
    name_only("sex", is_double_sex);
    name_only("nationality", is_coded_country);
  }

  void name_only(const std::string& name, bool (*is)(const std::string&)) {
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      if (naming_.pieces[i].used || !is(naming_.pieces[i].text) || !belongs(i)) continue;
      if (only) return;
      only = i;
    }
    if (only) give(*only, name);
  }

  /// Passports have the nationality between the names and the date of birth and the place of birth
  /// below the date (Doc 9303 part 4, the order of the data page).
  void name_between() {
    const auto given = naming_.named("given_names");
    const auto birth = naming_.named("birth_date");
    const bool passport =
        has_passport_title() || (naming_.zone != nullptr && naming_.zone->format == MrzFormat::td3);
    if (!passport || !given || !birth) return;
    const double gap = offset_of(naming_.pieces[*birth].quad, naming_.pieces[*given].quad).down;
    const std::vector<std::size_t> between = column(*birth, gap + 0.6, -0.6);
    if (between.size() == 1 && is_like_name(naming_.pieces[between[0]].text))
      give(between[0], "nationality");
    const auto issue = naming_.named("issue_date");
    if (!issue) return;
    const double end = offset_of(naming_.pieces[*birth].quad, naming_.pieces[*issue].quad).down;
    const std::vector<std::size_t> below = column(*birth, 0.6, end - 0.6);
    if (below.size() == 1 && is_like_name(naming_.pieces[below[0]].text))
      give(below[0], "birth_place");
  }

  /// Doc 9303 asks for the date of expiry on a card and leaves that of issue free: of two dates,
  /// the one that is not the birth's is the expiry's on a document of a person.
  void name_only_expiry() {
    const std::vector<Dated> days = dates();
    const bool person = naming_.named("surname") || naming_.named("sex");
    // Where captions were read, that of a date that was not may well be the other one's.
    const bool captions = std::any_of(naming_.pieces.begin(), naming_.pieces.end(),
                                      [](const ValuePiece& p) { return p.source == "caption"; });
    const auto unread = std::count_if(
        naming_.pieces.begin(), naming_.pieces.end(),
        [&](const ValuePiece& p) { return is_like_date(p.text) && !day_of(p.text, naming_.now); });
    if (days.size() != 2 || !person || captions || unread > 0 || naming_.named("issue_date") ||
        naming_.named("expiry_date") || naming_.pieces[days[0].piece].name != "birth_date")
      return;
    if (belongs(days[1].piece)) give(days[1].piece, "expiry_date");
  }

  /// The only number on a document of a person, no longer than Doc 9303 allows.
  void name_document_number() {
    if (naming_.named("document_number") || !naming_.named("expiry_date")) return;
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      if (naming_.pieces[i].used || !is_like_number(naming_.pieces[i].text) || !belongs(i))
        continue;
      if (only) return;
      only = i;
    }
    if (only && naming_.pieces[*only].text.size() <= kLongestNumber) give(*only, "document_number");
  }

  Naming& naming_;
};

}  // namespace

void name_by_form(Naming& naming) { FormNames(naming).name(); }

void check_dates(Naming& naming) {
  const auto contradicts = [&](const char* name, const auto& may_stand) {
    const auto named = naming.named(name);
    const auto day = named ? day_of(naming.pieces[*named].text, naming.now) : std::nullopt;
    if (!day) return;
    for (const ValuePiece& piece : naming.pieces) {
      const auto other = day_of(piece.text, naming.now);
      if (!other || may_stand(*other, *day)) continue;
      naming.pieces[*named].name.clear();
      naming.pieces[*named].used = false;
      return;
    }
  };
  contradicts("birth_date", [](const Date& other, const Date& day) { return other >= day; });
  contradicts("expiry_date", [](const Date& other, const Date& day) { return other <= day; });
}

}  // namespace nibble
