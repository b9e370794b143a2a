#include "data/midv.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "data/midv_files.h"
#include "nn/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

// ZIP archives of the data set unpack to NN_type/NN_type/..., and again inside a folder of their
// own.
constexpr int kMaxNesting = 3;
// A real ground truth has a few kilobytes.
constexpr std::uintmax_t kMaxJsonBytes = 16U << 20U;

char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string to_upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return to_upper(c); });
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Two letters, in capitals; empty for any other folder.
std::string condition_of(const fs::path& folder) {
  const std::string name = to_upper(folder.filename().string());
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  return name.size() == 2 && is_letter(name[0]) && is_letter(name[1]) ? name : std::string();
}

/// Names of the two-letter folders under images and ground_truth, with their condition.
std::map<std::string, std::string> list_conditions(const fs::path& type_folder) {
  std::map<std::string, std::string> conditions;
  for (const char* part : {"images", "ground_truth"}) {
    for (const fs::path& entry : list_folder(type_folder / part)) {
      const std::string condition = condition_of(entry);
      if (!condition.empty() && is_folder(entry)) conditions[entry.filename().string()] = condition;
    }
  }
  return conditions;
}

bool is_type_folder(const fs::path& folder) {
  return is_folder(folder / "images") &&
         (is_folder(folder / "ground_truth") || !list_conditions(folder).empty());
}

/// The last component, for "43_tur_id/" and "." too.
std::string folder_name(const fs::path& folder) {
  const fs::path full = fs::absolute(folder).lexically_normal();
  return (full.has_filename() ? full : full.parent_path()).filename().string();
}

void find_type_folders(const fs::path& folder, int depth, std::vector<fs::path>& found) {
  if (is_type_folder(folder)) {
    found.push_back(folder);
    return;
  }
  if (depth == kMaxNesting) return;
  for (const fs::path& entry : list_folder(folder)) {
    if (is_folder(entry) && entry.filename() != "videos")
      find_type_folders(entry, depth + 1, found);
  }
}

/// The 1 of "CA43_01"; -1 for a name that is not a frame's.
int frame_number(const std::string& stem, const std::string& condition) {
  const std::size_t underscore = stem.rfind('_');
  if (underscore == std::string::npos || !to_upper(stem).starts_with(condition)) return -1;
  const char* begin = stem.data() + underscore + 1;
  const char* end = stem.data() + stem.size();
  int number = -1;
  const auto [last, error] = std::from_chars(begin, end, number);
  return begin != end && is_digit(*begin) && last == end && error == std::errc() ? number : -1;
}

void add_problem(Dataset& dataset, const fs::path& path, const std::string& message) {
  dataset.problems.push_back({path.string(), message});
}

/// The frames' pictures of one condition by stem.
std::map<std::string, fs::path> list_frames(const fs::path& folder, const std::string& condition) {
  std::map<std::string, fs::path> pictures = list_pictures(folder);
  std::erase_if(pictures,
                [&](const auto& picture) { return frame_number(picture.first, condition) < 0; });
  return pictures;
}

void read_condition(const fs::path& type_folder, const std::string& name,
                    const std::string& condition, DocumentType& type, Dataset& dataset) {
  const fs::path truth_folder = type_folder / "ground_truth" / name;
  const auto pictures = list_frames(type_folder / "images" / name, condition);
  for (const auto& [stem, picture] : pictures) {
    const fs::path truth = truth_folder / (stem + ".json");
    try {
      if (!is_file(truth))
        throw Error(ErrorCode::file_not_found,
                    truth.string() + ": missing ground truth of " + picture.filename().string());
      const Quad quad = parse_frame_quad(read_truth_file(truth, kMaxJsonBytes), truth.string());
      type.frames.push_back(
          {name + "/" + stem, condition, frame_number(stem, condition), picture.string(), quad});
    } catch (const Error& error) {
      add_problem(dataset, truth, error.what());
    }
  }
  for (const fs::path& truth : list_folder(truth_folder)) {
    const std::string stem = truth.stem().string();
    if (truth.extension() != ".json" || frame_number(stem, condition) < 0 ||
        pictures.contains(stem))
      continue;
    add_problem(dataset, truth, truth.string() + ": no picture belongs to this ground truth");
  }
}

void read_template(const fs::path& type_folder, DocumentType& type, Dataset& dataset) {
  int best = -1;
  for (const fs::path& entry : list_folder(type_folder / "images")) {
    const int rank = picture_rank(entry);
    if (rank < 0 || entry.stem() != type.name || !is_file(entry) || (best >= 0 && best <= rank))
      continue;
    best = rank;
    type.template_image = entry.string();
  }
  // Types without labelled fields serve for location only.
  const fs::path truth = type_folder / "ground_truth" / (type.name + ".json");
  if (!is_file(truth)) return;
  std::vector<std::string> problems;
  try {
    type.fields =
        parse_template_fields(read_truth_file(truth, kMaxJsonBytes), truth.string(), problems);
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
  for (const std::string& problem : problems) add_problem(dataset, truth, problem);
}

}  // namespace

Dataset read_midv500(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw Error(ErrorCode::file_not_found, path + ": no such folder");
  if (!is_folder(path)) throw Error(ErrorCode::file_not_found, path + ": is not a folder");
  std::vector<fs::path> folders;
  find_type_folders(path, 0, folders);
  if (folders.empty()) {
    throw Error(
        ErrorCode::decode_failed,
        path +
            ": no document types found (expected NN_type/images/CC/CCNN_FF.tif and NN_type/ground_truth)");
  }
  Dataset dataset;
  dataset.path = path;
  std::map<std::string, fs::path> seen;
  for (const fs::path& folder : folders) {
    DocumentType type;
    type.name = folder_name(folder);
    if (const auto [first, added] = seen.try_emplace(type.name, folder); !added) {
      add_problem(dataset, folder,
                  folder.string() + ": ignored, the type is also at " + first->second.string());
      continue;
    }
    read_template(folder, type, dataset);
    for (const auto& [name, condition] : list_conditions(folder))
      read_condition(folder, name, condition, type, dataset);
    dataset.types.push_back(std::move(type));
  }
  std::sort(dataset.types.begin(), dataset.types.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return dataset;
}

}  // namespace nibble
