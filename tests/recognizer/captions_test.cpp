#include "recognizer/rules/captions.h"

#include <string>

#include "nn/error.h"
#include "recognizer/rules/fit.h"
#include "recognizer/rules/line_captions.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

const std::string kTable =
    "# remark\nfield\tlanguage\tcaptions\nsurname\ten\tSurname|Family name\nsurname\tfr\tNom\n"
    "birth_date\ten\tDate of birth\nissue_date\ten\tDate of issue\nother\ten\tSignature\n";

std::string problem_of(const std::string& table) {
  try {
    CaptionDictionary(table, "captions.tsv");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::bad_template);
    return error.what();
  }
  return "no problem";
}

/// "name" of a sure match, "name?" of another one, "" of none.
std::string found(const std::string& print) {
  const auto match = CaptionDictionary::shipped().find(print);
  return match ? match->name + (match->sure ? "" : "?") : "";
}

/// Captions and values of a line, "surname(Surname / Nom) [DOE]".
std::string parts_of(const std::string& text) {
  Reading reading;
  reading.text = text;
  for (const std::string& c : characters(text)) reading.chars.push_back({c, 0.9, 0, 0, {}});
  const LineParts parts = part_line(reading, std::vector<double>(reading.chars.size(), 0),
                                    CaptionDictionary::shipped());
  std::string list;
  for (const LineCaption& caption : parts.captions)
    list += caption.name + "(" + span_text(reading, caption.span) + ") ";
  for (const CharSpan& value : parts.values) list += "[" + span_text(reading, value) + "]";
  return list;
}

TEST_CASE("a table of captions that cannot be used says where") {
  CHECK(CaptionDictionary(kTable, "x").size() == 6);
  CHECK(problem_of(kTable + "surname\ten\n").find("row 8: there must be field, language") !=
        std::string::npos);
  CHECK(problem_of(kTable + "shoe_size\ten\tShoe size\n").find("no field is called shoe_size") !=
        std::string::npos);
  CHECK(problem_of(kTable + "given_names\tca\tNom\n").find("is a caption of surname too") !=
        std::string::npos);
  CHECK(problem_of(kTable + "sex\ten\tS\n").find("2 to 40 letters") != std::string::npos);
}

TEST_CASE("the shipped captions are many, in the languages of Europe in Latin letters") {
  CHECK(CaptionDictionary::shipped().size() > 1000);
  CHECK(found("Surname") == "surname");
  CHECK(found("PŘÍJMENÍ") == "surname");
  CHECK(found("Valstybės kodas") == "other");
  CHECK(found("Data ważności") == "expiry_date");
  CHECK(found("Syntymäaika") == "birth_date");
  CHECK(found("Lugar de nacimiento") == "birth_place");
  CHECK(found("Vozačka dozvola") == "licence");
}

TEST_CASE("captions are found misread, the longer the more so") {
  CHECK(found("DATVM NAR0ZENl") == "birth_date");
  CHECK(found("PLACÉ OF BIRTM") == "birth_place");
  CHECK(found("Staatsangehőrigkel") == "nationality");
  CHECK(found("5EX") == "sex");
  CHECK(found("S?X") == "");  // two letters of a short one are too few
  CHECK(found("NUN") == "");  // a letter of a short one decides
  CHECK(found("Pzxbe of burth") != "birth_date");
}

TEST_CASE("half a caption is found, and is not sure") {
  CHECK(found("Voorna") == "given_names?");
  CHECK(found("tedatum") == "");  // ends captions of several fields
}

TEST_CASE("values are no captions") {
  for (const char* text : {"MARIA", "KOVÁCS", "BRÄMSUND", "UTOPIA", "REPUBLICA", "12345678", "M",
                           "22.05.1975", "ANNA MARIA", "VERENA ROŽA", "POLITIET I HØGHAVN"}) {
    INFO(text);
    CHECK(found(text) == "");
  }
}

TEST_CASE("a line is parted into captions and values") {
  CHECK(parts_of("Surname / Nom") == "surname(Surname / Nom) ");
  CHECK(parts_of("Fornavn/Given names") == "given_names(Fornavn/Given names) ");
  CHECK(parts_of("Surname: DOE") == "surname(Surname) [DOE]");
  CHECK(parts_of("Date of birth 01.02.1990") == "birth_date(Date of birth) [01.02.1990]");
  CHECK(parts_of("Date of issue / Date of expiry") ==
        "issue_date(Date of issue) expiry_date(Date of expiry) ");
  CHECK(parts_of("1. Surname/Nom") == "surname(Surname/Nom) ");
  CHECK(parts_of("Rue du Nom 12") == "[Rue du Nom 12]");
  CHECK(parts_of("Gjinia / Sex") == "sex(Gjinia / Sex) ");
}

TEST_CASE("a caption in a language that is not known goes with the known one beside it") {
  CHECK(parts_of("Abcdefgh / Surname") == "surname(Abcdefgh / Surname) ");
  CHECK(parts_of("Surname / Abcdefgh") == "surname(Surname / Abcdefgh) ");
}

}  // namespace
}  // namespace nibble::test
