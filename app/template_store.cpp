#include "app/template_store.h"

#include <algorithm>
#include <filesystem>

#include "app/common.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none in " + printable_path(data_directory()) + "/templates" : text;
}

}  // namespace

std::vector<std::string> known_templates() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(data_directory() + "/templates", error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string template_path(const std::string& name_or_file) {
  if (name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".json"))
    return name_or_file;
  const std::vector<std::string> known = known_templates();
  if (std::find(known.begin(), known.end(), name_or_file) == known.end()) {
    throw Error(ErrorCode::bad_template, "template " + printable_path(name_or_file) +
                                             ": there is none of this name; known are: " +
                                             joined(known) + " (or give a FILE.json)");
  }
  return data_directory() + "/templates/" + name_or_file + ".json";
}

std::vector<std::string> template_files(const std::string& folder) {
  const std::string place = folder.empty() ? data_directory() + "/templates" : folder;
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

Template load_template(const std::string& name_or_file) {
  const std::string path = template_path(name_or_file);
  try {
    return parse_template(read_text_file(path), printable_path(path));
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_template, error.what());
  }
}

}  // namespace nibble
