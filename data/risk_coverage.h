#pragma once

#include <vector>

namespace nibble {

/// A reading with its confidence, 0 to 1, and whether it was right.
struct Judged {
  double confidence = 0;
  bool right = false;
};

/// When only readings of at least `confidence` are accepted: the share that is accepted, and the
/// share of those that is wrong.
struct RiskPoint {
  double confidence = 0;
  double coverage = 0;
  double risk = 0;
};

/// The curve from the highest confidence down, one point a confidence that occurs (equal ones stand
/// or fall together). The last point accepts all. Empty for no readings.
std::vector<RiskPoint> risk_coverage(std::vector<Judged> readings);

/// The largest coverage at which the risk is at most `risk`; 0 when there is none.
double coverage_at_risk(const std::vector<RiskPoint>& curve, double risk);

}  // namespace nibble
