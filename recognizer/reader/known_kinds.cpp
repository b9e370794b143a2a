#include "recognizer/reader/known_kinds.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "recognizer/base/text.h"
#include "recognizer/kinds/index_store.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {

KnownKinds::KnownKinds(ReaderOptions options) : options_(std::move(options)) {
  options_.model = {};
  options_.calibration = {};
  options_.finder = {};
}

std::shared_ptr<const DocumentFinder> KnownKinds::any() const {
  const std::lock_guard lock(mutex_);
  if (!any_is_loaded_) any_ = load_any();
  any_is_loaded_ = true;
  return any_;
}

std::string KnownKinds::take_note() const {
  const std::lock_guard lock(mutex_);
  return std::exchange(note_, {});
}

std::shared_ptr<const NamedKind> KnownKinds::named(const std::string& name_or_file,
                                                   bool to_find) const {
  const std::lock_guard lock(mutex_);
  auto& kind = named_[{name_or_file, to_find}];
  if (!kind) kind = std::make_shared<NamedKind>(load_named(name_or_file, to_find));
  return kind;
}

/// The folder of templates that messages and names mean.
std::string KnownKinds::folder() const {
  return options_.data_folder.empty() ? "" : options_.data_folder + "/templates";
}

std::shared_ptr<const DocumentFinder> KnownKinds::load_any() const {
  std::vector<TemplatePicture> templates;
  for (const TemplateSource& source : options_.templates) {
    TemplatePicture item = load_template_source(source);
    if (!item.picture.empty()) templates.push_back(std::move(item));
  }
  const bool asked = !options_.template_folder.empty();
  const std::string place = templates_folder(asked ? options_.template_folder : folder());
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(place, error);
  if (!asked && !std::filesystem::is_directory(place, error))
    return templates.empty() ? nullptr : std::make_shared<DocumentFinder>(templates);
  if (is_file && !templates.empty())
    throw Error(
        ErrorCode::bad_template,
        printable_path(place) + ": an index cannot be joined by other templates: give the folder");
  if (is_file) return std::make_shared<DocumentFinder>(index_of_file(place));
  if (templates.empty()) {
    // Nobody expects that reading writes into an installation.
    FolderIndex found = index_of_folder(place, asked ? KeepIndex::yes : KeepIndex::no);
    note_ = std::move(found.note);
    if (found.index) return std::make_shared<DocumentFinder>(std::move(found.index));
    if (!asked) return nullptr;
    throw Error(ErrorCode::bad_template,
                printable_path(place) +
                    ": no templates with a picture here (see nibble template import --help)");
  }
  for (TemplatePicture& item : load_folder(place)) templates.push_back(std::move(item));
  return std::make_shared<DocumentFinder>(templates);
}

NamedKind KnownKinds::load_named(const std::string& name_or_file, bool to_find) const {
  std::vector<TemplatePicture> pictures;
  for (const TemplateSource& source : options_.templates) {
    TemplatePicture item = load_template_source(source);
    if (item.document.name == name_or_file) pictures = {std::move(item)};
  }
  NamedKind kind;
  kind.document =
      pictures.empty() ? load_template(name_or_file, folder()) : pictures.front().document;
  if (!to_find) return kind;
  try {
    if (pictures.empty()) pictures.push_back(load_with_picture(name_or_file, folder()));
    kind.finder = std::make_shared<DocumentFinder>(pictures);
  } catch (const Error& error) {
    kind.problem = error.what();  // a scan of the whole document can still be read
  }
  return kind;
}

}  // namespace nibble
