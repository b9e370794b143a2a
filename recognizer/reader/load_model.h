#pragma once

#include <optional>
#include <string>

#include "include/nibble/nibble.hpp"
#include "nn/network.h"
#include "nn/picture_network.h"
#include "recognizer/line/confidence.h"

namespace nibble {

/// A network with what makes its confidences probabilities.
struct ReadingModel {
  std::string path;  ///< of its file; what it is called where it came from memory
  Network network;
  std::optional<Calibration> calibration;
  std::string calibration_digest{};  ///< of its text
  std::string note{};                ///< why it has none, one line; empty where that was asked for
  bool doubtful = false;             ///< the note is a warning
};

/// The library's own model file of a precision in this data folder (empty: see data_folder()).
std::string own_model_path(ReaderOptions::Precision precision, const std::string& data_folder);

/// Whether the library has a model of its own of this precision: in its data folder or compiled in.
bool has_own_model(ReaderOptions::Precision precision);

/// Loads what the options name, or the library's own. The calibration is taken only where it was
/// made for this very model. Throws Error(bad_model | bad_device).
ReadingModel load_reading_model(const ReaderOptions& options);

/// The network that finds lines of text: the one that the options name, or the library's own.
/// Throws Error(bad_model | bad_device).
PictureNetwork load_finder(const ReaderOptions& options);

/// What stands in results about a model.
ReaderInfo info_of(const ReadingModel& model);

}  // namespace nibble
