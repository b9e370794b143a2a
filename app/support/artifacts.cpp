#include "app/support/artifacts.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <utility>

#include "app/support/output_file.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"
#include "recognizer/image/view.h"

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

void save_beside_inputs(const Picture& picture, const Artifacts& artifacts,
                        const std::string& wanted) {
  const std::string path = artifacts.written->claim(wanted);
  if (artifacts.input_entries.contains(directory_entry(path))) {
    throw Error(ErrorCode::write_failed,
                printable_path(path) +
                    ": not written over a picture that is an input; give another folder or name");
  }
  save_image(to_image(picture.view()), path);
}

std::string path_of(const PicturePath& place, const std::string& stem, int page) {
  if (place.is_folder) return (fs::path(place.path) / (stem + ".png")).string();
  if (page == 1) return place.path;
  const fs::path first(place.path);
  const std::string name =
      first.stem().string() + "_p" + std::to_string(page) + first.extension().string();
  return (first.parent_path() / name).string();
}

void prepare_path(PicturePath& place, std::size_t inputs) {
  if (place.path.empty()) return;
  std::error_code error;
  const bool is_folder = fs::is_directory(place.path, error);
  const std::string named = std::string(place.option) + " " + printable_path(place.path);
  if (names_a_picture(place.path) && !is_folder) {
    if (inputs <= 1) return;
    throw Error(ErrorCode::usage,
                named + ": one file for " + std::to_string(inputs) + " inputs; give a folder");
  }
  if (names_another_picture(place.path) && !is_folder) {
    throw Error(ErrorCode::usage,
                named + ": pictures are written as .png or .jpg; give such a name or a folder");
  }
  place.is_folder = true;
  make_folder(place.path);
}

void write_crops(const Artifacts& artifacts, const ImageView& picture, const Document& document,
                 const std::string& stem) {
  for (const TextCrop& text : crop_texts(picture, document, artifacts.margin)) {
    const std::string name = stem + (text.name.empty() ? "" : "_" + text.name);
    save_beside_inputs(text.crop, artifacts,
                       (fs::path(artifacts.crops) / (name + ".png")).string());
    save_beside_inputs(text.normalized, artifacts,
                       (fs::path(artifacts.crops) / (name + "_line.png")).string());
  }
}

}  // namespace

std::string WrittenFiles::claim(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const fs::path wanted(path);
  std::string free = path;
  for (int number = 2; !claimed_.insert(directory_entry(free)).second; ++number) {
    const std::string name = wanted.stem().string() + "_" + std::to_string(number);
    free = (wanted.parent_path() / (name + wanted.extension().string())).string();
  }
  return free;
}

void prepare_artifacts(Artifacts& artifacts, const std::vector<ReadInput>& inputs, bool one) {
  if (!artifacts.any()) return;
  artifacts.input_entries = entries_of(inputs);
  if (!artifacts.crops.empty()) make_folder(artifacts.crops);
  prepare_path(artifacts.annotate, one ? 1 : inputs.size());
  prepare_path(artifacts.rectified, one ? 1 : inputs.size());
}

void check_output(const std::string& output, const std::vector<ReadInput>& inputs,
                  const std::string& option) {
  if (output.empty() || output == "-" || !entries_of(inputs).contains(link_target(output))) return;
  throw Error(ErrorCode::usage, option + " " + printable_path(output) +
                                    ": the results would be written over an input");
}

bool is_same_entry(const std::string& a, const std::string& b) {
  return directory_entry(a) == directory_entry(b);
}

void write_artifacts(const Artifacts& artifacts, const ImageView& picture, const Document& document,
                     const std::string& stem) {
  const auto write = [&](const PicturePath& place, const Picture& made) {
    save_beside_inputs(made, artifacts, path_of(place, stem, document.page));
  };
  if (!artifacts.annotate.path.empty()) write(artifacts.annotate, annotate(picture, document));
  if (!artifacts.rectified.path.empty() && document.placement)
    write(artifacts.rectified, upright(picture, *document.placement));
  if (!artifacts.crops.empty()) write_crops(artifacts, picture, document, stem);
}

}  // namespace nibble
