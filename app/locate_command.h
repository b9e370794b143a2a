#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/document_finder.h"
#include "app/read_document.h"

namespace nibble {

/// What `nibble locate` does with each page of an input.
struct LocateTask {
  std::shared_ptr<const DocumentFinder> finder;  ///< none: by the outline alone
  double min_confidence = 0;  ///< of an outline, below which there is no document
  ReadTask annotate;          ///< where the picture with the outline goes (ReadTask::annotate)
  ReadTask rectified;         ///< where the upright document goes, in the same way
};

/// Finds the document on every page of an input and writes the pictures that are asked for. Never
/// throws: failures are in the results, of which there is at least one.
std::vector<DocumentResult> locate_input(const ReadInput& input, const LocateTask& task);

}  // namespace nibble
