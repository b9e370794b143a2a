#pragma once

#include <map>
#include <string>

#include "app/eval/eval_plan.h"
#include "data/midv.h"
#include "recognizer/kinds/document_finder.h"

namespace nibble {

/// Finds the documents of a data set by the print of its own template pictures, as one who has made
/// templates of them would.
class EvalLocator {
 public:
  /// `any_kind`: the kind has to be found out too; else that of each frame is known. Throws
  /// Error(bad_template).
  EvalLocator(const Dataset& dataset, bool any_kind);

  /// The corners of the document in a frame. Throws Error(no_document) when it is not found or
  /// taken for another kind.
  Quad locate(const Image& picture, const EvalFrame& frame) const;

 private:
  bool any_kind_;
  std::map<std::string, DocumentFinder> finders_;  ///< of the kind of this name, or of all under ""
};

}  // namespace nibble
