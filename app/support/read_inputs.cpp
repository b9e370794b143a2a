#include "app/support/read_inputs.h"

#include <glob.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "app/support/messages.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

bool is_picture(const fs::path& path) {
  const std::string extension = lower_extension(path.string());
  const std::vector<std::string>& known = image_extensions();
  return std::find(known.begin(), known.end(), extension) != known.end();
}

/// Counts by kind what a folder has and is not read.
class LeftOut {
 public:
  void add(const std::string& one, const std::string& several) { ++counts_[{one, several}]; }
  void add_file(const fs::path& path) {
    constexpr std::size_t kMaxKind = 9;
    std::string kind = lower_extension(path.string());
    if (kind.size() < 2 || kind.size() > kMaxKind) return add("other file", "other files");
    kind.erase(0, 1);
    for (char& c : kind) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    add(printable_path(kind), printable_path(kind));
  }

  bool empty() const { return counts_.empty(); }

  /// "3 HEIC, 1 GIF and 1 link to nothing"; the kinds with most first.
  std::string text() const {
    constexpr std::size_t kMaxKinds = 8;
    std::vector<std::pair<int, std::string>> kinds;
    for (const auto& [names, count] : counts_)
      kinds.emplace_back(count, count == 1 ? names.first : names.second);
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    int more = 0;
    for (; kinds.size() > kMaxKinds; kinds.pop_back()) more += kinds.back().first;
    if (more > 0) kinds.emplace_back(more, "of other kinds");
    std::string text;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (i > 0) text += i + 1 == kinds.size() ? " and " : ", ";
      text += std::to_string(kinds[i].first) + " " + kinds[i].second;
    }
    return text;
  }

 private:
  std::map<std::pair<std::string, std::string>, int> counts_;
};

