#include "app/report/review_alternatives.h"

#include "tests/catch.h"

using namespace nibble;

namespace {

using Texts = std::vector<std::string>;

TextChar read_char(const std::string& text, double confidence,
                   std::vector<Alternative> alternatives = {}) {
  TextChar c;
  c.text = text;
  c.confidence = confidence;
  c.alternatives = std::move(alternatives);
  return c;
}

TextLine line_of(const std::string& text, const std::string& raw, std::vector<TextChar> chars) {
  TextLine line;
  line.text = text;
  line.raw = raw;
  line.chars = std::move(chars);
  return line;
}

}  // namespace

TEST_CASE("alternatives differ by one character, the likeliest first", "[review]") {
  const TextLine line =
      line_of("AÖB", "AÖB",
              {read_char("A", 0.9, {{"Å", 0.09}}), read_char("Ö", 0.5, {{"Õ", 0.4}, {"O", 0.1}}),
               read_char("B", 0.99, {{"", 0.02}, {"8", 0.01}, {"3", 0.001}})});
  CHECK(text_alternatives(line, 9) == Texts{"AÕB", "AOB", "ÅÖB", "AÖ", "AÖ8"});
  CHECK(text_alternatives(line, 2) == Texts{"AÕB", "AOB"});
  CHECK(text_alternatives(line, 0).empty());
}

TEST_CASE("what was read comes first, and what a rule changed stays as the rule has it",
          "[review]") {
  const TextLine line = line_of("22.05", "22,05",
                                {read_char(" ", 0.9), read_char("2", 0.9, {{"Z", 0.1}}),
                                 read_char("2", 1), read_char(",", 0.6, {{".", 0.3}, {";", 0.1}}),
                                 read_char("0", 0.8, {{"O", 0.2}}), read_char("5", 1)});
  CHECK(text_alternatives(line, 9) == Texts{"22,05", "22.O5", "Z2.05"});
}

TEST_CASE("frames of a clip are asked too, and nothing is offered twice", "[review]") {
  TextLine line = line_of("AB", "AB", {read_char("A", 0.9, {{"4", 0.1}}), read_char("B", 0.9)});
  line.said = {{0, "AB", 0.9}, {1, "4B", 0.2}, {2, "A8", 0.1}, {3, "A8", 0.1}, {4, "", 0.1}};
  CHECK(text_alternatives(line, 9) == Texts{"4B", "A8"});
}

TEST_CASE("what cannot be printed is not offered", "[review]") {
  const TextLine line =
      line_of("AB",
              "\u202E"
              "AB",
              {read_char("A", 0.9, {{"\u2066", 0.2}, {"\x1B", 0.1}}), read_char("B", 0.9)});
  CHECK(text_alternatives(line, 9).empty());
  CHECK(text_alternatives(TextLine{}, 9).empty());
}
