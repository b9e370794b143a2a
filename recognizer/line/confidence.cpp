#include "recognizer/line/confidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nibble {
namespace {

// Without a calibration; only tells clear readings from hopeless ones.
constexpr double kUncalibratedReview = 0.5;
// How far over its edge, in pixels, the picture still holds a field: corners are not known better.
constexpr double kEdge = 2;

double& clue(Evidence& evidence, Clue which) { return evidence[static_cast<std::size_t>(which)]; }

/// Rules follow one another, each on the reading itself; the last that changed something made the
/// text.
double cost_of_changes(const FieldResult& field) {
  if (field.text == field.reading.text) return 0;
  double cost = 0;
  for (const RuleCheck& check : field.checks) {
    if (check.changes.empty()) continue;
    cost = std::accumulate(check.changes.begin(), check.changes.end(), 0.0,
                           [](double sum, const RuleChange& c) { return sum + c.cost; });
  }
  return cost;
}

bool is_outside(const Quad& quad, int width, int height) {
  return std::any_of(quad.begin(), quad.end(), [&](const Point& p) {
    return p.x < -kEdge || p.y < -kEdge || p.x > width - 1 + kEdge || p.y > height - 1 + kEdge;
  });
}

/// Whether something that is known of the field's form speaks against its text.
bool is_refused(const FieldResult& field) {
  return std::any_of(field.checks.begin(), field.checks.end(),
                     [](const RuleCheck& check) { return !check.ok; });
}

}  // namespace

Evidence evidence_of(const FieldResult& field, int width, int height) {
  Evidence evidence{};
  const double confidence =
      std::clamp(field.reading.confidence, std::exp(-kMaxOdds), 1 - std::exp(-kMaxOdds));
  clue(evidence, Clue::odds) =
      std::clamp(std::log(confidence / (1 - confidence)), -kMaxOdds, kMaxOdds);
  clue(evidence, Clue::length) =
      std::log(std::max(1.0, static_cast<double>(field.reading.chars.size())));
  const auto is_accented = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  clue(evidence, Clue::accented) =
      std::any_of(field.text.begin(), field.text.end(), is_accented) ? 1 : 0;
  clue(evidence, Clue::changed) = cost_of_changes(field);
  for (const RuleCheck& check : field.checks) {
    const Clue held = check.rule.starts_with("mrz:") ? Clue::verified : Clue::formed;
    clue(evidence, check.ok ? held : Clue::refused) = 1;
  }
  clue(evidence, Clue::agreeing) = std::log1p(field.agreeing);
  clue(evidence, Clue::dissenting) = std::log1p(field.dissenting);
  if (is_outside(field.quad, width, height)) {
    clue(evidence, Clue::outside) = 1;
    clue(evidence, Clue::odds) =
        std::min(clue(evidence, Clue::odds), 0.0);  // half a text can be read very clearly
  }
  return evidence;
}

double calibrated_confidence(const Calibration& calibration, const Evidence& evidence) {
  const double odds = std::inner_product(evidence.begin(), evidence.end(),
                                         calibration.weights.begin(), calibration.bias);
  return 1 / (1 + std::exp(-odds));
}

Decision decide(const Calibration& calibration, double confidence) {
  if (confidence >= calibration.accept) return Decision::accept;
  return confidence >= calibration.review ? Decision::review : Decision::reject;
}

void judge_field(const Calibration* calibration, const Evidence& evidence, FieldResult& field) {
  if (field.text.empty()) {
    field.confidence = 0;
    field.decision = Decision::reject;
  } else if (calibration != nullptr) {
    field.confidence = calibrated_confidence(*calibration, evidence);
    field.decision = decide(*calibration, field.confidence);
    if (field.decision == Decision::accept && is_refused(field)) field.decision = Decision::review;
  } else {
    field.confidence = field.reading.confidence;
    field.decision = field.confidence >= kUncalibratedReview ? Decision::review : Decision::reject;
  }
}

void judge_fields(const Calibration* calibration, int width, int height,
                  std::vector<FieldResult>& fields) {
  for (FieldResult& field : fields)
    judge_field(calibration, evidence_of(field, width, height), field);
}

const char* decision_name(Decision decision) {
  switch (decision) {
    case Decision::accept: return "accept";
    case Decision::review: return "review";
    case Decision::reject: break;
  }
  return "reject";
}

int clue_direction(Clue clue) {
  switch (clue) {
    case Clue::odds:
    case Clue::formed:
    case Clue::verified:
    case Clue::agreeing: return 1;
    case Clue::accented:
    case Clue::changed:
    case Clue::refused:
    case Clue::outside:
    case Clue::dissenting: return -1;
    case Clue::length: break;
  }
  return 0;
}

}  // namespace nibble
