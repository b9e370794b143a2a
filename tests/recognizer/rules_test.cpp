#include "recognizer/rules/rules.h"

#include <cmath>
#include <utility>

#include "recognizer/rules/dates.h"
#include "recognizer/rules/fit.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

const Date kNow{2026, 6, 15};

/// A reading of this text in which nothing else is likely.
Reading plain(const std::string& text) {
  Reading reading;
  reading.text = text;
  reading.confidence = 0.9;
  for (const std::string& c : characters(text)) reading.chars.push_back({c, 0.9, 0, 0, {}});
  return reading;
}

/// The same with alternatives at a place: the first of them third as likely as the text, the next a
/// ninth, ...
Reading doubtful(const std::string& text, std::size_t at, const std::vector<std::string>& others) {
  Reading reading = plain(text);
  double confidence = 0.9;
  for (const std::string& other : others)
    reading.chars[at].alternatives.push_back({other, confidence /= 3});
  return reading;
}

FieldResult field(const std::string& kind, Reading reading, const std::string& format = "",
                  const std::string& name = "field01") {
  FieldResult result;
  result.spec.name = name;
  result.spec.kind = kind;
  result.spec.format = format;
  result.spec.quad = rectangle(100, 20);
  result.text = reading.text;
  result.value = reading.text;
  result.reading = std::move(reading);
  return result;
}

FieldResult apply(FieldResult result) {
  std::vector<FieldResult> fields = {std::move(result)};
  apply_rules(fields, kNow);
  return fields[0];
}

Quad below() {
  Quad quad = rectangle(100, 20);
  for (Point& p : quad) p.y += 40;
  return quad;
}

bool unchanged(const FieldResult& result) { return result.text == result.reading.text; }

}  // namespace

TEST_CASE("a date takes the dot that was its second choice") {
  const FieldResult result = apply(field("date", doubtful("22,05.1975", 2, {"."}), "dd.mm.yyyy"));
  CHECK(result.text == "22.05.1975");
  CHECK(result.value == "1975-05-22");
  CHECK(result.reading.text == "22,05.1975");
  REQUIRE(result.checks.size() == 1);
  CHECK(result.checks[0].rule == "date:dd.mm.yyyy");
  CHECK(result.checks[0].ok);
  REQUIRE(result.checks[0].changes.size() == 1);
  CHECK(result.checks[0].changes[0].position == 2);
  CHECK(result.checks[0].changes[0].from == ",");
  CHECK(result.checks[0].changes[0].to == ".");
  CHECK(result.checks[0].changes[0].cost == Approx(std::log(3.0)));
}

TEST_CASE("a date without the alternatives for one stays as it is") {
  for (const char* text : {"22,05.1975", "2205", "hello", "22.05.1975 b", "31.02.1975",
                           "22.05.0975", "1801.2028", "22.05.1975..", "24.13.2001"}) {
    const FieldResult result = apply(field("date", plain(text), "dd.mm.yyyy"));
    INFO(text);
    CHECK(unchanged(result));
    REQUIRE(result.checks.size() == 1);
    CHECK_FALSE(result.checks[0].ok);
  }
}

TEST_CASE("a day that does not exist stays, whatever else it could be") {
  Reading reading = doubtful("31.02.1975", 3, {"3", "1"});
  reading.chars[0].alternatives = {{"2", 0.5}};
  const FieldResult result = apply(field("date", reading, "dd.mm.yyyy"));
  CHECK(unchanged(result));
  CHECK_FALSE(result.checks[0].ok);
  // A letter is no digit, so it becomes one.
  CHECK(apply(field("date", doubtful("3l.12.1975", 1, {"1"}), "dd.mm.yyyy")).text == "31.12.1975");
}

