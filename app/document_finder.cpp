#include "app/document_finder.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "app/common.h"
#include "app/template_store.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

std::string two_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

TemplatePicture load_with_picture(const std::string& name_or_file) {
  Template document = load_template(name_or_file);
  const fs::path file = template_path(name_or_file);
  if (document.picture.empty()) {
    throw Error(ErrorCode::bad_template,
                printable_path(file.string()) +
                    ": it has no reference picture, so the document cannot be found: " +
                    "give its corners by --quad, or make the template with nibble template import");
  }
  try {
    Image picture = load_image((file.parent_path() / document.picture).string());
    return {std::move(document), std::move(picture)};
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_template,
                printable_path(file.string()) + ": its picture cannot be used: " + error.what());
  }
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

DocumentFinder finder_for(const std::string& name_or_file) {
  std::vector<TemplatePicture> templates;
  templates.push_back(load_with_picture(name_or_file));
  return DocumentFinder(templates);
}

DocumentFinder finder_for_folder(const std::string& folder) {
  std::vector<TemplatePicture> templates;
  for (const std::string& file : template_files(folder)) {
    if (!load_template(file).picture.empty()) templates.push_back(load_with_picture(file));
  }
  if (templates.empty()) {
    throw Error(ErrorCode::bad_template,
                printable_path(folder.empty() ? data_directory() + "/templates" : folder) +
                    ": no templates with a picture here (see nibble template import --help)");
  }
  return DocumentFinder(templates);
}

}  // namespace nibble
