#include "data/midv2020.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "data/midv_files.h"
#include "nn/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

// The annotations of a type's hundred pictures have some hundred kilobytes.
constexpr std::uintmax_t kMaxViaBytes = 64U << 20U;
constexpr const char* kTemplates = "templates";

/// Type and specimen, e.g. {"alb_id", "07"}.
using Specimen = std::pair<std::string, std::string>;
using Specimens = std::map<Specimen, DocumentType>;

/// The pictures of one annotation file, and where they lie.
struct AnnotatedFolder {
  std::string type;
  std::string specimen;  ///< of a clip; else each picture is a specimen of its own
  fs::path annotation;
  fs::path pictures;
};

/// A folder of annotations alone counts: its pictures may still be missing, which is told then.
bool is_annotated(const fs::path& folder) { return is_folder(folder / "annotations"); }

std::string folder_name(const fs::path& folder) {
  const fs::path full = fs::absolute(folder).lexically_normal();
  return (full.has_filename() ? full : full.parent_path()).filename().string();
}

/// The annotated folders by name: `path` itself with the templates beside it, those in it, or those
/// one deeper.
std::map<std::string, fs::path> find_parts(const fs::path& path) {
  std::map<std::string, fs::path> parts;
  if (is_annotated(path)) {
    parts.emplace(folder_name(path), path);
    const fs::path beside = fs::absolute(path).lexically_normal() / ".." / kTemplates;
    if (is_annotated(beside)) parts.emplace(kTemplates, beside.lexically_normal());
    return parts;
  }
  for (const fs::path& outer : list_folder(path)) {
    if (!is_folder(outer)) continue;
    if (is_annotated(outer)) parts.emplace(folder_name(outer), outer);
    for (const fs::path& inner : list_folder(outer)) {
      if (is_folder(inner) && is_annotated(inner)) parts.emplace(folder_name(inner), inner);
    }
  }
  return parts;
}

/// annotations/TYPE.json and annotations/TYPE/NN.json.
std::vector<AnnotatedFolder> list_annotations(const fs::path& part) {
  std::vector<AnnotatedFolder> found;
  for (const fs::path& entry : list_folder(part / "annotations")) {
    const std::string type = entry.stem().string();
    if (is_file(entry) && entry.extension() == ".json")
      found.push_back({type, "", entry, part / "images" / type});
    if (!is_folder(entry)) continue;
    for (const fs::path& clip : list_folder(entry)) {
      const std::string specimen = clip.stem().string();
      if (is_file(clip) && clip.extension() == ".json")
        found.push_back({type, specimen, clip, part / "images" / type / specimen});
    }
  }
  return found;
}

void add_problem(Dataset& dataset, const fs::path& path, const std::string& message) {
  dataset.problems.push_back({path.string(), message});
}

/// The described pictures; problems go to the data set.
std::vector<ViaPicture> read_via(const AnnotatedFolder& folder, Dataset& dataset) {
  std::vector<std::string> problems;
  std::vector<ViaPicture> pictures;
  try {
    pictures = parse_via(read_truth_file(folder.annotation, kMaxViaBytes),
                         folder.annotation.string(), problems);
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
  for (const std::string& problem : problems) add_problem(dataset, folder.annotation, problem);
  std::sort(pictures.begin(), pictures.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return pictures;
}

/// Pictures of one annotation file that cannot be used for one reason: a data set that is fetched
/// in part lacks thousands.
class Missing {
 public:
  explicit Missing(std::string what) : what_(std::move(what)) {}
  void add(const std::string& picture) {
    if (count_++ == 0) first_ = picture;
  }
  void report(const AnnotatedFolder& folder, std::size_t all, Dataset& dataset) const {
    if (count_ == 0) return;
    const std::string counted =
        std::to_string(count_) + " of " + std::to_string(all) + " pictures, e.g. " + first_ + ", ";
    add_problem(dataset, folder.annotation, folder.annotation.string() + ": " + counted + what_);
  }

 private:
  std::string what_;
  std::string first_;
  std::size_t count_ = 0;
};

std::string stem_of(const std::string& name) { return fs::path(name).stem().string(); }

void read_templates(const fs::path& part, Specimens& specimens, Dataset& dataset) {
  for (const AnnotatedFolder& folder : list_annotations(part)) {
    const auto files = list_pictures(folder.pictures);
    const std::vector<ViaPicture> pictures = read_via(folder, dataset);
    Missing absent("are not in " + folder.pictures.string());
    for (const ViaPicture& picture : pictures) {
      const auto file = files.find(stem_of(picture.name));
      if (file == files.end()) {
        absent.add(picture.name);
        continue;
      }
      DocumentType document;
      document.name = folder.type;
      document.template_image = file->second.string();
      document.fields = picture.fields;
      specimens.try_emplace({folder.type, file->first}, std::move(document));
    }
    absent.report(folder, pictures.size(), dataset);
  }
}

void read_frames(const std::string& condition, const AnnotatedFolder& folder, Specimens& specimens,
                 Dataset& dataset) {
  const auto files = list_pictures(folder.pictures);
  const std::vector<ViaPicture> pictures = read_via(folder, dataset);
  Missing absent("are not in " + folder.pictures.string());
  Missing unlocated("have no doc_quad");
  Missing unlabelled("have no template");
  for (const ViaPicture& picture : pictures) {
    const std::string stem = stem_of(picture.name);
    const std::string number = folder.specimen.empty() ? stem : folder.specimen;
    const auto file = files.find(stem);
    const auto specimen = specimens.find({folder.type, number});
    if (file == files.end()) {
      absent.add(picture.name);
    } else if (!picture.document) {
      unlocated.add(picture.name);
    } else if (specimen == specimens.end()) {
      unlabelled.add(picture.name);
    } else {
      std::vector<MidvFrame>& frames = specimen->second.frames;
      const std::string id =
          folder.specimen.empty() ? condition + "/" + stem : condition + "/" + number + "/" + stem;
      const int position = static_cast<int>(std::count_if(
          frames.begin(), frames.end(), [&](const auto& f) { return f.condition == condition; }));
      frames.push_back(
          {id, condition, position + 1, file->second.string(), *picture.document, number});
    }
  }
  for (const Missing* missing : {&absent, &unlocated, &unlabelled})
    missing->report(folder, pictures.size(), dataset);
}

}  // namespace

bool looks_like_midv2020(const std::string& path) {
  const auto parts = find_parts(path);
  return std::any_of(parts.begin(), parts.end(),
                     [](const auto& part) { return !list_annotations(part.second).empty(); });
}

Dataset read_midv2020(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw Error(ErrorCode::file_not_found, path + ": no such folder");
  if (!is_folder(path)) throw Error(ErrorCode::file_not_found, path + ": is not a folder");
  const auto parts = find_parts(path);
  const auto templates = parts.find(kTemplates);
  if (templates == parts.end()) {
    throw Error(
        ErrorCode::decode_failed,
        path +
            ": no folder templates with images and annotations in it or beside it, as MIDV-2020 has");
  }
  Dataset dataset;
  dataset.path = path;
  Specimens specimens;
  read_templates(templates->second, specimens, dataset);
  for (const auto& [name, part] : parts) {
    if (name == kTemplates) continue;
    for (const AnnotatedFolder& folder : list_annotations(part))
      read_frames(name, folder, specimens, dataset);
  }
  for (auto& [specimen, document] : specimens) dataset.types.push_back(std::move(document));
  return dataset;
}

}  // namespace nibble
