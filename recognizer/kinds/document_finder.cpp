#include "recognizer/kinds/document_finder.h"

#include <array>
#include <cstdio>
#include <utility>

#include "nn/error.h"

namespace nibble {

namespace {

std::string two_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::vector<Template> documents_of(const std::vector<TemplatePicture>& templates) {
  std::vector<Template> documents;
  for (const TemplatePicture& item : templates) documents.push_back(item.document);
  return documents;
}

}  // namespace

DocumentFinder::DocumentFinder(const std::vector<TemplatePicture>& templates)
    : documents_(documents_of(templates)), matcher_(templates) {}

KnownDocument DocumentFinder::find(const Image& picture) const {
  const auto match = matcher_.match(picture);
  if (match && match->score >= kLeastMatchScore)
    return {&documents_[match->index], match->quad, match->score};
  std::string message = documents_.size() == 1
                            ? "no document of the kind " + documents_[0].name + " was found in it"
                            : "none of the " + std::to_string(documents_.size()) +
                                  " known kinds of document was found in it";
  if (match)
    message += " (nearest: " + documents_[match->index].name + ", score " +
               two_digits(match->score) + " of the " + two_digits(kLeastMatchScore) + " needed)";
  throw Error(ErrorCode::no_document, message);
}

}  // namespace nibble
