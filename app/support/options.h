#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
class Validator;
}  // namespace CLI

namespace nibble {

/// Options that the commands share.
struct CommonOptions {
  std::vector<std::string>
      precisions;           ///< as asked for, in order; empty: choose (see chosen_precisions)
  std::string model;        ///< --model, empty: the shipped one
  std::string finder;       ///< --finder, empty: the shipped one
  std::string calibration;  ///< --calibration, empty: beside the model (see load_calibration)
  std::string isa;          ///< --isa or NIBBLE_ISA, empty: the best one here
  bool winograd = true;     ///< --no-winograd
  std::string device = "auto";
  int threads = 1;
  int jobs = 1;
  Limits limits;  ///< --max-pixels, --max-pages
  bool quiet = false;
  bool verbose = false;
  std::string progress = "auto";
};

enum class PrecisionOption { one, list };

/// Adds --precision, --model, --isa, --device and --threads to a subcommand.
void add_model_options(CLI::App& command, CommonOptions& options,
                       PrecisionOption precision = PrecisionOption::one);

/// Adds -j/--jobs, which makes sense where several files are read.
void add_jobs_option(CLI::App& command, CommonOptions& options);

/// Adds --max-pixels and --max-pages, where pictures of strangers are read.
void add_limit_options(CLI::App& command, CommonOptions& options);

/// Adds -q, -v and --progress to a subcommand.
void add_output_options(CLI::App& command, CommonOptions& options);

/// A number from `least` to `most`; "nan" is none.
CLI::Validator between(double least, double most);

/// Refuses the empty text that a shell makes of an unset variable, which would be the same as no
/// option.
CLI::Validator not_empty();

}  // namespace nibble
