#include "recognizer/mrz/parse.h"

#include <algorithm>
#include <map>

#include "nn/error.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

using Lines = std::vector<std::string>;

const Date kNow{2026, 6, 15};

std::map<std::string, std::string> values(const Mrz& mrz) {
  std::map<std::string, std::string> map;
  for (const MrzField& field : mrz.fields) map[field.name] = field.value;
  return map;
}

Mrz parse(const Lines& lines) {
  const auto format = mrz_format(lines);
  REQUIRE(format.has_value());
  return parse_mrz(lines, *format, kNow);
}

void require_valid(const Mrz& mrz) {
  for (const std::string& problem : mrz.problems) INFO(problem);
  for (const MrzCheck& check : mrz.checks) {
    INFO(check.name << ": " << check.found << " should be " << check.expected);
    CHECK(check.ok);
  }
  CHECK(mrz.valid);
}

// The examples of ICAO Doc 9303, parts 4 to 7.
const Lines kTd3 = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                    "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};
const Lines kTd1 = {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
                    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};
const Lines kTd2 = {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"};
const Lines kMrva = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                     "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"};
const Lines kMrvb = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
                     "L8988901C4XXX4009078F9612109<<<<<<<<"};

}  // namespace

TEST_CASE("check digits weigh 7, 3, 1 and letters from 10") {
  CHECK(mrz_check_digit("520727") == 3);
  CHECK(mrz_check_digit("AB2134<<<") == 5);
  CHECK(mrz_check_digit("D23145890734") == 9);
  CHECK(mrz_check_digit("") == 0);
}

TEST_CASE("the standard's passport is parsed") {
  const Mrz mrz = parse(kTd3);
  require_valid(mrz);
  CHECK(std::string(mrz_format_name(mrz.format)) == "TD3");
  CHECK(values(mrz) == std::map<std::string, std::string>{{"document_code", "P"},
                                                          {"issuer", "UTO"},
                                                          {"surname", "ERIKSSON"},
                                                          {"given_names", "ANNA MARIA"},
                                                          {"document_number", "L898902C3"},
                                                          {"nationality", "UTO"},
                                                          {"birth_date", "1974-08-12"},
                                                          {"sex", "F"},
                                                          {"expiry_date", "2012-04-15"},
                                                          {"optional_data", "ZE184226B"}});
  CHECK(mrz.checks.size() == 5);
}

TEST_CASE("cards and visas of the standard are parsed") {
  for (const Lines& lines : {kTd1, kTd2}) {
    const Mrz mrz = parse(lines);
    require_valid(mrz);
    CHECK(mrz.checks.size() == 4);
    CHECK(mrz.value("document_number") == "D23145890");
    CHECK(mrz.value("birth_date") == "1974-08-12");
    CHECK(mrz.value("given_names") == "ANNA MARIA");
  }
  for (const Lines& lines : {kMrva, kMrvb}) {
    const Mrz mrz = parse(lines);
    CHECK(mrz.checks.size() == 3);
    CHECK(mrz.value("document_number") == "L8988901C");
    CHECK(mrz.value("nationality") == "XXX");
    CHECK(mrz.value("expiry_date") == "1996-12-10");
  }
  CHECK(parse(kMrva).format == MrzFormat::mrva);
  CHECK(parse(kMrvb).format == MrzFormat::mrvb);
}

TEST_CASE("each position that a check digit covers counts") {
  for (const Lines& lines : {kTd1, kTd2, kTd3}) {
    const Mrz right = parse(lines);
    require_valid(right);
    const MrzLayout& layout = mrz_layout(right.format);
    for (const MrzCheckRule& rule : layout.checks) {
      for (const MrzSpan& span : rule.data) {
        for (int i = span.begin; i < span.begin + span.length; ++i) {
          Lines wrong = lines;
          char& c = wrong[static_cast<std::size_t>(span.line)][static_cast<std::size_t>(i)];
          c = static_cast<char>('0' + (mrz_value(c) + 1) % 10);
          const Mrz mrz = parse_mrz(wrong, right.format, kNow);
          INFO(rule.name << ", line " << span.line << ", position " << i);
          const auto check = std::find_if(mrz.checks.begin(), mrz.checks.end(),
                                          [&](const MrzCheck& c2) { return c2.name == rule.name; });
          CHECK_FALSE(check->ok);
          CHECK_FALSE(mrz.valid);
        }
      }
    }
  }
}

TEST_CASE("a long document number goes on in the optional data of a small card") {
  // Doc 9303 part 5: number D23145890734 with check digit 9.
  const Mrz mrz = parse({"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
                         "STEVENSON<<PETER<JOHN<<<<<<<<<"});
  require_valid(mrz);
  CHECK(mrz.value("document_number") == "D23145890734");
  CHECK(mrz.value("optional_data").empty());
  Lines wrong = mrz.lines;
  wrong[0][17] = '5';
  CHECK_FALSE(parse(wrong).checks[0].ok);
}

TEST_CASE("the old French card has its own layout") {
  const Mrz mrz =
      parse({"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"});
  require_valid(mrz);
  CHECK(mrz.value("surname") == "BERTHIER");
  CHECK(mrz.value("given_names") == "CORINNE");
  CHECK(mrz.value("document_number") == "940992310285");
  CHECK(mrz.value("birth_date") == "1965-12-06");
  CHECK(mrz.value("issue_date") == "1994-09");
  CHECK(mrz.value("sex") == "F");
}

