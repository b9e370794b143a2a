#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "recognizer/kinds/template.h"
#include "recognizer/page/page.h"
#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::Template;
using nlohmann::json;

namespace {

json good_template() {
  return json::parse(
      R"({"schema_version": "1.0", "name": "card", "width": 200, "height": 100, "picture": "card.png", "fields": [
    {"name": "field01", "quad": [[10, 10], [90, 10], [90, 30], [10, 30]], "kind": "date", "format": "dd.mm.yyyy", "alphabet": "0123456789."},
    {"name": "nom", "quad": [[10.5, 40.25], [90, 41], [90, 61], [10, 60]]}]})");
}

std::string error_of(const std::string& text) {
  return synthetic::error_of([&] { nibble::parse_template(text, "card.json"); });
}

}  // namespace

TEST_CASE("a template is parsed", "[template]") {
  const Template document = nibble::parse_template(good_template().dump(), "card.json");
  CHECK(document.name == "card");
  CHECK(document.width == 200);
  CHECK(document.height == 100);
  CHECK(document.picture == "card.png");
  REQUIRE(document.fields.size() == 2);
  CHECK(document.fields[0].name == "field01");
  CHECK(document.fields[0].kind == "date");
  CHECK(document.fields[0].format == "dd.mm.yyyy");
  CHECK(document.fields[0].alphabet == "0123456789.");
  CHECK(document.fields[1].quad == nibble::Quad{{{10.5, 40.25}, {90, 41}, {90, 61}, {10, 60}}});
  CHECK(document.fields[1].kind.empty());
}

TEST_CASE("a template survives being written and parsed", "[template]") {
  Template document = nibble::parse_template(good_template().dump(), "card.json");
  document.fields[0].alphabet = "\u00c9\"\\";
  document.fields[1].quad[0].x = 1.0 / 3;
  const std::string text = nibble::template_to_json(document);
  const Template again = nibble::parse_template(text, "again");
  CHECK(again.picture == document.picture);
  REQUIRE(again.fields.size() == 2);
  CHECK(again.fields[0].alphabet == document.fields[0].alphabet);
  CHECK(again.fields[0].format == document.fields[0].format);
  CHECK(again.fields[1].quad == document.fields[1].quad);
  CHECK(nibble::template_to_json(again) == text);
  CHECK_THAT(text, Catch::Matchers::Contains("[[10,10],[90,10],[90,30],[10,30]]"));
}

TEST_CASE("unknown keys, missing optional ones and slips of the hand are accepted", "[template]") {
  json value = good_template();
  value["author"] = {1, 2, 3};
  value["fields"][0]["colour"] = nullptr;
  value["schema_version"] = "1.7";
  value.erase("picture");
  value["fields"][0]["quad"] = json::parse("[[-2, -2], [202, -2], [202, 30], [-2, 30]]");
  CHECK(error_of(value.dump()) == "no error");
}

