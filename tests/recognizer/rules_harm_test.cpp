// Rules never harm: what was read rightly and surely stays as it is, in whatever way it is printed.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "recognizer/rules/fit.h"
#include "recognizer/rules/rules.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

const Date kNow{2026, 6, 15};

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int end) { return static_cast<int>(engine_() % static_cast<unsigned>(end)); }
  int between(int first, int last) { return first + below(last - first + 1); }
  template <class List>
  const auto& pick(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }

 private:
  std::mt19937 engine_;
};

/// What a network may take a character for, "" for nothing.
std::vector<std::string> others_of(const std::string& c) {
  if (c == ".") return {" ", ",", "", "-"};
  if (c == " ") return {"", ".", "-"};
  if (c == "0") return {"O", "D", "8", "6"};
  if (c == "1") return {"I", "7", "l", ""};
  if (c == "5") return {"S", "6", "3"};
  if (c == "8") return {"B", "3", "6", "9"};
  if (c == "O") return {"0", "Q", "D"};
  if (c == "I") return {"1", "l", "J", ""};
  if (c == "/") return {"1", "I", " "};
  return {"3", "1", "E", ".", ""};
}

/// A sure reading: the alternatives of a character are less likely than a fiftieth.
Reading sure(Dice& dice, const std::string& text) {
  Reading reading;
  reading.text = text;
  reading.confidence = 0.95;
  for (const std::string& c : characters(text)) {
    ReadChar read{c, 0.97 + 0.0299 * dice.below(1000) / 1000, 0, 0, {}};
    double left = 0.018;
    for (const std::string& other : others_of(c)) {
      if (other != c) read.alternatives.push_back({other, left});
      left /= dice.between(2, 30);
    }
    reading.chars.push_back(read);
  }
  return reading;
}

FieldResult field_of(Dice& dice, const std::string& kind, const std::string& text,
                     const std::string& format = "", const std::string& name = "field01") {
  FieldResult result;
  result.spec.name = name;
  result.spec.kind = kind;
  result.spec.format = format;
  result.spec.quad = rectangle(100, 20);
  result.reading = sure(dice, text);
  result.text = text;
  result.value = text;
  return result;
}