TEST_CASE("a date keeps its last dot and the conventions that it is printed in") {
  const FieldResult dotted = apply(field("date", doubtful("24.07.2008.", 10, {""}), "dd.mm.yyyy"));
  CHECK(dotted.text == "24.07.2008.");
  CHECK(dotted.value == "2008-07-24");
  CHECK(dotted.checks[0].rule == "date:dd.mm.yyyy");
  CHECK(dotted.checks[0].ok);
  CHECK(apply(field("date", doubtful("24,07.2008.", 2, {"."}), "dd.mm.yyyy")).text ==
        "24.07.2008.");
  const FieldResult roman = apply(field("date", plain("12.VIII.1974"), "dd.mm.yyyy"));
  CHECK(roman.value == "1974-08-12");
  CHECK(unchanged(roman));
  CHECK(roman.checks.empty());
  Reading weak = plain("12.VII.1974");
  weak.chars[5].confidence = 0.7;
  const FieldResult doubted = apply(field("date", weak, "dd.mm.yyyy"));
  CHECK(unchanged(doubted));
  CHECK(doubted.value == doubted.text);  // not July, which may not be what is printed
  REQUIRE(doubted.checks.size() == 1);
  CHECK_FALSE(doubted.checks[0].ok);
  CHECK(apply(field("date", plain("1974. 08. 12."))).value == "1974-08-12");
  CHECK(apply(field("date", plain("1.5.1974"))).value == "1974-05-01");
  CHECK(apply(field("date", plain("03/04/2008"), "mm/dd/yyyy")).value == "2008-03-04");
  CHECK(apply(field("date", plain("03/04/2008"), "dd/mm/yyyy")).value == "2008-04-03");
}

TEST_CASE("the layout of dates is guessed where it is not known") {
  CHECK(apply(field("date", plain("22.05.1975"))).value == "1975-05-22");
  CHECK(apply(field("date", plain("22 05 1975"))).text == "22 05 1975");
  CHECK(apply(field("date", plain("1975-05-22"))).value == "1975-05-22");
  CHECK(apply(field("date", plain("22/05/75"))).value == "1975-05-22");
  CHECK(apply(field("date", plain("05/22/1975"))).value == "1975-05-22");
  CHECK(apply(field("date", plain("22051975"))).value == "1975-05-22");
}

TEST_CASE("all dates of a document have one layout unless they are sure of another") {
  Reading spaces = plain("01 07 2023");
  for (const std::size_t i : {2U, 5U}) spaces.chars[i].alternatives = {{".", 0.3}};
  std::vector<FieldResult> fields = {field("date", plain("01.01.1977")), field("date", spaces),
                                     field("date", plain("01.07.2013"))};
  apply_rules(fields, kNow);
  CHECK(fields[1].text == "01.07.2023");
  fields = {field("date", plain("01.01.1977")), field("date", plain("01 07 2023")),
            field("date", plain("01.07.2013"))};
  apply_rules(fields, kNow);
  CHECK(fields[1].text == "01 07 2023");
  // Alone it stays as it is, and where the document is sure of it.
  CHECK(apply(field("date", spaces)).text == "01 07 2023");
  CHECK(apply(field("date", spaces, "dd.mm.yyyy")).text == "01.07.2023");
}

TEST_CASE("months have names") {
  CHECK(apply(field("date", plain("12 AUG 1974"))).value == "1974-08-12");
  CHECK(apply(field("date", plain("12 AUG/AOU 74"))).value == "1974-08-12");
  CHECK(apply(field("date", plain("30 MAR/MAR 1972"))).value == "1972-03-30");
  CHECK(apply(field("date", plain("13 LIP/JUL 2006"))).value == "2006-07-13");
  CHECK(apply(field("date", plain("3. März 1999"))).value == "1999-03-03");
  CHECK(apply(field("date", plain("24 августа 1991"))).value == "24 августа 1991");
  const FieldResult corrected = apply(field("date", doubtful("12 AUC 1974", 5, {"G"})));
  CHECK(corrected.text == "12 AUG 1974");
  CHECK(corrected.value == "1974-08-12");
  // LIP is June in Croatian and July in Polish.
  CHECK_FALSE(apply(field("date", plain("13 LIP 2006"))).checks[0].ok);
  CHECK_FALSE(apply(field("date", plain("13 LIP/AUG 2006"))).checks[0].ok);
  CHECK_FALSE(apply(field("date", plain("31 JUN 2006"))).checks[0].ok);
}

