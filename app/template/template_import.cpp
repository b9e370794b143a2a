#include "app/template/template_import.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "app/eval/eval_plan.h"
#include "app/template/languages.h"
#include "app/template/template_check.h"
#include "data/field_labels.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/template.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

/// `alphabet` is that of all text.
FieldSpec make_field(const LabelledField& labelled, const std::string& alphabet) {
  FieldSpec field = labelled.spec;
  field.kind = guess_group(*labelled.value);
  if (field.kind == "date") field.format = guess_date_format(*labelled.value);
  if (field.kind != "date" && field.kind != "mrz") field.alphabet = alphabet;
  return field;
}

Template make_template(const DocumentType& type, const std::string& name, const ImageSize& size,
                       const std::string& alphabet, ImportReport& report) {
  Template document{name, size.width, size.height, {}, {}};
  for (const LabelledField& labelled : type.fields) {
    const bool is_text = labelled.value.has_value();  // or a photo or a signature
    const FieldSpec field = is_text ? make_field(labelled, alphabet) : labelled.spec;
    std::string problem;
    if (can_hold_field(document, field, problem)) {
      if (is_text) document.fields.push_back(field);
      if (!is_text) document.variable.push_back(field.quad);
    } else {
      report.warnings.push_back(problem + "; this field is left out");
    }
  }
  return document;
}

void import_type(const DocumentType& type, const std::string& name, const fs::path& path,
                 const std::string& alphabet, ImportReport& report) {
  if (type.template_image.empty()) {
    throw Error(ErrorCode::file_not_found, type.name + ": there is no template picture (images/" +
                                               type.name + ".png or .tif), so its size is unknown");
  }
  const Image picture = load_image(type.template_image);
  Template document = make_template(type, name, {picture.width, picture.height}, alphabet, report);
  if (document.fields.empty())
    throw Error(ErrorCode::decode_failed, type.name + ": there is no field with a value");
  document.picture = path.stem().string() + ".png";
  const std::string json = template_to_json(document);
  parse_template(json, printable_path(path.string()));
  save_image(picture, (path.parent_path() / document.picture).string());
  write_text_file(path.string(), json);
  report.made.push_back({path.string(), document});
}

/// The specimens of a type in MIDV-2020 share its name and its print: the first one stands for all.
void drop_specimens(std::vector<DocumentType>& types) {
  const auto same_name = [](const DocumentType& a, const DocumentType& b) {
    return a.name == b.name;
  };
  types.erase(std::unique(types.begin(), types.end(), same_name), types.end());
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw Error(ErrorCode::write_failed,
                printable_path(path) + ": this folder cannot be made: " + error.message());
}

}  // namespace

ImportReport import_templates(const TemplateImport& request) {
  Dataset dataset = read_dataset(request.folder, "auto");
  drop_specimens(dataset.types);
  const bool to_file = request.output.ends_with(".json");
  const bool several = dataset.types.size() > 1;
  if (several && (to_file || !request.name.empty())) {
    throw Error(ErrorCode::usage, printable_path(request.folder) + ": has " +
                                      std::to_string(dataset.types.size()) +
                                      " document types; give a folder with -o and no --name");
  }
  if (!request.name.empty()) check_template_name(request.name);
  const std::string alphabet = text_alphabet(request.languages);
  ImportReport report;
  for (const DatasetProblem& problem : dataset.problems) report.warnings.push_back(problem.message);
  if (!to_file) make_folder(request.output);
  for (const DocumentType& type : dataset.types) {
    const std::string name = request.name.empty() ? type.name : request.name;
    try {
      import_type(type, name,
                  to_file ? fs::path(request.output) : fs::path(request.output) / (name + ".json"),
                  alphabet, report);
    } catch (const Error& error) {
      if (!several) throw;
      report.errors.emplace_back(error.what());
    }
  }
  return report;
}

std::string guess_date_format(const std::string& value) {
  std::vector<std::string> runs;
  std::string separator;
  bool in_digits = false;
  for (const char c : value) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && !in_digits) runs.emplace_back();
    if (digit) {
      runs.back() += c;
    } else if (runs.size() == 1) {
      separator += c;
    }
    in_digits = digit;
  }
  if (runs.size() != 3 || separator.size() != 1) return {};
  if (value != runs[0] + separator + runs[1] + separator + runs[2]) return {};
  if (runs[0].size() == 4) return "yyyy" + separator + "mm" + separator + "dd";
  if (runs[0].size() != 2 || runs[1].size() != 2 || (runs[2].size() != 4 && runs[2].size() != 2))
    return {};
  const bool month_first = std::stoi(runs[0]) <= 12 && std::stoi(runs[1]) > 12;
  return (month_first ? "mm" + separator + "dd" : "dd" + separator + "mm") + separator +
         std::string(runs[2].size(), 'y');
}

}  // namespace nibble