std::string padded(int value, std::size_t digits) {
  std::string text = std::to_string(value);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

constexpr std::array<const char*, 12> kRoman = {"I",   "II",   "III", "IV", "V",  "VI",
                                                "VII", "VIII", "IX",  "X",  "XI", "XII"};
constexpr std::array<std::array<const char*, 12>, 5> kNames = {
    {{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
     {"JAN/JAN", "FEB/FÉV", "MAR/MAR", "APR/AVR", "MAY/MAI", "JUN/JUIN", "JUL/JUIL", "AUG/AOÛT",
      "SEP/SEPT", "OCT/OCT", "NOV/NOV", "DEC/DÉC"},
     {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
      "November", "Dezember"},
     {"de enero de", "de febrero de", "de marzo de", "de abril de", "de mayo de", "de junio de",
      "de julio de", "de agosto de", "de septiembre de", "de octubre de", "de noviembre de",
      "de diciembre de"},
     {"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října",
      "listopadu", "prosince"}}};

struct Printed {
  std::string text;
  std::string iso;
};

/// A date as documents print it; `kind` counts the conventions.
constexpr int kConventions = 30;
Printed print_date(Dice& dice, int kind) {
  const int day = dice.between(1, 28);
  const int month = dice.between(1, 12);
  const int year = dice.between(1930, 2025);
  const std::string d = padded(day, 2);
  const std::string m = padded(month, 2);
  const std::string y = std::to_string(year);
  const std::string yy = y.substr(2);
  const auto at = static_cast<std::size_t>(month - 1);
  // Two digits of a year say what they do about today's.
  const bool past = Date{2000 + year % 100, month, day} <= kNow;
  const std::string short_year = (past ? "20" : "19") + yy;
  const std::string rest = "-" + m + "-" + d;
  const std::string iso = y + rest;
  constexpr std::array<const char*, 7> kSeparators = {".", "-", "/", " ", ". ", " - ", " / "};
  if (kind < 7) {
    const std::string s = kSeparators[static_cast<std::size_t>(kind)];
    return {d + s + m + s + y, iso};
  }
  if (kind < 12) {
    const std::string s = kSeparators[static_cast<std::size_t>(kind - 7)];
    return {y + s + m + s + d, iso};
  }
  if (kind < 16) {
    const std::string s = kSeparators[static_cast<std::size_t>(kind - 12)];
    return {d + s + m + s + yy, short_year + rest};
  }
  switch (kind) {
    case 16: return {std::to_string(day) + "." + std::to_string(month) + "." + y, iso};
    case 17: return {std::to_string(day) + ". " + std::to_string(month) + ". " + y, iso};
    case 18: return {d + m + y, iso};
    case 19: return {d + "." + kRoman[at] + "." + y, iso};
    case 20: return {std::to_string(day) + " " + kRoman[at] + " " + y, iso};
    case 21: return {d + "-" + kRoman[at] + "-" + y, iso};
    case 22: return {d + " " + kNames[0][at] + " " + y, iso};
    case 23: return {d + " " + kNames[0][at] + " " + yy, short_year + rest};
    case 24: return {d + "-" + kNames[0][at] + "-" + y, iso};
    case 25: return {d + " " + kNames[1][at] + " " + y, iso};
    case 26: return {std::to_string(day) + ". " + kNames[2][at] + " " + y, iso};
    case 27: return {std::to_string(day) + " " + kNames[3][at] + " " + y, iso};
    case 28: return {std::string(kNames[0][at]) + " " + d + ", " + y, iso};
    default: return {std::to_string(day) + ". " + kNames[4][at] + " " + y, iso};
  }
}

constexpr std::array<const char*, 8> kFormats = {"",           "dd.mm.yyyy", "dd/mm/yyyy",
                                                 "yyyy-mm-dd", "dd mm yyyy", "dd mmm yyyy",
                                                 "dd-mm-yy",   "dd.mm.yyyy."};

}  // namespace

TEST_CASE("a date that was read rightly stays, however it is printed", "[harm]") {
  Dice dice(20081);
  for (int trial = 0; trial < 6000; ++trial) {
    Printed printed = print_date(dice, trial % kConventions);
    if (trial % 3 == 0 && !printed.text.ends_with(' ')) printed.text += ".";
    std::vector<FieldResult> fields = {
        field_of(dice, "date", printed.text, dice.pick(kFormats)),
        field_of(dice, "date", print_date(dice, dice.below(kConventions)).text)};
    if (dice.below(2) == 0) std::swap(fields[0], fields[1]);
    const std::string other = fields[0].text == printed.text ? fields[1].text : fields[0].text;
    apply_rules(fields, kNow);
    for (const FieldResult& field : fields) {
      INFO(field.reading.text << " with the format " << field.spec.format << " beside " << other);
      REQUIRE(field.text == field.reading.text);
      const bool roman = std::all_of(field.text.begin(), field.text.end(),
                                     [](char c) {
                                       return std::isalpha(static_cast<unsigned char>(c)) == 0 ||
                                              c == 'I' || c == 'V' || c == 'X';
                                     }) &&
                         field.text.find_first_of("IVX") != std::string::npos;
      REQUIRE(field.checks.size() == (roman ? 0 : 1));  // a stroke more or less is another month
      for (const RuleCheck& check : field.checks) REQUIRE((check.ok && check.changes.empty()));
      if (field.text == printed.text) REQUIRE(field.value == printed.iso);
    }
  }
}

TEST_CASE("a printed date that does not exist becomes no other one", "[harm]") {
  Dice dice(7);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::string month = padded(dice.between(1, 12), 2);
    const std::string year = std::to_string(dice.between(1930, 2025));
    const std::array<std::string, 6> texts = {
        "00." + month + "." + year,
        padded(dice.between(32, 99), 2) + "/" + month + "/" + year,
        "31.02." + year,
        "31 04 " + year,
        padded(dice.between(1, 28), 2) + "." + padded(dice.between(29, 99), 2) + "." + year,
        "30 FEB " + year};
    const FieldResult given = field_of(dice, "date", dice.pick(texts), dice.pick(kFormats));
    std::vector<FieldResult> fields = {given};
    apply_rules(fields, kNow);
    INFO(given.text << " with the format " << given.spec.format);
    REQUIRE(fields[0].text == given.text);
    REQUIRE(fields[0].value == given.text);
    REQUIRE(fields[0].checks.size() == 1);
    REQUIRE_FALSE(fields[0].checks[0].ok);
  }
}

