#include "recognizer/line/combine.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace nibble {
namespace {

/// A reading of one-byte characters, each with what else it could be.
struct Letter {
  std::string text;
  double confidence;
  std::vector<Alternative> alternatives{};
};

Reading reading_of(const std::vector<Letter>& letters) {
  Reading reading;
  reading.confidence = 1;
  double x = 0;
  for (const Letter& letter : letters) {
    reading.chars.push_back({letter.text, letter.confidence, x, x + 8, letter.alternatives});
    reading.text += letter.text;
    reading.confidence *= letter.confidence;
    x += 10;
  }
  return reading;
}

Reading sure(const std::string& text, double confidence = 0.9) {
  std::vector<Letter> letters;
  for (const char c : text) letters.push_back({std::string(1, c), confidence});
  return reading_of(letters);
}

CombinedReading combine(const std::vector<Reading>& readings, std::vector<double> weights = {}) {
  weights.resize(readings.size(), 1);
  std::vector<WeightedReading> weighted;
  for (std::size_t i = 0; i < readings.size(); ++i) weighted.push_back({&readings[i], weights[i]});
  return combine_readings(weighted, 3);
}

}  // namespace

TEST_CASE("no reading is an empty one, and one reading is itself") {
  CHECK(combine_readings({}, 3).reading.text.empty());
  const Reading single = reading_of({{"4", 0.7, {{"A", 0.2}, {"", 0.1}}}, {"2", 0.9}});
  const CombinedReading combined = combine({single});
  CHECK(combined.reading.text == "42");
  CHECK(combined.reading.confidence == single.confidence);
  REQUIRE(combined.reading.chars[0].alternatives.size() == 2);
  CHECK(combined.expected_change == 0);
}

TEST_CASE("the most probable character of each place wins, not the most frequent text") {
  // No two texts are the same, yet at each place two of three agree.
  const CombinedReading combined = combine({sure("1985"), sure("1965"), sure("7985")});
  CHECK(combined.reading.text == "1985");
  CHECK(combined.reading.chars[0].confidence == Approx(0.6));  // (0.9 + 0.9) / 3
  CHECK(combined.reading.chars[1].confidence == Approx(0.9));
  REQUIRE_FALSE(combined.reading.chars[2].alternatives.empty());
  CHECK(combined.reading.chars[2].alternatives[0].text == "6");
  CHECK(combined.reading.chars[2].alternatives[0].confidence == Approx(0.3));
}

TEST_CASE("alternatives count where first choices do not agree") {
  const CombinedReading combined =
      combine({reading_of({{"O", 0.5, {{"0", 0.45}}}}), reading_of({{"D", 0.5, {{"0", 0.45}}}}),
               reading_of({{"Q", 0.5, {{"0", 0.45}}}})});
  CHECK(combined.reading.text == "0");
  CHECK(combined.reading.chars[0].confidence == Approx(0.45));
}

TEST_CASE("characters that one reading has too many or too few are put right by the others") {
  CHECK(combine({sure("12.01.2012"), sure("12.1.2012"), sure("12.01.2012")}).reading.text ==
        "12.01.2012");
  CHECK(combine({sure("12.1.2012"), sure("12.01.2012"), sure("12.01.2012")}).reading.text ==
        "12.01.2012");
  CHECK(combine({sure("ANNA"), sure("AN NA"), sure("ANNA")}).reading.text == "ANNA");
  CHECK(combine({sure("NNA"), sure("ANNA"), sure("ANNA")}).reading.text == "ANNA");
  CHECK(combine({sure("ANN"), sure("ANNA"), sure("ANNA")}).reading.text == "ANNA");
}

TEST_CASE("a reading counts by its weight") {
  const std::vector<Reading> readings = {sure("1"), sure("7"), sure("7")};
  CHECK(combine(readings).reading.text == "7");
  CHECK(combine(readings, {5, 1, 1}).reading.text == "1");
  CHECK(combine(readings, {1, 1, 1}).reading.chars[0].confidence == Approx(0.6));
}

TEST_CASE("the order of readings of equal weight does not change the text") {
  std::vector<Reading> readings = {sure("K0RV"), sure("KORV"), sure("KORVA"), sure("KORV")};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    std::rotate(readings.begin(), readings.begin() + 1, readings.end());
    CHECK(combine(readings).reading.text == "KORV");
  }
}

TEST_CASE("readings in which nothing was read speak against characters") {
  CHECK(combine({sure("A"), Reading{}, Reading{}}).reading.text.empty());
  CHECK(combine({sure("A"), sure("A"), Reading{}}).reading.text == "A");
}

TEST_CASE("no spaces remain at the ends of a combined text") {
  CHECK(combine({sure(" A "), sure(" A "), sure("A")}).reading.text == "A");
}

TEST_CASE("each character tells where it was seen, along the first reading's line") {
  const Reading narrow = sure("AC");
  Reading wide = sure("ABC");
  for (ReadChar& c : wide.chars) {
    c.x0 *= 2;
    c.x1 *= 2;
  }
  const CombinedReading combined = combine({narrow, wide, wide}, {1.1, 1, 1});
  REQUIRE(combined.reading.text == "ABC");
  CHECK(combined.sources[1].reading != 0);
  CHECK(combined.sources[1].character == 1);
  const std::vector<ReadChar>& chars = combined.reading.chars;
  CHECK(chars[0].x0 == narrow.chars[0].x0);
  CHECK(chars[2].x1 == narrow.chars[1].x1);
  CHECK(chars[1].x0 >= chars[0].x0);
  CHECK(chars[1].x1 <= chars[2].x1);
}

TEST_CASE("letters of two bytes are one character") {
  const Reading first = reading_of({{"\u0160", 0.9}, {"I", 0.9}});
  const Reading second = reading_of({{"S", 0.6, {{"\u0160", 0.4}}}, {"I", 0.9}});
  const CombinedReading combined = combine({first, second});
  CHECK(combined.reading.text == "\u0160I");
  CHECK(combined.reading.chars[0].confidence == Approx(0.65));
}

TEST_CASE("readings that agree promise no change, those that do not promise one that shrinks") {
  const double agreed = combine({sure("1985", 1), sure("1985", 1)}).expected_change;
  CHECK(agreed == Approx(0));
  const double two = combine({sure("1985"), sure("1765")}).expected_change;
  const double four =
      combine({sure("1985"), sure("1765"), sure("1985"), sure("1765")}).expected_change;
  CHECK(two > 0.05);
  CHECK(four < two);
  CHECK(four > 0);
}

}  // namespace nibble
