#pragma once

#include <string>
#include <vector>

#include "recognizer/kinds/match.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A document of a known kind in a picture.
struct KnownDocument {
  const Template* document = nullptr;  ///< lives as long as the finder
  Quad quad{};                         ///< source pixels
  double confidence = 0;               ///< 0 to 1
  const Template* other = nullptr;     ///< of another document beside it; null for none
};

/// Finds documents of known kinds in pictures. Immutable, so threads may share it.
class DocumentFinder {
 public:
  /// Throws Error(bad_template) when a picture is too plain to recognise the document by.
  explicit DocumentFinder(const std::vector<TemplatePicture>& templates);

  /// Throws Error(no_document) when none of the kinds is in the picture.
  KnownDocument find(const Image& picture) const;

 private:
  std::vector<Template> documents_;
  TemplateMatcher matcher_;
};

}  // namespace nibble
