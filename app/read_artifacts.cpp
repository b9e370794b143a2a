#include "app/read_artifacts.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>

#include "app/annotate.h"
#include "app/output_file.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"
#include "recognizer/page/normalize.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

bool is_one_of(const std::string& text, std::initializer_list<const char*> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool names_a_picture(const std::string& path) {
  return is_one_of(lower_extension(path), {".png", ".jpg", ".jpeg"});
}

/// A format that is not written, so that a folder of such a name cannot be what is meant.
bool names_another_picture(const std::string& path) {
  return is_one_of(lower_extension(path), {".tif", ".tiff", ".bmp", ".gif", ".webp", ".pdf"});
}

/// The path without links in the folders before the name: two paths to one entry of a folder are
/// equal.
std::string directory_entry(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  const fs::path folder = fs::weakly_canonical(whole.parent_path(), error);
  return (folder / whole.filename()).string();
}

std::string link_target(const std::string& path) {
  std::error_code error;
  return fs::weakly_canonical(path, error).string();
}

/// The entries of the inputs themselves and, where they are links, of what they point to.
std::set<std::string> entries_of(const std::vector<ReadInput>& inputs) {
  std::set<std::string> entries;
  for (const ReadInput& input : inputs) {
    if (input.failure || input.path == "-") continue;
    entries.insert(directory_entry(input.path));
    entries.insert(link_target(input.path));
  }
  return entries;
}

void save_beside_inputs(const Image& image, const ReadTask& task, const std::string& path) {
  if (task.input_entries.contains(directory_entry(path))) {
    throw Error(ErrorCode::write_failed,
                printable_path(path) +
                    ": not written over a picture that is an input; give another folder or name");
  }
  save_image(image, path);
}

std::string annotated_path(const ReadTask& task, const std::string& stem, int page) {
  if (task.annotate_is_folder) return (fs::path(task.annotate) / (stem + ".png")).string();
  if (page == 1) return task.annotate;
  const fs::path first(task.annotate);
  const std::string name =
      first.stem().string() + "_p" + std::to_string(page) + first.extension().string();
  return (first.parent_path() / name).string();
}

void write_crop(const Image& crop, const ReadTask& task, const std::string& name) {
  const LineImage line = normalize_line(crop);
  save_beside_inputs(crop, task, (fs::path(task.crops) / (name + ".png")).string());
  save_beside_inputs(Image{line.width, kLineHeight, 1, line.pixels}, task,
                     (fs::path(task.crops) / (name + "_line.png")).string());
}

}  // namespace

void prepare_artifacts(ReadTask& task, const std::vector<ReadInput>& inputs) {
  if (!task.crops.empty() || !task.annotate.empty()) task.input_entries = entries_of(inputs);
  if (!task.crops.empty()) make_folder(task.crops);
  if (task.annotate.empty()) return;
  std::error_code error;
  const bool is_folder = fs::is_directory(task.annotate, error);
  if (names_a_picture(task.annotate) && !is_folder) {
    if (inputs.size() > 1) {
      throw Error(ErrorCode::usage, "--annotate " + printable_path(task.annotate) +
                                        ": one file for " + std::to_string(inputs.size()) +
                                        " inputs; give a folder");
    }
    return;
  }
  if (names_another_picture(task.annotate) && !is_folder) {
    throw Error(ErrorCode::usage,
                "--annotate " + printable_path(task.annotate) +
                    ": pictures are written as .png or .jpg; give such a name or a folder");
  }
  task.annotate_is_folder = true;
  make_folder(task.annotate);
}

void check_output(const std::string& output, const std::vector<ReadInput>& inputs) {
  if (output.empty() || output == "-" || !entries_of(inputs).contains(link_target(output))) return;
  throw Error(ErrorCode::usage,
              "-o " + printable_path(output) + ": the results would be written over an input");
}

void write_picture(const Image& picture, const ReadTask& task, const std::string& stem, int page) {
  save_beside_inputs(picture, task, annotated_path(task, stem, page));
}

void write_artifacts(const Image& image, const Page* page, const ReadTask& task,
                     const std::string& stem, const DocumentResult& result) {
  if (!task.annotate.empty()) write_picture(annotate(image, result), task, stem, result.page);
  if (task.crops.empty()) return;
  if (page == nullptr) return write_crop(image, task, stem);
  std::vector<FieldSpec> fields;
  for (const FieldResult& field : result.fields) fields.push_back(field.field);
  for (const FieldCrop& crop : crop_fields(*page, fields, task.options.margin)) {
    write_crop(crop.image, task, stem + "_" + crop.field.name);
  }
}

}  // namespace nibble
