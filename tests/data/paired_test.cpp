#include "data/paired.h"

#include "data/conditions.h"
#include "data/risk_coverage.h"
#include "tests/catch.h"

using nibble::Judged;
using nibble::mcnemar;
using nibble::PairedSample;

TEST_CASE("McNemar's test gives the binomial's two tails") {
  CHECK(mcnemar(0, 0) == 1);
  CHECK(mcnemar(5, 5) == Approx(1));
  CHECK(mcnemar(6, 0) == Approx(2.0 / 64));
  CHECK(mcnemar(0, 6) == Approx(2.0 / 64));
  CHECK(mcnemar(1, 9) == Approx(2.0 * 11 / 1024));  // (1 + 10) of 2^10 splits
  CHECK(mcnemar(2, 3) == Approx(1));
  CHECK(mcnemar(4000, 5000) < 1e-20);
}

TEST_CASE("paired readings are counted by what changed") {
  const std::vector<PairedSample> samples = {{"a", true, true},
                                             {"a", true, false},
                                             {"b", false, true},
                                             {"b", false, true},
                                             {"c", false, false}};
  const nibble::PairedComparison result = nibble::compare_paired(samples);
  CHECK(result.count == 5);
  CHECK(result.lost == 1);
  CHECK(result.gained == 2);
  CHECK(result.difference == Approx(0.2));
  CHECK(result.interval.low >= -0.5);
  CHECK(result.interval.low < 0);  // three draws of clip a alone give -0.5
  CHECK(result.interval.high == Approx(1));
  CHECK(result.probability == Approx(1));
}

TEST_CASE("no change has no width, and no readings no difference") {
  const nibble::PairedComparison same =
      nibble::compare_paired({{"a", true, true}, {"b", false, false}});
  CHECK(same.difference == 0);
  CHECK(same.interval.low == 0);
  CHECK(same.interval.high == 0);
  CHECK(nibble::compare_paired({}).count == 0);
}

TEST_CASE("risk falls when fewer readings are accepted") {
  const auto curve = nibble::risk_coverage({{0.5, false}, {0.9, true}, {0.7, true}, {0.7, false}});
  REQUIRE(curve.size() == 3);
  CHECK(curve[0].coverage == Approx(0.25));
  CHECK(curve[0].risk == 0);
  CHECK(curve[1].confidence == 0.7);
  CHECK(curve[1].coverage == Approx(0.75));  // equal confidences stand together
  CHECK(curve[1].risk == Approx(1.0 / 3));
  CHECK(curve[2].coverage == 1);
  CHECK(curve[2].risk == Approx(0.5));
  CHECK(nibble::coverage_at_risk(curve, 0.4) == Approx(0.75));
  CHECK(nibble::coverage_at_risk(curve, 0) == Approx(0.25));
  CHECK(nibble::coverage_at_risk({{0.9, 0.5, 0.2}}, 0.1) == 0);
  CHECK(nibble::risk_coverage({}).empty());
}

TEST_CASE("conditions name a scene and a camera") {
  CHECK(nibble::scene_of("TA") == "table");
  CHECK(nibble::phone_of("TA") == "A (iPhone 5)");
  CHECK(nibble::phone_of("CS") == "S (Galaxy S3)");
  CHECK(nibble::scene_of("LG") == "low light");
  CHECK(nibble::phone_of("DX") == "X (iPhone XS Max)");
  for (const char* other : {"XX", "DA", "TX", "photo", ""}) {
    CHECK(nibble::scene_of(other).empty());
    CHECK(nibble::phone_of(other).empty());
  }
}
