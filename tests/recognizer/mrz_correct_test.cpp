#include "recognizer/mrz/correct.h"

#include <cmath>

#include "recognizer/mrz/countries.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

using Lines = std::vector<std::string>;

const Date kNow{2026, 6, 15};
const Lines kTd3 = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                    "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};
const Lines kTd1 = {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
                    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};

Reading read_line_text(const std::string& text) {
  Reading reading;
  for (const char c : text) reading.chars.push_back({std::string(1, c), 0.99, 0, 0, {{"", 0.001}}});
  reading.text = text;
  reading.confidence = 0.5;
  return reading;
}

std::vector<Reading> read_lines(const Lines& lines) {
  std::vector<Reading> readings;
  for (const std::string& line : lines) readings.push_back(read_line_text(line));
  return readings;
}

/// Reads another character at a place, with what stood there as alternative.
void misread(std::vector<Reading>& lines, std::size_t line, std::size_t at, const std::string& text,
             double confidence = 0.6, double right = 0.3) {
  ReadChar& c = lines[line].chars[at];
  c.alternatives = {{c.text, right}, {"", 0.001}};
  c.text = text;
  c.confidence = confidence;
}

}  // namespace

TEST_CASE("a zone read right stays as it is") {
  for (const Lines& lines : {kTd3, kTd1}) {
    const auto reading = correct_mrz(read_lines(lines), kNow);
    REQUIRE(reading);
    CHECK(reading->mrz.valid);
    CHECK(reading->mrz.lines == lines);
    CHECK(reading->changes.empty());
    CHECK(reading->cost == 0);
  }
}

TEST_CASE("letters stand in places of letters and digits in those of digits") {
  auto lines = read_lines(kTd3);
  misread(lines, 0, 5, "€");
  misread(lines, 0, 12, "0");
  misread(lines, 1, 14, "A");
  misread(lines, 0, 20, "m");
  const auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  REQUIRE(reading->changes.size() == 4);
  CHECK(reading->changes[1].line == 0);
  CHECK(reading->changes[1].position == 12);
  CHECK(reading->changes[1].from == "0");
  CHECK(reading->changes[1].to == "N");
  CHECK(reading->changes[1].cost == Approx(std::log(2.0)));
  CHECK(reading->changes[2].cost == 0);  // a small letter is its capital
}

TEST_CASE("check digits decide among alternatives, the cheapest first") {
  auto lines = read_lines(kTd3);
  misread(lines, 1, 0, "I");  // L898902C3 -> I898902C3
  lines[1].chars[3].alternatives = {{"3", 0.01}};
  auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  CHECK(reading->changes.size() == 1);

  // Two places at once, one of them a check digit.
  misread(lines, 1, 19, "7");
  misread(lines, 1, 30, "I");
  reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  CHECK(reading->changes.size() == 3);
  CHECK(reading->cost == Approx(3 * std::log(2.0)));
}

TEST_CASE("without an alternative a wrong zone stays wrong") {
  Lines text = kTd3;
  text[1][3] = '7';
  const auto reading = correct_mrz(read_lines(text), kNow);
  REQUIRE(reading);
  CHECK_FALSE(reading->mrz.valid);
  CHECK_FALSE(reading->mrz.checks_ok);
  CHECK(reading->mrz.lines == text);
  CHECK(reading->changes.empty());
}

TEST_CASE("too dear a correction is not made") {
  auto lines = read_lines(kTd3);
  misread(lines, 1, 3, "7", 0.99, 1e-7);
  const auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK_FALSE(reading->mrz.checks_ok);
  CHECK(reading->changes.empty());
}

TEST_CASE("two readings of like cost that both match are not called valid") {
  auto lines = read_lines(kTd3);
  // 6 and G differ by ten, which no check digit sees.
  Lines text = kTd3;
  text[1].replace(28, 2, "Z6");
  text[1][42] = static_cast<char>('0' + mrz_check_digit(text[1].substr(28, 14)));
  text[1][43] =
      static_cast<char>('0' + mrz_check_digit(text[1].substr(0, 10) + text[1].substr(13, 7) +
                                              text[1].substr(21, 22)));
  lines = read_lines(text);
  REQUIRE(correct_mrz(lines, kNow)->mrz.valid);
  lines[1].chars[29].confidence = 0.6;
  lines[1].chars[29].alternatives = {{"G", 0.3}};
  auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.checks_ok);
  CHECK_FALSE(reading->mrz.valid);
  REQUIRE(reading->warnings.size() == 1);
  CHECK(reading->warnings[0].find("optional_data") == 0);
  lines[1].chars[29].alternatives = {{"G", 0.01}};
  CHECK(correct_mrz(lines, kNow)->mrz.valid);
}

