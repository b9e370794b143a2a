#pragma once

#include <optional>
#include <string>
#include <vector>

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
  std::string stem;  ///< a name for what is written about it, different for each input
  std::optional<Failure> failure;  ///< an argument that stands for no file
};

/// The files that the arguments stand for: files, folders (the pictures in them and their
/// subfolders, sorted; hidden ones are left out), patterns with * ? [ that are no files, @list (a
/// file with one of these a line) and - for standard input.
std::vector<ReadInput> expand_inputs(const std::vector<std::string>& arguments);

}  // namespace nibble
