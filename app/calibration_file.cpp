#include "app/calibration_file.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "recognizer/base/text.h"

namespace nibble {
namespace {

constexpr const char* kConsequence = "confidences are the network's own and no field is accepted";

std::string read_calibration_text(const std::string& path) {
  try {
    return read_text_file(path);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_model, error.what());
  }
}

}  // namespace

void add_calibration_option(CLI::App& command, CommonOptions& options) {
  command
      .add_option(
          "--calibration", options.calibration,
          "What nibble calibrate wrote for the model; none accepts nothing (default: beside the model, NAME.calibration.json)")
      ->check(not_empty())
      ->type_name("FILE|none")
      ->group("Model");
}

std::optional<Calibration> load_calibration(const CommonOptions& options,
                                            const LoadedModel& model) {
  namespace fs = std::filesystem;
  if (options.calibration == "none") return std::nullopt;
  const bool asked = !options.calibration.empty();
  const std::string path =
      asked ? options.calibration
            : fs::path(model.path).replace_extension(".calibration.json").string();
  std::error_code error;
  if (!asked && !fs::exists(path, error)) {
    report_detail(options, printable_path(model.path) +
                               ": not calibrated (see nibble calibrate): " + kConsequence);
    return std::nullopt;
  }
  Calibration calibration = parse_calibration(read_calibration_text(path), printable_path(path));
  if (calibration.model == model.network.digest()) return calibration;
  const std::string problem = printable_path(path) + ": was made for another model than " +
                              printable_path(model.path) + " (see nibble calibrate)";
  if (asked) throw Error(ErrorCode::bad_model, problem);
  report_warning(options, problem + ": " + kConsequence);
  return std::nullopt;
}

}  // namespace nibble