/// The pictures in a folder and the folders in it. Throws fs::filesystem_error when the folder
/// itself cannot be read.
std::vector<std::string> pictures_in(const fs::path& top, LeftOut& left_out) {
  std::vector<std::string> found;
  std::vector<fs::path> folders = {top};
  while (!folders.empty()) {
    const fs::path folder = folders.back();
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    if (error && folder == top) throw fs::filesystem_error("", error);
    if (error) left_out.add("folder that cannot be opened", "folders that cannot be opened");
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const fs::path& path = entry->path();
      if (is_hidden(path)) continue;
      std::error_code ignored;
      const fs::file_status status = entry->status(ignored);
      if (fs::is_directory(status)) {
        if (entry->is_symlink(ignored)) {
          left_out.add("link to a folder", "links to folders");
        } else {
          folders.push_back(path);
        }
      } else if (entry->is_symlink(ignored) && !fs::exists(status)) {
        left_out.add("link to nothing", "links to nothing");
      } else if (fs::is_regular_file(status) && is_picture(path)) {
        found.push_back(path.string());
      } else {
        left_out.add_file(path);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// The stem of the file that this would be the name of a page of: "scan" of "scan_p2"; empty where
/// it is none.
std::string page_base(const std::string& stem) {
  const std::size_t at = stem.find_last_not_of("0123456789");
  const bool numbered = at != std::string::npos && at + 1 < stem.size() && at >= 2 &&
                        stem[at + 1] != '0' && stem[at] == 'p' && stem[at - 1] == '_';
  return numbered ? stem.substr(0, at - 1) : std::string();
}

class Expander {
 public:
  explicit Expander(std::vector<std::string>& warnings) : warnings_(warnings) {}

  void add(const std::string& argument) {
    std::error_code error;
    // A file of that very name comes before what the argument could also mean.
    const bool special = argument != "-" && !fs::exists(argument, error);
    if (fs::is_directory(argument, error)) {
      add_folder(argument);
    } else if (special && argument.size() > 1 && argument.front() == '@') {
      add_list(argument.substr(1));
    } else if (special && argument.find_first_of("*?[") != std::string::npos) {
      add_pattern(argument);
    } else {
      add_file(argument);
    }
  }

  std::vector<ReadInput> take() { return std::move(inputs_); }

 private:
  void add_file(const std::string& path) {
    std::string stem = path == "-" ? "stdin" : fs::path(path).stem().string();
    if (stem.empty()) stem = "input";
    std::string unique = stem;
    // The counts make a list of ten thousand equal names take no time; the loop is for a file that
    // is called scan_2 itself, or scan_p2 beside a scan whose second page may have that name.
    for (int& count = counts_[stem]; !is_free(unique);)
      unique = stem + "_" + std::to_string(++count + 1);
    stems_.insert(unique);
    bases_.insert(page_base(unique));
    inputs_.push_back({path, unique, std::nullopt});
  }

  bool is_free(const std::string& stem) const {
    return !stems_.contains(stem) && !bases_.contains(stem) && !stems_.contains(page_base(stem));
  }

  void add_failure(const std::string& path, ErrorCode code, const std::string& message) {
    inputs_.push_back({path, {}, Failure{code, printable_path(path) + ": " + message}});
  }

  void add_folder(const std::string& folder) {
    LeftOut left_out;
    std::vector<std::string> found;
    try {
      found = pictures_in(folder, left_out);
    } catch (const fs::filesystem_error& error) {
      return add_failure(folder, ErrorCode::file_not_found,
                         "this folder cannot be read: " + error.code().message());
    }
    std::string kinds;
    for (const std::string& kind : image_extensions()) kinds += (kinds.empty() ? "" : ", ") + kind;
    if (found.empty())
      return add_failure(folder, ErrorCode::file_not_found,
                         "a folder without pictures (" + kinds + ")" +
                             (left_out.empty() ? "" : "; left out: " + left_out.text()));
    if (!left_out.empty())
      warnings_.push_back(printable_path(folder) + ": left out: " + left_out.text() +
                          "; what is read: " + kinds);
    for (const std::string& path : found) add_file(path);
  }

  void add_pattern(const std::string& pattern) {
    glob_t matches{};
    const int status = glob(pattern.c_str(), 0, nullptr, &matches);
    const std::vector<std::string> paths(matches.gl_pathv,
                                         matches.gl_pathv + (status == 0 ? matches.gl_pathc : 0));
    globfree(&matches);
    if (paths.empty())
      add_failure(pattern, ErrorCode::file_not_found,
                  "no file of this name, and none that matches it as a pattern");
    for (const std::string& path : paths) {
      std::error_code error;
      if (fs::is_directory(path, error)) {
        add_folder(path);
      } else {
        add_file(path);
      }
    }
  }

  void add_list(const std::string& list) {
    std::string text;
    try {
      text = read_text_file(list);
    } catch (const Error& error) {
      inputs_.push_back({"@" + list, {}, Failure{error.code(), error.what()}});
      return;
    }
    if (text.find('\0') != std::string::npos)
      return add_failure("@" + list, ErrorCode::decode_failed,
                         "not a list of file names, one a line");
    const std::size_t before = inputs_.size();
    // Editors of some systems put the mark of UTF-8 in front.
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text.starts_with(kMark)) text.erase(0, kMark.size());
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") == std::string::npos) continue;
      // A list that names a list could name itself.
      if (line.front() == '@') {
        add_failure(line, ErrorCode::decode_failed,
                    "a list in the list " + printable_path(list) + ": give it on the command line");
      } else {
        add(line);
      }
    }
    if (inputs_.size() == before)
      add_failure("@" + list, ErrorCode::decode_failed, "an empty list");
  }

  std::vector<ReadInput> inputs_;
  std::vector<std::string>& warnings_;
  std::set<std::string> stems_;        ///< given out
  std::set<std::string> bases_;        ///< of which a stem given out would be a page
  std::map<std::string, int> counts_;  ///< numbers tried for a stem
};

}  // namespace

std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments,
                                     std::vector<std::string>& warnings) {
  Expander expander(warnings);
  for (const std::string& argument : arguments) expander.add(argument);
  return expander.take();
}

bool is_one_file(const std::vector<std::string>& arguments, const std::vector<ReadInput>& inputs) {
  return arguments.size() == 1 && inputs.size() == 1 && !inputs[0].failure &&
         inputs[0].path == arguments[0];
}

std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments,
                                     const CommonOptions& options) {
  std::vector<std::string> warnings;
  std::vector<ReadInput> inputs = expand_inputs(arguments, warnings);
  for (const std::string& warning : warnings) report_warning(options, warning);
  return inputs;
}

}  // namespace nibble
