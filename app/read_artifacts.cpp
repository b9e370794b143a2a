#include "app/read_artifacts.h"

#include <filesystem>

#include "app/annotate.h"
#include "app/image_file.h"
#include "app/text.h"
#include "recognizer/normalize.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) {
    throw Error(ErrorCode::write_failed,
                printable_path(folder) + ": this folder cannot be made: " + (error ? error.message() : "a file of this name exists"));
  }
}

bool names_a_picture(const std::string& path) {
  const std::string extension = fs::path(path).extension().string();
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

std::string annotated_path(const ReadTask& task, const std::string& stem, int page) {
  if (task.annotate_is_folder) return (fs::path(task.annotate) / (stem + ".png")).string();
  if (page == 1) return task.annotate;
  const fs::path first(task.annotate);
  const std::string name = first.stem().string() + "_p" + std::to_string(page) + first.extension().string();
  return (first.parent_path() / name).string();
}

void write_crop(const Image& crop, const ReadTask& task, const std::string& name) {
  const LineImage line = normalize_line(crop);
  save_image(crop, (fs::path(task.crops) / (name + ".png")).string());
  save_image(Image{line.width, kLineHeight, 1, line.pixels}, (fs::path(task.crops) / (name + "_line.png")).string());
}

}  // namespace

void prepare_artifacts(ReadTask& task, std::size_t input_count) {
  if (!task.crops.empty()) make_folder(task.crops);
  if (task.annotate.empty()) return;
  std::error_code error;
  const bool is_folder = fs::is_directory(task.annotate, error);
  if (names_a_picture(task.annotate) && !is_folder) {
    if (input_count > 1) {
      throw Error(ErrorCode::usage, "--annotate " + printable_path(task.annotate) + ": one file for " + std::to_string(input_count) +
                                        " inputs; give a folder");
    }
    return;
  }
  task.annotate_is_folder = true;
  make_folder(task.annotate);
}

void write_artifacts(const Image& image, const Page* page, const ReadTask& task, const std::string& stem, const DocumentResult& result) {
  if (!task.annotate.empty()) save_image(annotate(image, result), annotated_path(task, stem, result.page));
  if (task.crops.empty()) return;
  if (page == nullptr) return write_crop(image, task, stem);
  for (const FieldCrop& crop : crop_fields(*page, task.document->fields, task.options.margin)) {
    write_crop(crop.image, task, stem + "_" + crop.field.name);
  }
}

}  // namespace nibble
