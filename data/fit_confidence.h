#pragma once

#include <string>
#include <vector>

#include "recognizer/line/confidence.h"

namespace nibble {

/// A field whose text is known.
struct JudgedField {
  Evidence evidence{};
  bool right = false;
  std::string document;  ///< fields of one are alike: it is either fitted to or tested on
  std::string print;     ///< the text on its document, of which there may be several photographs;
                         ///< empty: there is one
};

/// A calibration and what it was found to do. Counts are of fields judged by fits to other
/// documents.
struct ConfidenceFit {
  Calibration calibration;
  int fields = 0;
  int wrong = 0;
  int documents = 0;
  int accepted = 0;
  int accepted_wrong = 0;
  double upper_bound = 1;  ///< of the share of wrong ones among the accepted, one-sided, 95 %
  int rejected = 0;
  int rejected_wrong = 0;
};

/// Fits bias and weights of a calibration to fields: the logistic regression of greatest
/// likelihood, with a weak prior that holds clues of which the fields say nothing at 0, and each
/// weight in its clue's direction.
Calibration fit_weights(const std::vector<JudgedField>& fields);

/// Fits a calibration whose `accept` keeps an error rate: documents are dealt to five parts, each
/// is judged by a fit to the other four, and `accept` is the lowest confidence at which the upper
/// bound (binomial_upper_bound) of the share of wrong ones among the accepted is at most
/// `error_rate`. Photographs of one print fail together, so that the bound is that of so many times
/// fewer fields as there are photographs of a print. It is chosen among many, and fields of one
/// document are alike, so that the bound is a good guide rather than a guarantee: prove it on other
/// data. Fields with a confidence below 0.5 are rejected: they are more likely wrong than right.
/// The same fields give the same result. Throws Error(decode_failed) when there are too few fields,
/// documents or wrong fields, or the rate cannot be kept.
ConfidenceFit fit_confidence(const std::vector<JudgedField>& fields, double error_rate);

}  // namespace nibble
