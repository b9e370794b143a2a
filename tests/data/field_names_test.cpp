#include "data/field_names.h"

#include <string>

#include "nn/error.h"
#include "tests/catch.h"

using nibble::judge_named_text;
using nibble::NameOutcome;
using nibble::parse_field_names;

namespace {

const std::string kHeader = "type\tfield\tname\n";

std::string message_of(const std::string& text) {
  try {
    parse_field_names(text, "names.tsv");
  } catch (const nibble::Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("names are read by the names of their columns") {
  const auto names =
      parse_field_names("name\tnote\ttype\tfield\r\nsurname\t\t1_x\tfield02\r\n\n", "x");
  REQUIRE(names.size() == 1);
  CHECK(names.at({"1_x", "field02"}) == "surname");
}

TEST_CASE("a bad name says its line") {
  CHECK(message_of("") == "names.tsv: is empty, expected a header");
  CHECK(message_of("type\tfield\n").find("no column \"name\"") != std::string::npos);
  CHECK(message_of(kHeader + "a\tb\n").find("line 2: expected 3 tab-separated columns, found 2") !=
        std::string::npos);
  CHECK(message_of(kHeader + "a\tb\t\n").find("line 2: column name is empty") != std::string::npos);
  CHECK(message_of(kHeader + "a\tb\tsex\na\tb\tsex\n").find("line 3: b of a is named twice") !=
        std::string::npos);
  CHECK(message_of(kHeader + "a\tb\t\xC3\n").find("line 2: is not UTF-8") != std::string::npos);
}

TEST_CASE("a named text is right with a title beside it, and not with another text") {
  CHECK(judge_named_text("DOE", "Mag. DOE") == NameOutcome::right);
  CHECK(judge_named_text("01.02.1990", "O1.02.1990") == NameOutcome::right);
  CHECK(judge_named_text("DOE", "JANE DOE OSTHAVEN") == NameOutcome::wrong);
  CHECK(judge_named_text("DOE", "D0R") == NameOutcome::wrong);
}

TEST_CASE("accepted names that are wrong are counted apart") {
  nibble::NameScore score;
  score.add(NameOutcome::right, true);
  score.add(NameOutcome::wrong, true);
  score.add(NameOutcome::wrong, false);
  score.add(NameOutcome::absent, false);
  CHECK(score.fields() == 4);
  CHECK(score.accepted == 2);
  CHECK(score.accepted_wrong == 1);
}
