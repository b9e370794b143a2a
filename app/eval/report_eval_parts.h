#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/eval/eval_report.h"
#include "app/eval/report_eval.h"
#include "app/report/report_svg.h"

namespace nibble {

// The parts of an evaluation's page, as markup.

/// Colours and names of the precisions, in the order of the report.
std::vector<ChartSeries> precision_series(const EvalReport& report);

/// "97.4" with its interval below; without one where a single clip gives none.
std::string interval_cell(const Score& score, double value, const Interval& interval);

/// A chart and a table of the scores of each part; parts[precision][name].
std::string parts_section(const std::string& title, const EvalReport& report,
                          const std::vector<std::map<std::string, Score>>& parts);

/// Scores of the clean predictions by what `part` makes of their condition; where it makes nothing
/// of it, "unknown".
std::vector<std::map<std::string, Score>> scores_by(
    const EvalPage& page, std::string (*part)(const std::string& condition));

/// Risk-coverage curves and confidence histograms.
std::string confidence_section(const EvalReport& report, const EvalPage& page);

std::string confusions_section(const EvalReport& report);

/// How figures change when crops are disturbed; empty without a sweep.
std::string sweep_section(const EvalReport& report);

std::string gallery_section(const EvalPage& page);

}  // namespace nibble
