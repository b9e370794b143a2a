#pragma once

#include <memory>
#include <string>
#include <vector>

#include "recognizer/kinds/kind_index.h"
#include "recognizer/kinds/match.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A document of a known kind in a picture.
struct KnownDocument {
  Template document;
  Quad quad{};            ///< source pixels
  double confidence = 0;  ///< 0 to 1
  std::string other;      ///< kind of another document beside it; empty for none
  std::string rival;      ///< another kind that it may be as well; empty for none
  double rival_confidence = 0;
};

/// Finds documents of known kinds in pictures. Immutable, so threads may share it.
class DocumentFinder {
 public:
  /// Throws Error(bad_template) when a picture is too plain to recognise the document by.
  explicit DocumentFinder(const std::vector<TemplatePicture>& templates);
  /// The kinds of an index, whose templates are read when a document is found.
  explicit DocumentFinder(std::shared_ptr<const KindIndex> index);

  /// Throws Error(no_document) when none of the kinds is in the picture, Error(bad_template) when
  /// the template in an index cannot be used.
  KnownDocument find(const Image& picture) const;

 private:
  Template document(std::size_t kind) const;
  std::string name(std::size_t kind) const;
  std::size_t size() const;

  std::vector<Template> documents_;         ///< where they were given; else they are in the index
  std::shared_ptr<const KindIndex> index_;  ///< null where they were given
  TemplateMatcher matcher_;
};

}  // namespace nibble
