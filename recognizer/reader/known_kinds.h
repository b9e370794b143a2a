#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "recognizer/kinds/document_finder.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A kind of document that was asked for by name.
struct NamedKind {
  Template document;
  std::shared_ptr<const DocumentFinder> finder;  ///< null: it can't be found in a picture
  std::string problem;                           ///< why not
};

/// The kinds of documents that a reader knows, loaded when they are first asked for and then kept.
/// Any number of threads may share it.
class KnownKinds {
 public:
  explicit KnownKinds(ReaderOptions options);

  /// Finds any kind that has a picture; null when none is known and none was asked for in the
  /// options. Throws Error(bad_template).
  std::shared_ptr<const DocumentFinder> any() const;

  /// What is to be said about the index of the folder, once; empty for nothing.
  std::string take_note() const;

  /// One kind: the name or the path of a template, or the name of one in the options; with a finder
  /// only where it is to be found, since that takes time to make. Throws Error(bad_template).
  std::shared_ptr<const NamedKind> named(const std::string& name_or_file, bool to_find) const;

 private:
  std::shared_ptr<const DocumentFinder> load_any() const;
  NamedKind load_named(const std::string& name_or_file, bool to_find) const;
  std::string folder() const;

  ReaderOptions options_;  ///< without the bytes of models
  mutable std::mutex mutex_;
  mutable bool any_is_loaded_ = false;
  mutable std::shared_ptr<const DocumentFinder> any_;
  mutable std::string note_;
  mutable std::map<std::pair<std::string, bool>, std::shared_ptr<const NamedKind>> named_;
};

}  // namespace nibble
