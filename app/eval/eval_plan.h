#pragma once

#include <string>
#include <vector>

#include "data/field_labels.h"
#include "data/midv.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A field to read, with its truth.
struct EvalField {
  FieldSpec spec;
  std::string truth;
  std::string group;
  bool clean = true;  ///< counts for the headline figures
};

/// A frame to read.
struct EvalFrame {
  std::string type;
  MidvFrame frame;
  int template_width = 0;  ///< pixels
  int template_height = 0;
  std::vector<EvalField> fields;
};

/// The kind of document that a frame's type and fields are, without a picture.
Template template_of(const EvalFrame& frame);

/// What an evaluation reads and what it cannot read.
struct EvalPlan {
  bool has_labels =
      false;  ///< there is a table of labels; headline figures are over its clean rows
  std::vector<EvalFrame> frames;  ///< in the order of type and id
  std::vector<FieldLabel>
      unread;  ///< labels that no frame or no quad belongs to: they count as empty readings
  std::vector<std::string> problems;  ///< one line each: parts of the data set that cannot be used
  std::vector<std::string> notes;     ///< one line each: what is left out and why that is no error
  int unlabelled_frames = 0;          ///< frames of types without labelled fields
};

/// Reads a data set in the layout "midv500" (also MIDV-2019), "midv2020" or "auto". Throws Error.
Dataset read_dataset(const std::string& path, const std::string& layout);

/// Lists the frames and fields to read of a data set in the layout "midv500" (also MIDV-2019),
/// "midv2020" or "auto". Truth, group and clean flag come from the table of labels `fields` (empty:
/// DATASET/fields.tsv when there), else from the values in the data set, with guessed groups. What
/// the rules know of a field comes from the templates in the folder `templates` (empty: the shipped
/// ones). limit > 0 keeps the first frames only. Throws Error.
EvalPlan plan_evaluation(const std::string& dataset, const std::string& layout,
                         const std::string& fields, const std::string& templates, int limit);

}  // namespace nibble
