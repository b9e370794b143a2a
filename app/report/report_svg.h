#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/metrics.h"
#include "data/risk_coverage.h"

namespace nibble {

// Charts as <figure> with inline SVG, drawn 360 units wide, so that their text is legible on a
// telephone too.

/// Something that is drawn several times in one colour, and its mark in the legend.
struct ChartSeries {
  std::string name;
  std::string colour;  ///< "#rrggbb"
};

/// A share with its interval.
struct ChartValue {
  double value = 0;
  Interval interval;
};

/// Rows of shares with intervals on one axis; values[row][series], none where there is no value.
std::string interval_chart(const std::string& title, const std::vector<std::string>& rows,
                           const std::vector<ChartSeries>& series,
                           const std::vector<std::vector<std::optional<ChartValue>>>& values);

/// Risk over coverage, one line a series.
std::string risk_chart(const std::string& title, const std::vector<ChartSeries>& series,
                       const std::vector<std::vector<RiskPoint>>& curves);

/// How many right and wrong readings there are at each confidence.
std::string confidence_chart(const std::string& title, const std::vector<Judged>& readings);

/// Horizontal bars, values[row][series]; `unit` stands at the largest.
std::string bar_chart(const std::string& title, const std::vector<std::string>& rows,
                      const std::vector<ChartSeries>& series,
                      const std::vector<std::vector<std::optional<double>>>& values,
                      const std::string& unit);

}  // namespace nibble
