#pragma once

#include <string>
#include <vector>

#include "app/support/options.h"
#include "include/nibble/nibble.hpp"
#include "nn/network.h"
#include "recognizer/reader/load_model.h"

namespace nibble {

/// The shipped model file of a precision, whether it exists or not.
std::string shipped_model_path(Precision precision);

/// The precisions to run: those asked for, else that of --model, else the first of int4, int8, f32
/// that is shipped. Throws Error(bad_model | usage).
std::vector<Precision> chosen_precisions(const CommonOptions& options);

/// The precisions asked for, else that of --model, else all that are shipped: f32, int8, int4.
/// Throws as chosen_precisions does.
std::vector<Precision> asked_or_shipped_precisions(const CommonOptions& options);

/// A network with the file that it came from.
struct LoadedModel {
  std::string path;
  std::string name;  ///< the file's name without extension, e.g. "nibble-f32"
  Network network;
};

/// The options of a reader with the model, the calibration and the processor that the options of a
/// command name.
ReaderOptions reader_options(const CommonOptions& options, Precision precision,
                             ReaderOptions others = {});

/// The file of the model that reader_options() names.
std::string model_path(const CommonOptions& options, Precision precision);

/// Loads --model or the shipped model of this precision and its calibration, after check_device;
/// says why it is not calibrated where that is not as asked. Throws Error(bad_model | bad_device).
ReadingModel load_calibrated(const CommonOptions& options, Precision precision);

/// The network alone.
LoadedModel load_network(const CommonOptions& options, Precision precision);

/// Reads a model file. Throws Error(bad_model), also when there is none.
ModelFile read_model_file(const std::string& path);

/// The instruction set that will run, e.g. "portable". Throws Error(bad_device) for one that is not
/// here.
std::string chosen_isa(const CommonOptions& options);

/// Checks --device and --isa. Throws Error(bad_device) for one that is not here.
void check_device(const CommonOptions& options);

}  // namespace nibble
