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

DocumentFinder::DocumentFinder(std::shared_ptr<const KindIndex> index)
    : index_(std::move(index)), matcher_(index_) {}

std::size_t DocumentFinder::size() const { return index_ ? index_->size() : documents_.size(); }

std::string DocumentFinder::name(std::size_t kind) const {
  return index_ ? index_->name(kind) : documents_[kind].name;
}

Template DocumentFinder::document(std::size_t kind) const {
  return index_ ? index_->document(kind) : documents_[kind];
}

KnownDocument DocumentFinder::find(const Image& picture) const {
  const std::vector<TemplateMatch> matches = matcher_.match_all(picture);
  const TemplateMatch* match = matches.empty() ? nullptr : matches.data();
  if (match != nullptr && match->score >= kMinMatchScore) {
    KnownDocument found;
    found.document = document(match->index);
    found.quad = match->quad;
    found.confidence = match->score;
    if (matches.size() > 1) found.other = name(matches[1].index);
    if (match->rival) found.rival = name(*match->rival);
    found.rival_confidence = match->rival_score;
    return found;
  }
  std::string message = size() == 1 ? "no document of the kind " + name(0) + " was found in it"
                                    : "none of the " + std::to_string(size()) +
                                          " known kinds of document was found in it";
  if (match != nullptr)
    message += " (nearest: " + name(match->index) + ", score " + number_text(match->score, 2) +
               " of the " + number_text(kMinMatchScore, 2) + " needed)";
  throw Error(ErrorCode::no_document, message);
}

}  // namespace nibble
