#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/support/options.h"
#include "nn/error.h"

namespace nibble {

/// What an input failed with.
struct Failure {
  ErrorCode code = ErrorCode::decode_failed;
  std::string message;  ///< one line that names the input
};

/// One file to read.
struct ReadInput {
  std::string path;  ///< as given or found; "-" is standard input
  /// A name for what is written about it, different for each input; STEM_p2 and so on, for what is
  /// written about its pages, is the stem of no other.
  std::string stem;
  std::optional<Failure> failure;  ///< an argument that stands for no file
};

/// The files that the arguments stand for: files, folders (the pictures in them and their
/// subfolders, sorted; hidden ones are left out), patterns with * ? [ that are no files, @list (a
/// file with one of these a line) and - for standard input. What a folder has and is not read is
/// said in `warnings`, a line for each folder, with a count of each kind.
std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments,
                                     std::vector<std::string>& warnings);

/// The same, and prints the warnings.
std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments,
                                     const CommonOptions& options);

/// Whether the arguments are one plain file (or standard input), whose name they are: then alone
/// one result is written as one JSON object. A folder, a pattern or a list may stand for several.
bool is_one_file(const std::vector<std::string>& arguments, const std::vector<ReadInput>& inputs);

}  // namespace nibble
