#pragma once

#include <string>
#include <vector>

#include "app/eval/eval_plan.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// What templates tell the rules of the fields of a data set.
class KnownTemplates {
 public:
  /// The templates in a folder; empty: the shipped ones. Throws Error(bad_template).
  explicit KnownTemplates(const std::string& folder);

  /// Gives the fields of a document type the kind, format and alphabet of the template's fields at
  /// the same places. The template is the one that has the type's name, with or without the number
  /// in front of it (01_norravia_id); without one nothing changes. The fields lie in a picture of
  /// width x height pixels.
  void describe(const std::string& type, int width, int height,
                std::vector<EvalField>& fields) const;

 private:
  std::vector<Template> documents_;
};

}  // namespace nibble
