#include "data/fit_confidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "data/binomial.h"
#include "data/risk_coverage.h"
#include "nn/error.h"

namespace nibble {
namespace {

constexpr int kParts = 5;
constexpr int kMinDocuments = 20;
// About two for each number that is fitted; fewer say next to nothing about what wrong readings
// look like.
constexpr int kMinWrong = 16;
// Precision of the prior, in fields; weights are of the order of 1.
constexpr double kPrior = 1;
constexpr int kMaxRounds = 1000;
constexpr double kConverged = 1e-7;

/// Goes up the likelihood along one coordinate after the other. It is concave, so that this ends at
/// its maximum within the bounds.
class Regression {
 public:
  explicit Regression(const std::vector<JudgedField>& fields)
      : fields_(fields), columns_(kClueNames.size() + 1), odds_(fields.size()) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      for (const JudgedField& field : fields)
        columns_[c].push_back(c == 0 ? 1 : field.evidence[c - 1]);
      // Around their mean, else the bias and the weights would have to go up together in small
      // steps.
      means_.push_back(c == 0 ? 0
                              : std::accumulate(columns_[c].begin(), columns_[c].end(), 0.0) /
                                    static_cast<double>(fields.size()));
      for (double& x : columns_[c]) x -= means_[c];
    }
    weights_.resize(columns_.size());
  }

  Calibration fit() {
    for (int round = 0; round < kMaxRounds; ++round) {
      double change = 0;
      for (std::size_t c = 0; c < columns_.size(); ++c) change = std::max(change, step(c));
      if (change < kConverged) break;
    }
    Calibration calibration;
    calibration.bias =
        weights_[0] - std::inner_product(weights_.begin(), weights_.end(), means_.begin(), 0.0);
    std::copy(weights_.begin() + 1, weights_.end(), calibration.weights.begin());
    return calibration;
  }

 private:
  /// Log-likelihood and prior with the weight of a column changed.
  double value(std::size_t c, double change) const {
    const double weight = weights_[c] + change;
    double sum = c == 0 ? 0 : -kPrior * weight * weight / 2;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const double odds = odds_[i] + columns_[c][i] * change;
      sum -= std::log1p(std::exp(fields_[i].right ? -odds : odds));
    }
    return sum;
  }

  /// One step of Newton's method, shortened until it goes up. Returns its length.
  double step(std::size_t c) {
    double slope = c == 0 ? 0 : -kPrior * weights_[c];
    double curvature = c == 0 ? 1e-9 : kPrior;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const double p = 1 / (1 + std::exp(-odds_[i]));
      slope += columns_[c][i] * ((fields_[i].right ? 1 : 0) - p);
      curvature += columns_[c][i] * columns_[c][i] * p * (1 - p);
    }
    double change = std::clamp(slope / curvature, -kLongestStep, kLongestStep);
    const int direction = c == 0 ? 0 : clue_direction(static_cast<Clue>(c - 1));
    if (direction * (weights_[c] + change) < 0) change = -weights_[c];
    const double before = value(c, 0);
    while (std::abs(change) > kConverged && value(c, change) < before) change /= 2;
    weights_[c] += change;
    for (std::size_t i = 0; i < fields_.size(); ++i) odds_[i] += columns_[c][i] * change;
    return std::abs(change);
  }

  static constexpr double kLongestStep = 5;
  const std::vector<JudgedField>& fields_;
  std::vector<std::vector<double>>
      columns_;  ///< 1, then the clues around their means, a value a field
  std::vector<double> means_;
  std::vector<double> weights_;
  std::vector<double> odds_;
};

std::string percent(double share) { return fmt::format("{:g} %", 100 * share); }

