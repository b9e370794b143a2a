#pragma once

#include <optional>

#include "app/common.h"
#include "recognizer/line/confidence.h"

namespace nibble {

/// Adds --calibration to a subcommand.
void add_calibration_option(CLI::App& command, CommonOptions& options);

/// The calibration of a model: that of --calibration, else the file beside the model that has its
/// name and ends in .calibration.json. None for "none", and none with a line that says so where
/// there is no such file (with --verbose) or it is for another model (a warning). Throws
/// Error(bad_model) for a file that cannot be used, and for one that was asked for and is not there
/// or for another model.
std::optional<Calibration> load_calibration(const CommonOptions& options, const LoadedModel& model);

}  // namespace nibble
