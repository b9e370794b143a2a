#pragma once

#include <memory>
#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/base/stopwatch.h"
#include "recognizer/image/image.h"
#include "recognizer/kinds/template.h"
#include "recognizer/reader/known_kinds.h"

namespace nibble {

/// How warnings begin that a user must see even without asking for more: that of a document that
/// was not read, that of a document that may be of another kind as well, that of a picture without
/// text, and that of frames that are not part of a clip.
inline constexpr const char* kAnotherDocument = "another document";
inline constexpr const char* kAnotherKind = "it may be of another kind";
inline constexpr const char* kNoText = "no text was found";
inline constexpr const char* kFramesLeftOut = "frames left out";

/// A request with what it needs, loaded and checked.
struct PreparedRequest {
  Request request;
  std::shared_ptr<const DocumentFinder> any;  ///< of all known kinds, where one of them is wanted
  std::shared_ptr<const NamedKind> named;     ///< where one kind was asked for by name
  std::vector<FieldSpec> specs;               ///< of the named kind, those that are asked for
  std::string note;                           ///< a warning about the index of kinds; or empty
};

/// Throws Error(usage) for what cannot be meant, Error(bad_template).
PreparedRequest prepare_request(const Request& request, const KnownKinds& kinds);

/// Where the document is and what is to be read in it.
struct PlacedDocument {
  Placement placement;
  std::vector<FieldSpec> specs;
  bool doubtful = false;  ///< it may be of another kind as well, which is said: nothing is accepted
};

/// The document of a known kind: the one that was asked for, or any. Its corners are those given,
/// those found, or those of the whole picture where it has the template's shape (within 3 %), which
/// is said in `warnings`. Throws Error(no_document | bad_quad).
PlacedDocument place_kind(const PreparedRequest& prepared, const Image& picture,
                          std::vector<std::string>& warnings, const StageObserver& observer);

/// A document of no known kind, as large as it is in the picture: by the corners given, by its
/// outline, else the whole picture, which is said in `warnings`. Throws Error(bad_quad).
Placement place_page(const Request& request, const Image& picture,
                     std::vector<std::string>& warnings, const StageObserver& observer);

/// The outline alone. Throws Error(no_document).
Placement place_outline(const Request& request, const Image& picture,
                        const StageObserver& observer);

}  // namespace nibble
