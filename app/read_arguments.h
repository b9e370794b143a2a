#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/common.h"
#include "app/read_document.h"

namespace nibble {

/// What the user asked `nibble read` for.
struct ReadArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string document;
  std::string templates;
  std::string quad;
  std::string quad_file;
  bool line = false;
  std::vector<std::string> fields;
  bool compare = false;
  std::string format = "text";
  std::string output;
  std::string annotate;
  std::string crops;
  bool no_rules = false;
  ReadOptions options;
  std::optional<double> min_confidence;
  bool fail_fast = false;
};

/// Adds the options of `nibble read` and its examples to a subcommand.
void add_read_options(CLI::App& command, ReadArguments& arguments);

/// Checks what cannot be said by one option alone, and loads the template and the quad. Throws
/// Error.
ReadTask make_read_task(const ReadArguments& arguments);

}  // namespace nibble
