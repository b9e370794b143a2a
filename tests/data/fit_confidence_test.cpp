#include "data/fit_confidence.h"

#include <cmath>
#include <random>

#include "data/binomial.h"
#include "nn/error.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

constexpr std::size_t kOdds = static_cast<std::size_t>(Clue::odds);
constexpr std::size_t kChanged = static_cast<std::size_t>(Clue::changed);
constexpr std::size_t kVerified = static_cast<std::size_t>(Clue::verified);

/// Fields of which a logistic law says whether they are right: log-odds = bias + 0.8 odds - 0.5
/// changed + 2 verified.
std::vector<JudgedField> lawful_fields(int count, double bias, unsigned seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  std::vector<JudgedField> fields;
  for (int i = 0; i < count; ++i) {
    JudgedField field;
    field.evidence[kOdds] = 10 * uniform() - 2;
    field.evidence[kChanged] = uniform() < 0.3 ? 6 * uniform() : 0;
    field.evidence[kVerified] = uniform() < 0.2 ? 1 : 0;
    const double odds = bias + 0.8 * field.evidence[kOdds] - 0.5 * field.evidence[kChanged] +
                        2 * field.evidence[kVerified];
    field.right = uniform() < 1 / (1 + std::exp(-odds));
    field.document = "d" + std::to_string(i / 8);
    fields.push_back(field);
  }
  return fields;
}

std::string refusal(const std::vector<JudgedField>& fields, double error_rate) {
  try {
    fit_confidence(fields, error_rate);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::decode_failed);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the bounds of a share are those of Clopper and Pearson") {
  CHECK(binomial_upper_bound(0, 299) ==
        Approx(1 - std::pow(0.05, 1.0 / 299)));  // the rule of three
  CHECK(binomial_upper_bound(0, 0) == 1);
  CHECK(binomial_upper_bound(7, 7) == 1);
  const Interval interval = binomial_interval(8, 10);  // a textbook's
  CHECK(interval.low == Approx(0.4439).margin(1e-4));
  CHECK(interval.high == Approx(0.9748).margin(1e-4));
  CHECK(binomial_interval(0, 20).low == 0);
  CHECK(binomial_interval(20, 20).high == 1);
  CHECK(binomial_interval(3, 5000).high == Approx(0.001753).margin(1e-5));
}

TEST_CASE("a fit finds the law that made the data") {
  const Calibration found = fit_weights(lawful_fields(20000, -0.5, 7));
  CHECK(found.bias == Approx(-0.5).margin(0.1));
  CHECK(found.weights[kOdds] == Approx(0.8).margin(0.05));
  CHECK(found.weights[kChanged] == Approx(-0.5).margin(0.05));
  CHECK(found.weights[kVerified] == Approx(2).margin(0.2));
  CHECK(found.weights[static_cast<std::size_t>(Clue::outside)] ==
        0);  // of which the fields say nothing
}

TEST_CASE("a weight never goes against its clue, whatever the data say") {
  std::vector<JudgedField> fields = lawful_fields(2000, -0.5, 8);
  for (JudgedField& field : fields) field.right = !field.right;
  const Calibration found = fit_weights(fields);
  CHECK(found.weights[kOdds] == 0);
  CHECK(found.weights[kChanged] == 0);
  CHECK(found.weights[kVerified] == 0);
  // A share of right ones is all that is left.
  double right = 0;
  for (const JudgedField& field : fields) right += field.right ? 1 : 0;
  CHECK(calibrated_confidence(found, Evidence{}) == Approx(right / 2000).margin(0.01));
}

TEST_CASE("data that one clue splits leave the weights finite") {
  std::vector<JudgedField> fields;
  for (int i = 0; i < 100; ++i) {
    JudgedField field;
    field.evidence[kOdds] = i < 50 ? -12 : 12;
    field.right = i >= 50;
    fields.push_back(field);
  }
  const Calibration found = fit_weights(fields);
  CHECK(std::isfinite(found.bias));
  CHECK(found.weights[kOdds] > 0.1);
  CHECK(found.weights[kOdds] < 5);
}

TEST_CASE("the accepted keep the stated rate on data that were not seen") {
  for (const double rate : {0.01, 0.05}) {
    const ConfidenceFit fit = fit_confidence(lawful_fields(4000, 0, 9), rate);
    CHECK(fit.fields == 4000);
    CHECK(fit.documents == 500);
    CHECK(fit.calibration.error_rate == rate);
    CHECK(fit.upper_bound <= rate);
    CHECK(fit.accepted > 400);
    CHECK(fit.rejected_wrong * 2 >= fit.rejected);
    int accepted = 0;
    int wrong = 0;
    for (const JudgedField& field : lawful_fields(20000, 0, 10)) {
      if (calibrated_confidence(fit.calibration, field.evidence) < fit.calibration.accept) continue;
      ++accepted;
      wrong += field.right ? 0 : 1;
    }
    CHECK(accepted > 2000);
    CHECK(wrong <= rate * accepted);
  }
}

TEST_CASE("photographs of one print count once") {
  std::vector<JudgedField> fields = lawful_fields(12000, 0, 12);
  const ConfidenceFit apart = fit_confidence(fields, 0.02);
  for (std::size_t i = 0; i < fields.size(); ++i) fields[i].print = "p" + std::to_string(i % 8 / 4);
  const ConfidenceFit together = fit_confidence(fields, 0.02);
  CHECK(together.calibration.weights == apart.calibration.weights);
  CHECK(together.calibration.accept > apart.calibration.accept);
  CHECK(together.accepted < apart.accepted);
}

TEST_CASE("a rate that the fields cannot show is refused") {
  const std::vector<JudgedField> fields = lawful_fields(4000, 0, 11);
  const std::string few = refusal({fields.begin(), fields.begin() + 200}, 0.01);
  CHECK(few.find("too few fields (200, at least 299") != std::string::npos);
  std::vector<JudgedField> one_document = fields;
  for (JudgedField& field : one_document) field.document = "d";
  CHECK(refusal(one_document, 0.01).find("too few documents (1,") != std::string::npos);
  std::vector<JudgedField> all_right = fields;
  for (JudgedField& field : all_right) field.right = true;
  CHECK(refusal(all_right, 0.01).find("too few wrong readings (0 of 4000") != std::string::npos);
  std::vector<JudgedField> blind = fields;  // evidence that says nothing
  for (std::size_t i = 0; i < blind.size(); ++i) {
    blind[i].evidence = {};
    blind[i].right = i % 4 != 0;
  }
  CHECK(refusal(blind, 0.01).find("too often wrong") != std::string::npos);
}