TEST_CASE("every bad template is refused with a line that says what and where", "[template]") {
  struct Case {
    std::function<void(json&)> spoil;
    std::string message;
  };
  const auto field = [](const char* key, const char* value) {
    return [key, value](json& t) { t["fields"][0][key] = json::parse(value); };
  };
  const auto top = [](const char* key, const char* value) {
    return [key, value](json& t) { t[key] = json::parse(value); };
  };
  const std::string first = "field 1: \"field01\": ";
  const std::string corners = first + "\"quad\" must be four corners [x, y]";
  const std::string outside = first + "its quad lies outside the picture of 200 x 100 pixels";
  const Case cases[] = {
      {[](json& t) { t = json::array(); }, "it is not a JSON object"},
      {[](json& t) { t.erase("schema_version"); }, "\"schema_version\" is missing"},
      {top("schema_version", "1"), "\"schema_version\" must be a string"},
      {top("schema_version", "\"2.0\""), "its \"schema_version\" is not 1.x: import it again"},
      {[](json& t) { t.erase("name"); }, "\"name\" is missing"},
      {top("name", "[]"), "\"name\" must be a string"},
      {top("name", "\"\""), "its name is empty"},
      {top("name", "\"a/b\""), "its name contains '/', which a file name can't"},
      {[](json& t) { t["name"] = std::string(101, 'a'); }, "its name is longer than 100 bytes"},
      {[](json& t) { t.erase("width"); }, "\"width\" is missing"},
      {top("width", "0"), "\"width\" must be between 1 and 20000 pixels"},
      {top("width", "20001"), "\"width\" must be between 1 and 20000 pixels"},
      {top("height", "-5"), "\"height\" must be between 1 and 20000 pixels"},
      {top("height", "18446744073709551615"), "\"height\" must be between 1 and 20000 pixels"},
      {top("height", "99.5"), "\"height\" must be a whole number"},
      {top("height", "\"100\""), "\"height\" must be a whole number"},
      {top("picture", "7"), "\"picture\" must be a string"},
      {top("picture", "\"../card.png\""), "the file name in \"picture\" starts with a dot"},
      {top("picture", "\"a/card.png\""),
       "the file name in \"picture\" contains '/', which a file name can't"},
      {[](json& t) { t.erase("fields"); }, "\"fields\" is missing"},
      {top("fields", "{}"), "\"fields\" must be a list"},
      {top("fields", "[]"), "it has no fields"},
      {[](json& t) { t["fields"] = json(1001, t["fields"][0]); }, "it has more than 1000 fields"},
      {top("fields", "[null]"), "field 1: must be an object"},
      {[](json& t) { t["fields"][1].erase("name"); }, "field 2: \"name\" is missing"},
      {field("name", "null"), "field 1: \"name\" must be a string"},
      {field("name", "\"\""), "field 1: its name is empty"},
      {field("name", "\"..\""), "field 1: its name starts with a dot"},
      {field("name", "\"a\\\\b\""), "field 1: its name contains '\\', which a file name can't"},
      {field("name", "\"a\\nb\""), "field 1: its name contains a control character"},
      {field("name", "\"nom\""), "field 2: \"nom\" is the name of an earlier field"},
      {field("kind", "1"), first + "\"kind\" must be a string"},
      {field("format", "{}"), first + "\"format\" must be a string"},
      {field("alphabet", "[\"a\"]"), first + "\"alphabet\" must be a string"},
      {[](json& t) { t["fields"][0].erase("quad"); }, first + "\"quad\" is missing"},
      {field("quad", "[10, 10, 90, 10, 90, 30, 10, 30]"), corners},
      {field("quad", "[[10, 10], [90, 10], [90, 30]]"), corners},
      {field("quad", "[[10, 10], [90, 10], [90, 30], [10]]"), corners},
      {field("quad", "[[10, 10], [90, 10], [90, 30], [10, \"30\"]]"), corners},
      {field("quad", "[[10, 10], [90, 30], [90, 10], [10, 30]]"),
       first + "its quad crosses itself"},
      {field("quad", "[[10, 10], [10, 10], [10, 10], [10, 10]]"), first + "its quad has no area"},
      {field("quad", "[[10, 10], [10, 30], [90, 30], [90, 10]]"),
       first +
           "its quad is mirrored: its corners run counter-clockwise instead of top-left, top-right, bottom-right, bottom-left"},
      {field("quad", "[[10, 10], [1e300, 10], [90, 30], [10, 30]]"),
       first + "its quad has a coordinate beyond 100000 pixels"},
      {field("quad", "[[-2.1, 10], [90, 10], [90, 30], [-2.1, 30]]"), outside},
      {field("quad", "[[10, -2.1], [90, -2.1], [90, 30], [10, 30]]"), outside},
      {field("quad", "[[10, 10], [202.1, 10], [202.1, 30], [10, 30]]"), outside},
      {field("quad", "[[10, 10], [90, 10], [90, 102.1], [10, 102.1]]"), outside},
  };
  for (const Case& c : cases) {
    json value = good_template();
    c.spoil(value);
    CHECK(error_of(value.dump()) == "bad_template: card.json: " + c.message);
  }
}

TEST_CASE("text that is no JSON is refused with its position", "[template]") {
  const std::string start = "bad_template: card.json: it is not valid JSON ";
  CHECK(error_of("") == start + "(line 1, column 1)");
  CHECK(error_of("{\n  \"name\": oops\n}") == start + "(line 2, column 11)");
  CHECK(error_of("{\"name\": NaN}") == start + "(line 1, column 10)");
  CHECK(error_of("{\"name\":\"\xff\"}") == start + "(line 1, column 10)");
  const std::string it = "bad_template: card.json: it ";
  CHECK(error_of(std::string(100000, '[')) == it + "is nested more than 16 levels deep");
  CHECK(error_of("{\"width\": 1e999}") == it + "holds a number out of range");
  CHECK(error_of("{\"width\": 1, \"width\": 2}") == it + "has the name \"width\" twice");
}
