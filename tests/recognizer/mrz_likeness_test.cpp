#include "recognizer/mrz/likeness.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using namespace nibble;

namespace {

/// A line each of whose characters was read with this confidence.
FieldResult line(const std::string& text, double confidence) {
  FieldResult result;
  result.reading.text = text;
  result.reading.confidence = 1;
  for (const char c : text) {
    result.reading.chars.push_back({std::string(1, c), confidence, 0, 1, {}});
    result.reading.confidence *= confidence;
  }
  return result;
}

}  // namespace

TEST_CASE("a line is as like one of a zone as its characters are sure and allowed there") {
  CHECK(likeness(line("P<UTOERIKSSON<<ANNA", 0.9).reading).plausible == Approx(0.9));
  CHECK(likeness(line("P<UTOERIKSSON<<ANNA", 0.9).reading).fillers == 3);
  CHECK(likeness(line("ab12", 0.8).reading).plausible == Approx(0.4));
  CHECK(likeness(Reading{}).plausible == 0);
}

TEST_CASE("lines of a zone are long and have fillers") {
  const FieldResult first = line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0.9);
  const FieldResult second = line("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 0.7);
  CHECK(plausibility({first, second}) == Approx(0.8));
  CHECK(plausibility({first, line("L898902C36UTO<<<", 0.7)}) == 0);
  CHECK(plausibility({line("REPUBLIC OF UTOPIA PASSPORT", 0.9)}) == 0);
  CHECK(plausibility({}) == 0);
}