TEST_CASE("a code that is no number follows its mask too") {
  CHECK(apply(field("other", doubtful("X0V", 1, {"8", "O"}), "AAA")).text == "XOV");
  CHECK(unchanged(apply(field("text", doubtful("X0V", 1, {"O"}), "AAA"))));
}

TEST_CASE("a number follows its mask") {
  const FieldResult result = apply(field("docnum", doubtful("ABO12", 2, {"Q", "0"}), "AA999"));
  CHECK(result.text == "AB012");
  CHECK(result.checks[0].rule == "number:AA999");
  CHECK(apply(field("docnum", plain("ABO12"), "AA999")).text == "ABO12");
  const FieldResult longer = apply(field("docnum", doubtful("A4B", 1, {""}), "AA"));
  CHECK(unchanged(longer));
  CHECK_FALSE(longer.checks[0].ok);
  CHECK(apply(field("docnum", doubtful("AB O12", 3, {"0"}), "AA999")).text == "AB 012");
  CHECK(apply(field("docnum", plain("12345"), "99 999")).checks[0].ok);
  CHECK(apply(field("docnum", plain("12-34"), "99-99")).checks[0].ok);
  CHECK(unchanged(apply(field("docnum", doubtful("ABO12", 2, {"0"})))));  // no mask, no rule
}

TEST_CASE("a field's alphabet chooses among the alternatives") {
  FieldResult given = field("other", doubtful("ACAH", 3, {"Ñ", "R"}));
  given.spec.alphabet = "ACR";
  FieldResult result = apply(given);
  CHECK(result.text == "ACAR");
  CHECK(result.checks[0].rule == "alphabet");
  given.spec.alphabet = "ACÑ";
  CHECK(apply(given).text == "ACAÑ");
  given.spec.alphabet = "AC";
  result = apply(given);
  CHECK(unchanged(result));
  CHECK_FALSE(result.checks[0].ok);
}

TEST_CASE("a code is that of a country") {
  CHECK(apply(field("other", doubtful("UT0", 2, {"O"}), "country")).text == "UTO");
  CHECK_FALSE(apply(field("other", plain("BBB"), "country")).checks[0].ok);
}

TEST_CASE("fields of unknown kind are left alone") {
  for (const char* kind : {"", "latin", "other", "text"}) {
    const FieldResult result = apply(field(kind, doubtful("22,O5.1975", 2, {"."})));
    CHECK(unchanged(result));
    CHECK(result.checks.empty());
  }
}

TEST_CASE("the machine readable zone corrects what is printed above it") {
  const auto zone = [](Reading number, Reading birth, Reading surname) {
    std::vector<FieldResult> fields = {
        field("docnum", std::move(number), "", "document_number"),
        field("date", std::move(birth), "", "birth_date"),
        field("latin", std::move(surname), "", "surname"),
        field("mrz", plain("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "", "mrz1"),
        field("mrz", plain("L898902C36UTO7408122F1204159ZE184226B<<<<<10"), "", "mrz2")};
    fields[4].spec.quad = below();
    const auto mrz = apply_rules(fields, kNow);
    REQUIRE(mrz);
    CHECK(mrz->mrz.valid);
    return fields;
  };
  auto fields = zone(plain("L898902C3"), plain("12.08.1974"), plain("Eriksson"));
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE_FALSE(fields[i].checks.empty());
    CHECK(fields[i].checks.back().rule.find("mrz:") == 0);
    CHECK(fields[i].checks.back().ok);
    CHECK(unchanged(fields[i]));
  }
  CHECK(fields[3].checks[0].rule == "mrz:td3");

  fields = zone(doubtful("LB98902C3", 1, {"8"}), doubtful("12.08.1914", 8, {"7"}),
                doubtful("Erikśson", 5, {"s"}));
  CHECK(fields[0].text == "L898902C3");
  CHECK(fields[1].text == "12.08.1974");
  CHECK(fields[1].value == "1974-08-12");
  CHECK(fields[2].text == "Erikśson");  // which the zone writes the same

  fields = zone(plain("L898902C4"), plain("12.08.1975"), plain("Erikson"));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(unchanged(fields[i]));
    CHECK_FALSE(fields[i].checks.back().ok);
  }
}

