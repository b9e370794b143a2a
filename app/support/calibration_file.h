#pragma once

#include <string>

#include "app/support/options.h"

namespace nibble {

/// Adds --calibration to a subcommand.
void add_calibration_option(CLI::App& command, CommonOptions& options);

/// Says why a model is not calibrated, if it is not: as a warning where a calibration is there but
/// for another model, else with --verbose alone.
void report_calibration(const CommonOptions& options, const std::string& note, bool doubtful);

}  // namespace nibble
