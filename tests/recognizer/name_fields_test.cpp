#include "recognizer/rules/name_fields.h"

#include <map>
#include <string>
#include <utility>

#include "recognizer/mrz/parse.h"
#include "recognizer/rules/fit.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

const Date kNow{2026, 6, 15};
constexpr double kPitch = 0.6;  // width of a character, in heights

/// A line that was read at a place of an upright picture.
FieldResult line(const std::string& text, double x, double y, double height = 20) {
  FieldResult result;
  result.reading.text = text;
  result.reading.confidence = 0.9;
  double left = x;
  for (const std::string& c : characters(text)) {
    result.reading.chars.push_back({c, 0.99, 0, 0, {}});
    const double right = left + kPitch * height;
    result.char_quads.push_back(
        {Point{left, y}, {right, y}, {right, y + height}, {left, y + height}});
    left = right;
  }
  result.quad = {Point{x, y}, {left, y}, {left, y + height}, {x, y + height}};
  result.spec.quad = result.quad;
  result.text = text;
  result.value = text;
  return result;
}

/// The named texts, "source:text" by name.
std::map<std::string, std::string> named(const std::vector<FieldResult>& lines,
                                         const Mrz* zone = nullptr) {
  std::map<std::string, std::string> names;
  for (const NamedField& field : name_fields(lines, zone, kNow)) {
    CHECK(names.count(field.result.spec.name) == 0);
    names[field.result.spec.name] = field.source + ":" + field.result.text;
  }
  return names;
}

using Names = std::map<std::string, std::string>;

TEST_CASE("values stand below their captions") {
  const auto names = named({line("Surname / Nom", 100, 100, 12), line("DOE", 100, 116),
                            line("Given names / Prénoms", 100, 150, 12), line("JANE ANN", 100, 166),
                            line("Date of birth", 100, 200, 12), line("Sex", 400, 200, 12),
                            line("01.02.1990", 100, 216), line("F", 400, 216)});
  CHECK(names == Names{{"surname", "caption:DOE"},
                       {"given_names", "caption:JANE ANN"},
                       {"birth_date", "caption:01.02.1990"},
                       {"sex", "caption:F"}});
}

TEST_CASE("values stand above, beside and behind their captions") {
  CHECK(named({line("DOE", 100, 100), line("Surname", 100, 124, 12), line("JANE", 100, 150),
               line("Given names", 100, 174, 12)}) ==
        Names{{"surname", "caption:DOE"}, {"given_names", "caption:JANE"}});
  CHECK(named({line("Surname", 100, 100), line("DOE", 400, 100), line("Given names", 100, 140),
               line("JANE", 400, 140)}) ==
        Names{{"surname", "caption:DOE"}, {"given_names", "caption:JANE"}});
  CHECK(named({line("Surname: DOE", 100, 100), line("Born: 01.02.1990", 100, 140)}) ==
        Names{{"surname", "caption:DOE"}, {"birth_date", "caption:01.02.1990"}});
}

TEST_CASE("two captions in a row have two values in a row, though these are one line") {
  const auto names =
      named({line("Date of issue", 100, 100, 12), line("Date of expiry", 400, 100, 12),
             line("01.02.2020                01.02.2030", 100, 116, 14)});
  CHECK(names ==
        Names{{"issue_date", "caption:01.02.2020"}, {"expiry_date", "caption:01.02.2030"}});
}

TEST_CASE("an address goes on in its second line, and outlines both") {
  const auto fields = name_fields({line("Address", 100, 100, 12), line("Lindengasse 4", 100, 116),
                                   line("1010 OSTHAVEN", 100, 142)},
                                  nullptr, kNow);
  REQUIRE(fields.size() == 1);
  CHECK(fields[0].result.text == "Lindengasse 4 1010 OSTHAVEN");
  CHECK(fields[0].lines == std::vector<std::size_t>{1, 2});
  CHECK(fields[0].result.quad[3].y == 162);
  CHECK(fields[0].result.char_quads.size() == fields[0].result.reading.chars.size());
}

TEST_CASE("a long caption without spaces is no line of a zone") {
  CHECK(named({line("Medborgarskap/Citizenship", 100, 100, 12), line("UTOPIA", 100, 116)}) ==
        Names{{"nationality", "caption:UTOPIA"}});
}

TEST_CASE("what a caption does not announce is no value of it") {
  CHECK(named({line("Date of birth", 100, 100, 12), line("JANE", 100, 116)}).empty());
  CHECK(named({line("Surname", 100, 100, 12), line("01.02.1990", 100, 116)}).empty());
  CHECK(named({line("Signature", 100, 100, 12), line("DOE", 100, 116)}).empty());
  CHECK(named({line("Surname", 100, 100, 12), line("DOE", 100, 400)}).empty());
}

