#include "recognizer/kinds/document_finder.h"

#include <utility>

#include "nn/error.h"
#include "recognizer/base/number_text.h"

namespace nibble {

namespace {

std::vector<Template> documents_of(const std::vector<TemplatePicture>& templates) {
  std::vector<Template> documents;
  for (const TemplatePicture& item : templates) documents.push_back(item.document);
  return documents;
}

}  // namespace

DocumentFinder::DocumentFinder(const std::vector<TemplatePicture>& templates)
    : documents_(documents_of(templates)), matcher_(templates) {}

KnownDocument DocumentFinder::find(const Image& picture) const {
  const std::vector<TemplateMatch> matches = matcher_.match_all(picture);
  const TemplateMatch* match = matches.empty() ? nullptr : matches.data();
  if (match != nullptr && match->score >= kMinMatchScore) {
    const Template* other = matches.size() > 1 ? &documents_[matches[1].index] : nullptr;
    return {&documents_[match->index], match->quad, match->score, other};
  }
  std::string message = documents_.size() == 1
                            ? "no document of the kind " + documents_[0].name + " was found in it"
                            : "none of the " + std::to_string(documents_.size()) +
                                  " known kinds of document was found in it";
  if (match != nullptr)
    message += " (nearest: " + documents_[match->index].name + ", score " +
               number_text(match->score, 2) + " of the " + number_text(kMinMatchScore, 2) +
               " needed)";
  throw Error(ErrorCode::no_document, message);
}

}  // namespace nibble
