#include "app/support/read_inputs.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

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

class Expander {
 public:
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
    // is called scan_2 itself.
    for (int& count = counts_[stem]; !stems_.insert(unique).second;)
      unique = stem + "_" + std::to_string(++count + 1);
    inputs_.push_back({path, unique, std::nullopt});
  }

  void add_failure(const std::string& path, ErrorCode code, const std::string& message) {
    inputs_.push_back({path, {}, Failure{code, printable_path(path) + ": " + message}});
  }

  void add_folder(const std::string& folder) {
    std::vector<std::string> found;
    std::error_code error;
    constexpr auto kOptions = fs::directory_options::skip_permission_denied;
    for (auto entry = fs::recursive_directory_iterator(folder, kOptions, error);
         entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (error) break;
      std::error_code ignored;
      if (is_hidden(entry->path())) {
        entry.disable_recursion_pending();
      } else if (is_picture(entry->path()) && entry->is_regular_file(ignored)) {
        found.push_back(entry->path().string());
      }
    }
    if (error)
      return add_failure(folder, ErrorCode::file_not_found,
                         "this folder cannot be read: " + error.message());
    if (found.empty())
      return add_failure(folder, ErrorCode::file_not_found,
                         "a folder without pictures (.jpg, .jpeg, .png, .tif, .tiff, .pdf)");
    std::sort(found.begin(), found.end());
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
  std::set<std::string> stems_;        ///< given out
  std::map<std::string, int> counts_;  ///< numbers tried for a stem
};

}  // namespace

std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments) {
  Expander expander;
  for (const std::string& argument : arguments) expander.add(argument);
  return expander.take();
}

}  // namespace nibble
