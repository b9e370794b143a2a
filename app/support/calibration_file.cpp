#include "app/support/calibration_file.h"

#include <CLI/CLI.hpp>

#include "app/support/messages.h"

namespace nibble {

void add_calibration_option(CLI::App& command, CommonOptions& options) {
  command
      .add_option(
          "--calibration", options.calibration,
          "What nibble calibrate wrote for the model; none accepts nothing (default: beside the model, NAME.calibration.json)")
      ->check(not_empty())
      ->type_name("FILE|none")
      ->group("Model");
}

void report_calibration(const CommonOptions& options, const std::string& note, bool doubtful) {
  if (note.empty()) return;
  if (doubtful) {
    report_warning(options, note);
  } else {
    report_detail(options, note);
  }
}

}  // namespace nibble
