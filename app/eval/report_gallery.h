#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/eval/eval_plan.h"
#include "app/eval/eval_run.h"

namespace nibble {

/// What one precision read in a field.
struct GalleryReading {
  std::string precision;
  std::string text;
  double confidence = 0;
};

/// A badly read field for a person to look at.
struct GalleryItem {
  std::string type;
  std::string frame;
  std::string field;
  std::string group;
  std::string truth;
  std::vector<GalleryReading> readings;
  std::vector<std::byte> png;  ///< its crop; empty when the picture cannot be read any more
};

/// The predictions of one precision.
struct PrecisionPredictions {
  std::string precision;
  const std::vector<Prediction>* predictions;
};

/// The worst clean fields: most characters wrong on average over the precisions, then most
/// confidently so; of one field of one type at most three. Reads their frames again for the crops.
/// `precisions` are of one run of this plan.
std::vector<GalleryItem> worst_fields(const EvalPlan& plan,
                                      const std::vector<PrecisionPredictions>& precisions,
                                      double margin, std::size_t most);

}  // namespace nibble
