#include "recognizer/kinds/template_store.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& names, const std::string& folder) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none in " + printable_path(folder) : text;
}

/// A picture's errors are those of its template.
template <typename Load>
Image picture_of(const std::string& name, Load load) {
  try {
    return load();
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_template,
                printable_path(name) + ": its picture cannot be used: " + error.what());
  }
}

Template parse_source(const FileSource& source) {
  if (source.bytes.empty()) return load_template(source.path);
  const std::string text(source.bytes.begin(), source.bytes.end());
  return parse_template(text, source.path.empty() ? "template" : printable_path(source.path));
}

}  // namespace

std::string templates_folder(const std::string& folder) {
  return folder.empty() ? data_folder() + "/templates" : folder;
}

std::vector<std::string> known_templates(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(templates_folder(folder), error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string template_path(const std::string& name_or_file, const std::string& folder) {
  if (name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".json"))
    return name_or_file;
  const std::vector<std::string> known = known_templates(folder);
  if (std::find(known.begin(), known.end(), name_or_file) == known.end()) {
    throw Error(ErrorCode::bad_template, "template " + printable_path(name_or_file) +
                                             ": there is none of this name; known are: " +
                                             joined(known, templates_folder(folder)) +
                                             " (or give a FILE.json)");
  }
  return templates_folder(folder) + "/" + name_or_file + ".json";
}

std::vector<std::string> template_files(const std::string& folder) {
  const std::string place = templates_folder(folder);
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(place, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  if (error)
    throw Error(ErrorCode::bad_template,
                printable_path(place) + ": this folder cannot be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

Template load_template(const std::string& name_or_file, const std::string& folder) {
  const std::string path = template_path(name_or_file, folder);
  try {
    return parse_template(read_text_file(path), printable_path(path));
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_template, error.what());
  }
}

TemplatePicture load_with_picture(const std::string& name_or_file, const std::string& folder) {
  Template document = load_template(name_or_file, folder);
  const fs::path file = template_path(name_or_file, folder);
  if (document.picture.empty()) {
    throw Error(ErrorCode::bad_template,
                printable_path(file.string()) +
                    ": it has no reference picture, so the document cannot be found: " +
                    "give its corners by --quad, or make the template with nibble template import");
  }
  const std::string picture = (file.parent_path() / document.picture).string();
  Image image = picture_of(file.string(), [&] { return load_image(picture); });
  return {std::move(document), std::move(image)};
}

std::vector<TemplatePicture> load_folder(const std::string& folder) {
  std::vector<TemplatePicture> templates;
  for (const std::string& file : template_files(folder)) {
    if (!load_template(file).picture.empty()) templates.push_back(load_with_picture(file));
  }
  return templates;
}

TemplatePicture load_template_source(const TemplateSource& source) {
  Template document = parse_source(source.document);
  const FileSource& picture = source.picture;
  if (!picture.bytes.empty()) {
    Image image = picture_of(document.name, [&] {
      return decode_image(reinterpret_cast<const std::byte*>(picture.bytes.data()),
                          picture.bytes.size(), document.name);
    });
    return {std::move(document), std::move(image)};
  }
  if (!picture.path.empty()) {
    Image image = picture_of(document.name, [&] { return load_image(picture.path); });
    return {std::move(document), std::move(image)};
  }
  if (source.document.bytes.empty() && !document.picture.empty())
    return load_with_picture(source.document.path);
  return {std::move(document), {}};
}

}  // namespace nibble