TEST_CASE("a doubtful letter that no check digit covers is said") {
  auto lines = read_lines(kTd3);
  lines[0].chars[6].confidence = 0.5;
  lines[0].chars[6].alternatives = {{"P", 0.4}};
  const auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.checks_ok);
  CHECK_FALSE(reading->mrz.valid);
  REQUIRE(reading->warnings.size() == 1);
  CHECK(reading->warnings[0].find("names") == 0);
}

TEST_CASE("fillers and spaces put a wrong length right, and it is said") {
  Lines text = kTd3;
  text[0].pop_back();
  text[0].pop_back();
  text[1].insert(38, "<");
  text[1].insert(13, " ");
  const auto reading = correct_mrz(read_lines(text), kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  REQUIRE(reading->changes.size() == 4);
  int inserted = 0;
  int removed = 0;
  for (const MrzChange& change : reading->changes) {
    CHECK(change.cost > 0);
    inserted += change.from.empty() ? 1 : 0;
    removed += change.to.empty() ? 1 : 0;
  }
  CHECK(inserted == 2);
  CHECK(removed == 2);
}

TEST_CASE("the spacing of the characters tells where a filler is missing or too many") {
  // Read at even distances, but one filler between the names is lost.
  const auto spaced = [](const std::string& line, std::size_t lost) {
    Reading reading = read_line_text(line);
    for (std::size_t i = 0; i < reading.chars.size(); ++i) {
      reading.chars[i].x0 = 26.0 * static_cast<double>(i) + (i % 2 == 0 ? 2 : -2);
      reading.chars[i].x1 = reading.chars[i].x0 + 12;
    }
    reading.chars.erase(reading.chars.begin() + static_cast<std::ptrdiff_t>(lost));
    return reading;
  };
  auto reading = correct_mrz({spaced(kTd3[0], 14), read_line_text(kTd3[1])}, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  CHECK(reading->changes.size() == 1);

  // Fillers at even distances where there is one too many: something else is wrong.
  Lines text = kTd3;
  text[0] += "<";
  reading = correct_mrz({spaced(text[0] + "<", 45), read_line_text(kTd3[1])}, kNow);
  REQUIRE(reading);
  CHECK_FALSE(reading->mrz.valid);
  REQUIRE(reading->warnings.size() == 1);
  CHECK(reading->warnings[0].find("line 1") == 0);
}

TEST_CASE("what a space separates from the zone is not part of it") {
  const auto reading = correct_mrz(read_lines({"A " + kTd3[0], "CY " + kTd3[1] + " I"}), kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
  CHECK(reading->changes.size() == 7);
}

TEST_CASE("codes that are no country's, or no more, or not there are kept and said") {
  const auto said = [](std::size_t line, std::size_t at, const std::string& code) {
    Lines text = kTd3;
    text[line].replace(at, 3, code);
    const auto reading = correct_mrz(read_lines(text), kNow);
    REQUIRE(reading);
    CHECK(reading->mrz.lines == text);
    CHECK(reading->mrz.checks_ok);
    CHECK(reading->mrz.valid);
    REQUIRE(reading->warnings.size() == 1);
    return reading->warnings[0];
  };
  CHECK(said(0, 2, "CMW") == "issuer: CMW is no country's code");
  CHECK(said(1, 10, "SUN") == "nationality: SUN is no longer a country's code");
  CHECK(said(1, 10, "<<<") == "nationality: there is none");
}

TEST_CASE("an unknown code is doubted sooner than a known one") {
  for (const char* code : {"UTO", "CMW"}) {
    Lines text = kTd3;
    text[0].replace(2, 3, code);
    auto lines = read_lines(text);
    lines[0].chars[3].confidence = 0.85;
    lines[0].chars[3].alternatives = {{code[1] == 'T' ? "F" : "N", 0.12}};
    const auto reading = correct_mrz(lines, kNow);
    REQUIRE(reading);
    CHECK(reading->mrz.lines == text);
    CHECK(reading->mrz.valid == (code[1] == 'T'));
  }
}

TEST_CASE("invented check digits prove no correction of a zone with an invented code") {
  Lines text = kTd3;
  text[0].replace(2, 3, "CMW");
  text[1].replace(10, 3, "CMW");
  auto lines = read_lines(text);
  misread(lines, 1, 34, "8", 0.99, 0.01);  // in the optional data, whose check digits set it right
  const auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == text);
  CHECK_FALSE(reading->mrz.valid);
}

TEST_CASE("any mark of sex that the standard knows is valid") {
  for (const char* sex : {"F", "M", "X", "<"}) {
    Lines text = kTd3;
    text[1].replace(20, 1, sex);
    const auto reading = correct_mrz(read_lines(text), kNow);
    REQUIRE(reading);
    CHECK(reading->mrz.valid);
    CHECK(reading->warnings.empty());
  }
}

TEST_CASE("a figure stands in a document code and in names where it is sure") {
  Lines text = kTd1;
  text[0].replace(0, 5, "C1USA");
  const auto card = correct_mrz(read_lines(text), kNow);
  REQUIRE(card);
  CHECK(card->mrz.lines == text);
  CHECK(card->mrz.valid);
  CHECK(card->mrz.value("document_code") == "C1");
  CHECK(card->warnings.empty());

  text = kTd3;
  text[0] = "PNRUSKAZAKOV<<3ARINA<<<<<<<<<<<<<<<<<<<<<<<<";
  const auto figures = correct_mrz(read_lines(text), kNow);
  REQUIRE(figures);
  CHECK(figures->mrz.lines == text);
  CHECK(figures->mrz.valid);
  CHECK(figures->mrz.value("given_names") == "3ARINA");
  REQUIRE(figures->warnings.size() == 1);
  CHECK(figures->warnings[0] == "names: has figures");

  auto doubtful = read_lines(kTd3);
  misread(doubtful, 0, 12, "0", 0.9, 0.05);  // a letter is far likelier there
  CHECK(correct_mrz(doubtful, kNow)->mrz.lines == kTd3);
}

TEST_CASE("the one line of a French driving licence") {
  const Lines text = {"D1FRA13AA000026181231MARTIN<<9"};
  const auto reading = correct_mrz(read_lines(text), kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.valid);
  CHECK(mrz_format_name(reading->mrz.format) == std::string("FRA-DL"));
  CHECK(reading->mrz.value("document_number") == "13AA00002");
  CHECK(reading->mrz.value("expiry_date") == "2018-12-31");
  CHECK(reading->mrz.value("surname") == "MARTIN");
  auto lines = read_lines(text);
  misread(lines, 0, 8, "4");
  CHECK(correct_mrz(lines, kNow)->mrz.lines == text);
  // A single line that does not prove to be a zone is none.
  CHECK_FALSE(correct_mrz(read_lines({"D1FRA13AA000026181231MARTIN<<8"}), kNow));
  CHECK_FALSE(correct_mrz(read_lines({"D1DEU13AA000026181231MARTIN<<9"}), kNow));
}

TEST_CASE("a missing digit is not made up") {
  Lines text = kTd3;
  text[1].erase(15, 1);
  const auto reading = correct_mrz(read_lines(text), kNow);
  CHECK((!reading || !reading->mrz.valid));
}

TEST_CASE("days that do not exist are not chosen, codes that do are") {
  auto lines = read_lines(kTd3);
  misread(lines, 1, 15, "2");  // 740812 -> 742812
  misread(lines, 0, 3, "I");   // UTO -> UIO
  const auto reading = correct_mrz(lines, kNow);
  REQUIRE(reading);
  CHECK(reading->mrz.lines == kTd3);
  CHECK(reading->mrz.valid);
}

TEST_CASE("every single misreading that a check digit sees is put right") {
  int tried = 0;
  for (const Lines& text : {kTd3, kTd1}) {
    for (const MrzCheckRule& rule : mrz_layout(*mrz_format(text)).checks) {
      for (const MrzSpan& span : rule.data) {
        for (int i = span.begin; i < span.begin + span.length; ++i) {
          for (const char wrong : {'0', 'O', '8', 'B', '<', 'K'}) {
            const auto line = static_cast<std::size_t>(span.line);
            const auto at = static_cast<std::size_t>(i);
            if (mrz_value(text[line][at]) % 10 == mrz_value(wrong) % 10) continue;
            auto lines = read_lines(text);
            misread(lines, line, at, std::string(1, wrong), 0.95, 0.04);
            const auto reading = correct_mrz(lines, kNow);
            INFO(text[line] << " at " << i << " read as " << wrong);
            REQUIRE(reading);
            CHECK(reading->mrz.lines == text);
            CHECK(reading->mrz.valid);
            ++tried;
          }
        }
      }
    }
  }
  CHECK(tried > 500);
}

TEST_CASE("lines that are no zone are none") {
  CHECK_FALSE(correct_mrz({}, kNow));
  CHECK_FALSE(correct_mrz(read_lines({"HELLO", "WORLD"}), kNow));
  CHECK_FALSE(correct_mrz(read_lines({kTd3[0]}), kNow));
  CHECK_FALSE(plain_mrz(read_lines({"HELLO", "WORLD"}), kNow));
  CHECK(plain_mrz(read_lines(kTd3), kNow)->mrz.valid);
}

TEST_CASE("codes of countries") {
  for (const char* code : {"ABW", "ZWE", "D", "UTO", "XXA", "RKS", "DEU"})
    CHECK(is_country_code(code));
  for (const char* code : {"SUN", "YUG", "DDR", "ROM"}) {
    CHECK(is_former_country_code(code));
    CHECK_FALSE(is_country_code(code));
  }
  CHECK_FALSE(is_former_country_code("UTO"));
  for (const char* code : {"", "DE", "DEUT", "QAA", "ZZ", "BWA ABW", "W A", "abw", "UT0"})
    CHECK_FALSE(is_country_code(code));
}

}  // namespace nibble::test