TEST_CASE("the Romanian card holds the personal code") {
  Lines lines = {"IDROUPOPESCU<<ION<<<<<<<<<<<<<<<<<<<", "XB123456<0ROU8001014M270101711234560"};
  auto& line = lines[1];
  line[9] = static_cast<char>('0' + mrz_check_digit(line.substr(0, 9)));
  line[19] = static_cast<char>('0' + mrz_check_digit(line.substr(13, 6)));
  line[27] = static_cast<char>('0' + mrz_check_digit(line.substr(21, 6)));
  line[35] = static_cast<char>(
      '0' + mrz_check_digit(line.substr(0, 10) + line.substr(13, 7) + line.substr(21, 14)));
  const Mrz mrz = parse(lines);
  require_valid(mrz);
  CHECK(mrz.value("document_number") == "XB123456");
  CHECK(mrz.value("personal_number") == "1800101123456");
}

TEST_CASE("what the check digits cannot see is looked at too") {
  Lines lines = kTd3;
  lines[0][2] = '0';
  Mrz mrz = parse(lines);
  CHECK(mrz.checks_ok);
  CHECK_FALSE(mrz.valid);
  REQUIRE(mrz.problems.size() == 1);
  CHECK(mrz.problems[0] == "issuer: '0' cannot stand in line 1 at 3");

  // 30 February with the right check digits.
  lines = kTd3;
  lines[1].replace(13, 6, "740230");
  lines[1][19] = static_cast<char>('0' + mrz_check_digit("740230"));
  lines[1][43] =
      static_cast<char>('0' + mrz_check_digit(lines[1].substr(0, 10) + lines[1].substr(13, 7) +
                                              lines[1].substr(21, 22)));
  mrz = parse(lines);
  CHECK(mrz.checks_ok);
  CHECK_FALSE(mrz.valid);
}

TEST_CASE("a filler may stand for the check digit of nothing only") {
  Lines lines = kTd3;
  lines[1].replace(28, 15, "<<<<<<<<<<<<<<<");
  const std::string covered =
      lines[1].substr(0, 10) + lines[1].substr(13, 7) + lines[1].substr(21, 22);
  lines[1][43] = static_cast<char>('0' + mrz_check_digit(covered));
  CHECK(parse(lines).valid);
  lines[1][42] = '0';
  CHECK(parse(lines).valid);
  lines[1][9] = '<';
  CHECK_FALSE(parse(lines).checks[0].ok);
}

TEST_CASE("names are split at two fillers") {
  const auto names = [](const std::string& text) {
    Lines lines = kTd3;
    lines[0] = "P<UTO" + text + std::string(39 - text.size(), '<');
    const Mrz mrz = parse(lines);
    return mrz.value("surname") + "|" + mrz.value("given_names");
  };
  CHECK(names("VAN<DER<MUELLEN<<MARTIN<JOHANNES") == "VAN DER MUELLEN|MARTIN JOHANNES");
  CHECK(names("ARKFREITH") == "ARKFREITH|");
  CHECK(names("A<<B<<C") == "A|B C");
}

TEST_CASE("years get their century from today") {
  CHECK(mrz_date("260615", Century::past, kNow) == "2026-06-15");
  CHECK(mrz_date("260616", Century::past, kNow) == "1926-06-16");
  CHECK(mrz_date("260616", Century::nearest, kNow) == "2026-06-16");
  CHECK(mrz_date("751231", Century::nearest, kNow) == "2075-12-31");
  CHECK(mrz_date("761231", Century::nearest, kNow) == "1976-12-31");
  CHECK(mrz_date("85<<<<", Century::past, kNow) == "1985");
  CHECK(mrz_date("8507<<", Century::past, kNow) == "1985-07");
  CHECK(mrz_date("850700", Century::past, kNow) == "1985-07");
  CHECK_FALSE(mrz_date("85<<01", Century::past, kNow));
  CHECK_FALSE(mrz_date("<<<<<<", Century::past, kNow));
  CHECK_FALSE(mrz_date("851301", Century::past, kNow));
  CHECK_FALSE(mrz_date("850229", Century::past, kNow));
  CHECK(mrz_date("840229", Century::past, kNow) == "1984-02-29");
}

TEST_CASE("days of the Gregorian calendar are told from others") {
  for (const Date& day : {Date{1, 1, 1},
                          {9999, 12, 31},
                          {2024, 2, 29},
                          {2000, 2, 29},
                          {1900, 2, 28},
                          {2023, 4, 30},
                          {2023, 7, 31},
                          {2023, 8, 31}})
    CHECK(is_calendar_date(day));
  for (const Date& day : {Date{0, 1, 1},
                          {10000, 1, 1},
                          {-4, 2, 29},
                          {2023, 2, 29},
                          {1900, 2, 29},
                          {2024, 2, 30},
                          {2023, 4, 31},
                          {2023, 11, 31},
                          {2023, 0, 1},
                          {2023, 13, 1},
                          {2023, -1, 1},
                          {2023, 257, 1},
                          {2023, 1, 0},
                          {2023, 1, 32},
                          {2023, 1, -1},
                          {2023, 1, 257}}) {
    CAPTURE(day.year, day.month, day.day);
    CHECK_FALSE(is_calendar_date(day));
  }
}

TEST_CASE("lines of no format are told apart") {
  CHECK_FALSE(mrz_format({}));
  CHECK_FALSE(mrz_format({kTd3[0]}));
  CHECK_FALSE(mrz_format({kTd3[0], kTd2[1]}));
  CHECK_FALSE(mrz_format({"P<UTO", "L8989"}));
  CHECK_THROWS_AS(parse_mrz(kTd3, MrzFormat::td2, kNow), Error);
}

}  // namespace nibble::test
