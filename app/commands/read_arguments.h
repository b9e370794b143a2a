#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/support/options.h"
#include "include/nibble/nibble.hpp"

namespace nibble {

/// What the user asked `nibble read` for.
struct ReadArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string document = "auto";
  std::string templates;
  std::string quad;
  std::string quad_file;
  bool line = false;
  std::vector<std::string> fields;
  bool compare = false;
  bool clip = false;
  bool stop = false;
  StopRule stopping;
  std::string format = "text";
  bool csv_safe = false;
  std::string output;
  std::string annotate;
  std::string crops;
  std::string review;
  bool no_rules = false;
  int alternatives = ReaderOptions{}.alternatives;
  int beam = 0;
  double margin = ReaderOptions{}.margin;
  std::optional<double> min_confidence;
  bool fail_fast = false;
};

/// Adds the options of `nibble read` and its examples to a subcommand.
void add_read_options(CLI::App& command, ReadArguments& arguments);

/// Checks what cannot be said by one option alone, and loads the corners. Throws Error.
Request make_request(const ReadArguments& arguments);

/// How to read: all of the options but the model and its precision.
ReaderOptions make_options(const ReadArguments& arguments);

}  // namespace nibble
