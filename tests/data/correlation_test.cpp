#include "data/correlation.h"

#include "tests/catch.h"

using nibble::intraclass_correlation;

TEST_CASE("members that are all the same correlate fully, and those of even groups not at all") {
  CHECK(intraclass_correlation({{true, true}, {false, false}, {false, false}}) == Approx(1));
  CHECK(intraclass_correlation({{true, false}, {true, false}, {false, true}}) == 0);
}

TEST_CASE("the correlation of a table worked out by hand") {
  // Means 1, 1/2, 0: between 2 * (1/4 + 0 + 1/4) / 2 = 1/2, within (0 + 1/2 + 0) / 3 = 1/6;
  // (1/2 - 1/6) / (1/2 + 1/6) = 1/2.
  CHECK(intraclass_correlation({{true, true}, {true, false}, {false, false}}) == Approx(0.5));
}

TEST_CASE("what cannot be told is no correlation") {
  CHECK(intraclass_correlation({}) == 0);
  CHECK(intraclass_correlation({{true, false}}) == 0);
  CHECK(intraclass_correlation({{true}, {false}, {}}) == 0);
  CHECK(intraclass_correlation({{false, false}, {false, false}}) == 0);
}
