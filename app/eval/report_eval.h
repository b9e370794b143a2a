#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/eval/eval_report.h"
#include "app/eval/report_baseline.h"
#include "app/eval/report_gallery.h"

namespace nibble {

/// What the page of an evaluation shows besides the figures.
struct EvalPage {
  std::string command;  ///< that made it
  std::string made;     ///< date and time
  std::vector<PrecisionPredictions> predictions;
  std::vector<GalleryItem> gallery;
  std::optional<Baseline> baseline;
  double max_drop = 0;  ///< points, of the gate
};

/// The page of an evaluation: one file that needs nothing else.
std::string eval_page(const EvalReport& report, const EvalPage& page);

}  // namespace nibble
