#include "data/risk_coverage.h"

#include <algorithm>

namespace nibble {

std::vector<RiskPoint> risk_coverage(std::vector<Judged> readings) {
  std::sort(readings.begin(), readings.end(),
            [](const Judged& a, const Judged& b) { return a.confidence > b.confidence; });
  std::vector<RiskPoint> curve;
  double wrong = 0;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    wrong += readings[i].right ? 0 : 1;
    if (i + 1 < readings.size() && readings[i + 1].confidence == readings[i].confidence) continue;
    const auto accepted = static_cast<double>(i + 1);
    curve.push_back({readings[i].confidence, accepted / static_cast<double>(readings.size()),
                     wrong / accepted});
  }
  return curve;
}

double coverage_at_risk(const std::vector<RiskPoint>& curve, double risk) {
  double coverage = 0;
  for (const RiskPoint& point : curve) {
    if (point.risk <= risk) coverage = point.coverage;
  }
  return coverage;
}

}  // namespace nibble