void check_fields(const ConfidenceFit& fit, double error_rate) {
  // With fewer not even a reader without errors could be told to keep the rate.
  int least = 1;
  while (binomial_upper_bound(0, least) > error_rate) ++least;
  std::string problem;
  if (fit.fields < least)
    problem = "fields (" + std::to_string(fit.fields) + ", at least " + std::to_string(least);
  if (fit.documents < kMinDocuments)
    problem = "documents (" + std::to_string(fit.documents) + ", at least " +
              std::to_string(kMinDocuments);
  if (problem.empty() && fit.wrong < kMinWrong)
    problem = "wrong readings (" + std::to_string(fit.wrong) + " of " + std::to_string(fit.fields) +
              ", at least " + std::to_string(kMinWrong);
  if (!problem.empty())
    throw Error(
        ErrorCode::decode_failed,
        "too few " + problem + " are needed) to state an error rate of " + percent(error_rate));
}

/// The confidence of each field by a fit to the other parts, from the highest down.
std::vector<Judged> cross_judge(const std::vector<JudgedField>& fields,
                                const std::map<std::string, int>& documents) {
  std::vector<Judged> scores;
  for (int part = 0; part < kParts; ++part) {
    std::vector<JudgedField> others;
    const auto held_out = [&](const JudgedField& field) {
      return documents.at(field.document) % kParts == part;
    };
    std::copy_if(fields.begin(), fields.end(), std::back_inserter(others),
                 [&](const JudgedField& field) { return !held_out(field); });
    const Calibration calibration = fit_weights(others);
    for (const JudgedField& field : fields) {
      if (held_out(field))
        scores.push_back({calibrated_confidence(calibration, field.evidence), field.right});
    }
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const Judged& a, const Judged& b) { return a.confidence > b.confidence; });
  return scores;
}

/// How many photographs there are of a print.
double count_repeats(const std::vector<JudgedField>& fields) {
  std::set<std::string> prints;
  std::size_t single = 0;
  for (const JudgedField& field : fields) {
    if (field.print.empty()) {
      ++single;
    } else {
      prints.insert(field.document + '\n' + field.print);
    }
  }
  return static_cast<double>(fields.size()) / static_cast<double>(prints.size() + single);
}

/// The lowest confidence down to which the rate is kept, if each print counts once.
void choose_accept(const std::vector<Judged>& scores, double error_rate, double repeats,
                   ConfidenceFit& fit) {
  int wrong = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    wrong += scores[i].right ? 0 : 1;
    if (i + 1 < scores.size() && scores[i + 1].confidence == scores[i].confidence) continue;
    const auto accepted = static_cast<int>(i + 1);
    const double bound = binomial_upper_bound(static_cast<int>(std::ceil(wrong / repeats)),
                                              static_cast<int>(accepted / repeats));
    if (bound > error_rate) continue;
    fit.accepted = accepted;
    fit.accepted_wrong = wrong;
    fit.upper_bound = bound;
    fit.calibration.accept = scores[i].confidence;
  }
}

}  // namespace

Calibration fit_weights(const std::vector<JudgedField>& fields) { return Regression(fields).fit(); }

ConfidenceFit fit_confidence(const std::vector<JudgedField>& fields, double error_rate) {
  ConfidenceFit fit;
  std::map<std::string, int> documents;
  for (const JudgedField& field : fields) {
    documents.emplace(field.document, static_cast<int>(documents.size()));
    fit.wrong += field.right ? 0 : 1;
  }
  fit.fields = static_cast<int>(fields.size());
  fit.documents = static_cast<int>(documents.size());
  check_fields(fit, error_rate);
  fit.calibration = fit_weights(fields);
  fit.calibration.error_rate = error_rate;
  const std::vector<Judged> scores = cross_judge(fields, documents);
  choose_accept(scores, error_rate, count_repeats(fields), fit);
  if (fit.accepted == 0)
    throw Error(
        ErrorCode::decode_failed,
        "the surest readings are too often wrong to state an error rate of " + percent(error_rate));
  fit.calibration.accept = std::max(fit.calibration.accept, fit.calibration.review);
  for (const Judged& score : scores) {
    if (score.confidence >= fit.calibration.review) continue;
    ++fit.rejected;
    fit.rejected_wrong += score.right ? 0 : 1;
  }
  return fit;
}

}  // namespace nibble