TEST_CASE("a driving licence is named by its numbers, and by their order where one was lost") {
  const auto names = named(
      {line("1. DOE", 100, 100), line("JANE", 140, 130), line("3. 01.02.1990 OSTHAVEN", 100, 160),
       line("4a. 03.04.2020", 100, 190), line("4c. MV BRANDEK", 400, 190),
       line("4b. 03.04.2030", 100, 220), line("5. AB123456", 100, 250), line("9. AM/B", 100, 280)});
  CHECK(names == Names{{"surname", "number:DOE"},
                       {"given_names", "number:JANE"},
                       {"birth_date", "number:01.02.1990"},
                       {"birth_place", "number:OSTHAVEN"},
                       {"issue_date", "number:03.04.2020"},
                       {"authority", "number:MV BRANDEK"},
                       {"expiry_date", "number:03.04.2030"},
                       {"document_number", "number:AB123456"},
                       {"categories", "number:AM/B"}});
}

TEST_CASE("a list that begins with numbers is no driving licence") {
  CHECK(named({line("1. Apples", 100, 100), line("2. Pears", 100, 130), line("3. Plums", 100, 160),
               line("5. 123456", 100, 190)})
            .empty());
}

TEST_CASE("a zone names what agrees with it, against captions too") {
  const Mrz zone = parse_mrz({"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                              "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
                             MrzFormat::td3, kNow);
  REQUIRE(zone.valid);
  const auto names =
      named({line("L898902C3", 400, 60), line("ERIKSSON", 100, 100), line("ANNA MARIA", 100, 130),
             line("Date of expiry", 100, 160, 12), line("12.08.1974", 100, 176),
             line("15.04.2012", 100, 240), line("ZE184226B", 400, 240)},
            &zone);
  CHECK(names == Names{{"document_number", "zone:L898902C3"},
                       {"surname", "zone:ERIKSSON"},
                       {"given_names", "zone:ANNA MARIA"},
                       {"birth_date", "zone:12.08.1974"},
                       {"expiry_date", "zone:15.04.2012"},
                       {"personal_number", "zone:ZE184226B"}});
}

TEST_CASE("three dates are birth, issue and expiry, if whole years lie between the last two") {
  CHECK(named({line("01.02.1990", 100, 100), line("03.04.2020", 100, 130),
               line("02.04.2030", 100, 160)}) == Names{{"birth_date", "form:01.02.1990"},
                                                       {"issue_date", "form:03.04.2020"},
                                                       {"expiry_date", "form:02.04.2030"}});
  CHECK(named({line("01.02.2010", 100, 100), line("03.04.2020", 100, 130),
               line("09.11.2024", 100, 160)})
            .empty());
}

TEST_CASE("dates out of order take a name back") {
  const auto names = named({line("Date of expiry", 100, 100, 12), line("03.04.2020", 100, 116),
                            line("03.04.2030", 100, 300)});
  CHECK(names.count("expiry_date") == 0);
}

TEST_CASE("what is named by form alone is for a person to see") {
  for (NamedField& field : name_fields({line("01.02.1990", 100, 100), line("03.04.2020", 100, 130),
                                        line("03.04.2030", 100, 160)},
                                       nullptr, kNow)) {
    CHECK_FALSE(field.sure);
    field.result.confidence = 0.99;
    field.result.decision = Decision::accept;
    judge_name(field);
    CHECK(field.result.decision == Decision::review);
    CHECK(field.result.confidence < 0.99);
  }
}

TEST_CASE("a document at another angle is named alike") {
  std::vector<FieldResult> lines = {line("Surname", 100, 100, 12), line("DOE", 100, 116),
                                    line("Given names", 100, 150, 12), line("JANE", 100, 166)};
  for (FieldResult& turned : lines) {
    const auto turn = [](Point& p) { p = {1000 - p.y, p.x}; };
    for (Point& p : turned.quad) turn(p);
    for (Quad& quad : turned.char_quads) {
      for (Point& p : quad) turn(p);
    }
  }
  CHECK(named(lines) == Names{{"surname", "caption:DOE"}, {"given_names", "caption:JANE"}});
}

TEST_CASE("a line that holds more than its field stays a line") {
  const auto fields = name_fields(
      {line("Date of birth", 100, 100, 12), line("01.02.1990 XYZ", 100, 116)}, nullptr, kNow);
  REQUIRE(fields.size() == 1);
  CHECK(fields[0].result.text == "01.02.1990");
  CHECK(fields[0].lines.empty());
}

TEST_CASE("nothing is named on a picture without lines") { CHECK(named({}).empty()); }

}  // namespace
}  // namespace nibble::test