TEST_CASE("names are compared after transliteration") {
  const auto compare = [](const std::string& printed, const std::string& zone) {
    std::vector<FieldResult> fields = {
        field("latin", plain(printed), "", "surname"),
        field("mrz", plain("P<UTO" + zone + "<<A" + std::string(36 - zone.size(), '<')), "",
              "mrz1"),
        field("mrz", plain("L898902C36UTO7408122F1204159ZE184226B<<<<<10"), "", "mrz2")};
    fields[2].spec.quad = below();
    apply_rules(fields, kNow);
    return !fields[0].checks.empty() && fields[0].checks.back().ok;
  };
  CHECK(compare("MÜLLER", "MUELLER"));
  CHECK(compare("Müller", "MULLER"));
  CHECK(compare("O'Brien-Smith", "OBRIEN<SMITH"));
  CHECK(compare("Straße", "STRASSE"));
  CHECK(compare("CIOBANAŞ", "CIOBANAS"));
  CHECK(compare("Țepeș", "TEPES"));
  CHECK(compare("Łódź", "LODZ"));
  CHECK(compare("žižka", "ZIZKA"));
  CHECK(compare("NOWAŃSKI", "NOWANSKI"));
  CHECK(compare("ŚWIĄŹ", "SWIAZ"));
  CHECK(compare("ŌTA ŢŪ ĶĹŔ", "OTA<TU<KLR"));
  CHECK(compare("œuvre", "OEUVRE"));
  CHECK(compare("Nguyễn", "NGUYEN"));
  CHECK_FALSE(compare("NOWAŃSKI", "NOWALSKI"));
  CHECK(compare("Ångström", "AANGSTROEM"));
  CHECK_FALSE(compare("MÜLLER", "MILLER"));
}

TEST_CASE("lines of a zone in fields are corrected together") {
  std::vector<FieldResult> fields = {
      field("mrz", plain("L898902C36UTO7408122F1204159ZE184226B<<<<<10"), "", "b"),
      field("mrz", doubtful("P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 4, {"O"}), "", "a")};
  fields[0].spec.quad = below();  // the order of the fields says nothing
  const auto mrz = apply_rules(fields, kNow);
  REQUIRE(mrz);
  CHECK(mrz->mrz.valid);
  CHECK(fields[1].text == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
  REQUIRE(fields[1].checks[0].changes.size() == 1);
  CHECK(fields[1].checks[0].changes[0].position == 4);

  // Upside down on the picture the first line is the lower one.
  for (FieldResult& line : fields)
    line.spec.quad = {line.spec.quad[2], line.spec.quad[3], line.spec.quad[0], line.spec.quad[1]};
  std::swap(fields[0].spec.quad, fields[1].spec.quad);
  for (FieldResult& line : fields) line.checks.clear();
  REQUIRE(apply_rules(fields, kNow));

  // Without alternatives a wrong check digit stays; the fields say what the zone says.
  fields = {field("mrz", plain("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<"), "", "a"),
            field("mrz", plain("L898902C36UTO7408123F1204159ZE184226B<<<<<10"), "", "b")};
  fields[1].spec.quad = below();
  const auto invalid = apply_rules(fields, kNow);
  REQUIRE(invalid);
  CHECK_FALSE(invalid->mrz.valid);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(fields[i].text == invalid->mrz.lines[i]);
    CHECK_FALSE(fields[i].checks[0].ok);
  }

  fields = {field("mrz", plain("NOT A ZONE"))};
  CHECK_FALSE(apply_rules(fields, kNow));
  CHECK(unchanged(fields[0]));
  CHECK_FALSE(fields[0].checks[0].ok);
}

}  // namespace nibble::test
