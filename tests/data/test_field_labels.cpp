#include "data/field_labels.h"
#include "nn/error.h"
#include "tests/catch.h"

using nibble::Error;
using nibble::guess_group;
using nibble::parse_field_labels;

namespace {

const std::string kHeader = "type\tframe\tfield\tgroup\tofficial_value\tclean\tvalue\n";
const std::string kRow = "43_tur_id\tCA/CA43_01\tfield04\tdate\t1\t1\t22.05.1975\n";

std::string message_of(const std::string& text) {
  try {
    parse_field_labels(text, "fields.tsv");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("labels are read by the names of their columns") {
  const auto labels = parse_field_labels(
      "\xEF\xBB\xBFvalue\tclean\tnote\ttype\tframe\tfield\tgroup\tofficial_value\r\n\"O'NEIL\t0\t\t1_x\tTS/a b\tf\tlatin\t1\r\n\n",
      "x");
  REQUIRE(labels.size() == 1);
  CHECK(labels[0].value == "\"O'NEIL");
  CHECK(labels[0].frame == "TS/a b");
  CHECK(labels[0].official);
  CHECK_FALSE(labels[0].clean);
  CHECK(parse_field_labels(kHeader + kRow, "x").at(0).clean);
  CHECK(parse_field_labels(kHeader, "x").empty());
}

TEST_CASE("a bad label names its line") {
  CHECK(message_of("") == "fields.tsv: is empty, expected a header");
  CHECK(message_of("type\tframe\n").find("line 1: the header has no column \"field\"") !=
        std::string::npos);
  CHECK(message_of(kHeader + kRow + "a\tb\n")
            .find("line 3: expected 7 tab-separated columns, found 2") != std::string::npos);
  CHECK(message_of(kHeader + "t\tCA/x\tf\tdate\t1\tyes\tv\n")
            .find("line 2: expected 0 or 1 in column clean") != std::string::npos);
  CHECK(message_of(kHeader + "t\tCA_x\tf\tdate\t1\t1\tv\n").find("line 2: expected a frame") !=
        std::string::npos);
  CHECK(message_of(kHeader + "t\tCA/x\t\tdate\t1\t1\tv\n").find("line 2: column field is empty") !=
        std::string::npos);
  CHECK(message_of(kHeader + "t\tCA/x\tf\tdate\t1\t1\t\xC3\n").find("line 2: is not UTF-8") !=
        std::string::npos);
  CHECK(message_of(kHeader + kRow + kRow).find("line 3: field04 of CA/CA43_01 is labelled twice") !=
        std::string::npos);
}

TEST_CASE("groups are guessed from values") {
  CHECK(guess_group("P<UTOERIKSSON<<ANNA") == "mrz");
  CHECK(guess_group("22.05.1975") == "date");
  CHECK(guess_group("17 07 81") == "date");
  CHECK(guess_group("1975 - 05 - 22") == "date");
  CHECK(guess_group("19910824-00026") == "docnum");
  CHECK(guess_group("12345678") == "docnum");
  CHECK(guess_group("AA000") == "docnum");
  CHECK(guess_group("Mag. MUSTER") == "latin");
  CHECK(guess_group("") == "latin");
}