TEST_CASE("a number that follows its mask stays, with its spaces and without", "[harm]") {
  Dice dice(99);
  constexpr std::array<const char*, 8> kMasks = {"AA999999",  "999999999",  "A9999999",
                                                 "AA 999999", "999999/999", "AAA999999",
                                                 "**9999999", "99-AA-9999"};
  for (int trial = 0; trial < 3000; ++trial) {
    const std::string mask = dice.pick(kMasks);
    std::string text;
    for (const char c : mask) {
      const bool letter = c == 'A' || (c == '*' && dice.below(2) == 0);
      if (letter) text += static_cast<char>('A' + dice.below(26));
      if (!letter && (c == '9' || c == '*')) text += static_cast<char>('0' + dice.below(10));
      if (c != 'A' && c != '9' && c != '*') text += c;
    }
    if (dice.below(4) == 0) text.insert(static_cast<std::size_t>(dice.between(1, 5)), " ");
    if (dice.below(4) == 0) std::erase(text, ' ');
    std::vector<FieldResult> fields = {field_of(dice, "docnum", text, mask)};
    apply_rules(fields, kNow);
    INFO(text << " with the mask " << mask);
    REQUIRE(fields[0].text == text);
    REQUIRE(fields[0].checks.size() == 1);
    REQUIRE(fields[0].checks[0].ok);
  }
}

TEST_CASE("a number that is longer or shorter than its mask loses and gains nothing", "[harm]") {
  Dice dice(4);
  for (const char* text :
       {"AB12345", "AB1234567", "AB123456.", "A123456", "AB-123456", "AB.123456"}) {
    std::vector<FieldResult> fields = {field_of(dice, "docnum", text, "AA999999")};
    apply_rules(fields, kNow);
    INFO(text);
    CHECK(fields[0].text == text);
    CHECK_FALSE(fields[0].checks[0].ok);
  }
}

TEST_CASE("names stay as they are printed beside a valid zone", "[harm]") {
  struct Name {
    const char* printed;
    const char* zone;
  };
  constexpr std::array<Name, 14> kSurnames = {{{"de la Cruz", "DE<LA<CRUZ"},
                                               {"VAN DER BERG", "VAN<DER<BERG"},
                                               {"von Müller-Öz", "VON<MUELLER<OEZ"},
                                               {"O'BRIEN", "OBRIEN"},
                                               {"ŠČIPAČ", "SCIPAC"},
                                               {"Đorđević", "DORDEVIC"},
                                               {"D'ANGELO", "DANGELO"},
                                               {"Ivanovich", "IVANOVYCH"},
                                               {"KOWALSKI", "KOVALSKI"},
                                               {"Saint-Exupéry Jr.", "SAINT<EXUPERY<JR"},
                                               {"IJSSEL", "IISSEL"},
                                               {"SØRENSEN", "SOERENSEN"},
                                               {"CHRISTOPH", "CHRISTOPHF"},
                                               {"ABCDEFGHIJ KLMNOP", "ABCDEFGHIJ<KLM"}}};
  Dice dice(31);
  for (int trial = 0; trial < 140; ++trial) {
    const Name& name = dice.pick(kSurnames);
    const std::string zone = name.zone;
    std::vector<FieldResult> fields = {
        field_of(dice, "latin", name.printed, "", dice.below(2) == 0 ? "surname" : "field02"),
        field_of(dice, "mrz", "P<UTO" + zone + "<<A" + std::string(36 - zone.size(), '<'), "", "a"),
        field_of(dice, "mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "", "b")};
    for (std::size_t i : {1U, 2U}) {
      for (ReadChar& c : fields[i].reading.chars) c.alternatives.clear();
    }
    for (Point& p : fields[2].spec.quad) p.y += 40;
    const auto mrz = apply_rules(fields, kNow);
    REQUIRE(mrz);
    REQUIRE(mrz->mrz.valid);
    INFO(name.printed);
    REQUIRE(fields[0].text == name.printed);
  }
}

}  // namespace nibble::test
