#include "recognizer/reader/load_model.h"

#include <cstdlib>
#include <filesystem>
#include <span>
#include <utility>

#include "nn/cuda_network.h"
#include "nn/digest.h"
#include "recognizer/base/embedded.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/locate/find/finder.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConsequence = "confidences are the network's own and no field is accepted";

Precision precision_of(ReaderOptions::Precision precision) {
  switch (precision) {
    case ReaderOptions::Precision::f32: return Precision::f32;
    case ReaderOptions::Precision::int8: return Precision::int8;
    case ReaderOptions::Precision::int4: break;
  }
  return Precision::int4;
}

/// Whatever is wrong with the file of a model is wrong with the model.
template <typename Load>
auto as_bad_model(Load load) {
  try {
    return load();
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_model, error.what());
  }
}

using Bytes = std::span<const std::byte>;

/// What is compiled into the library of a file of its own that is not there; empty where the caller
/// or NIBBLE_DATA names the folder.
Bytes compiled_in(const ReaderOptions& options, const std::string& path) {
  const char* named = std::getenv("NIBBLE_DATA");
  const bool is_named = named != nullptr && *named != '\0';
  std::error_code error;
  if (is_named || !options.model.empty() || !options.data_folder.empty() || fs::exists(path, error))
    return {};
  return embedded_file(fs::path(path).filename().string());
}

ModelFile read_source(const ReaderOptions& options, const std::string& path) {
  const std::vector<std::uint8_t>& given = options.model.bytes;
  const Bytes bytes = given.empty() ? compiled_in(options, path) : std::as_bytes(std::span(given));
  if (bytes.empty()) return as_bad_model([&] { return read_model(path); });
  return parse_model(bytes.data(), bytes.size(), path);
}

void choose_device(const ReaderOptions& options, const ModelFile& file, Network& network) {
  if (options.device == "cuda") {
    network.use_device(file, open_cuda_device());
  } else if (options.device == "auto" && options.isa.empty() &&
             network.precision() != Precision::f32) {
    if (kernels::cuda::Device* device = find_cuda_device(); device != nullptr)
      network.use_device(file, *device);
  }
}

std::string source_path(const ReaderOptions& options) {
  const Precision precision = precision_of(options.precision);
  if (!options.model.path.empty()) return options.model.path;
  if (!options.model.bytes.empty()) return "model in memory";
  std::string path = own_model_path(options.precision, options.data_folder);
  std::error_code error;
  if (fs::exists(path, error) || !compiled_in(options, path).empty()) return path;
  throw Error(ErrorCode::bad_model, path + ": no model of precision " + precision_name(precision) +
                                        " is shipped; give --model FILE or another --precision");
}

/// The text of the calibration and its name; none, with a note, where there is none.
std::optional<std::string> calibration_text(const ReaderOptions& options, std::string& name,
                                            ReadingModel& model) {
  const FileSource& given = options.calibration;
  if (!given.bytes.empty()) {
    name = given.path.empty() ? "calibration in memory" : given.path;
    return std::string(given.bytes.begin(), given.bytes.end());
  }
  name = given.path.empty() ? fs::path(model.path).replace_extension(".calibration.json").string()
                            : given.path;
  if (given.path.empty() && !compiled_in(options, model.path).empty()) {
    const Bytes own = embedded_file(fs::path(name).filename().string());
    return std::string(reinterpret_cast<const char*>(own.data()), own.size());
  }
  std::error_code error;
  if (given.path.empty() && (!options.model.bytes.empty() || !fs::exists(name, error))) {
    model.note =
        printable_path(model.path) + ": not calibrated (see nibble calibrate): " + kConsequence;
    return std::nullopt;
  }
  return as_bad_model([&] { return read_text_file(name); });
}

void load_calibration(const ReaderOptions& options, ReadingModel& model) {
  std::string name;
  const auto text = calibration_text(options, name, model);
  if (!text) return;
  Calibration calibration = parse_calibration(*text, printable_path(name));
  if (calibration.model == model.network.digest()) {
    model.calibration = std::move(calibration);
    model.calibration_digest = text_digest(*text);
    return;
  }
  const std::string problem = printable_path(name) + ": was made for another model than " +
                              printable_path(model.path) + " (see nibble calibrate)";
  if (!options.calibration.empty()) throw Error(ErrorCode::bad_model, problem);
  model.note = problem + ": " + kConsequence;
  model.doubtful = true;
}

}  // namespace

std::string own_model_path(ReaderOptions::Precision precision, const std::string& folder) {
  return (folder.empty() ? data_folder() : folder) + "/models/nibble-" +
         precision_name(precision_of(precision)) + ".safetensors";
}

bool has_own_model(ReaderOptions::Precision precision) {
  const std::string path = own_model_path(precision, "");
  std::error_code error;
  return fs::exists(path, error) || !compiled_in({}, path).empty();
}

ReadingModel load_reading_model(const ReaderOptions& options) {
  if (options.device == "cuda") open_cuda_device();
  const Precision precision = precision_of(options.precision);
  const std::string path = source_path(options);
  const ModelFile file = read_source(options, path);
  ReadingModel model{path, Network(file, printable_path(path), {options.isa, options.winograd}),
                     std::nullopt};
  if (model.network.precision() != precision) {
    throw Error(ErrorCode::bad_model, printable_path(path) + ": a model of precision " +
                                          precision_name(model.network.precision()) + ", not " +
                                          precision_name(precision));
  }
  choose_device(options, file, model.network);
  if (options.calibrate) load_calibration(options, model);
  return model;
}

PictureNetwork load_finder(const ReaderOptions& options) {
  const std::string own = (options.data_folder.empty() ? data_folder() : options.data_folder) +
                          "/models/nibble-find-int4.safetensors";
  const FileSource& given = options.finder;
  const std::string path = !given.path.empty() ? given.path
                           : given.empty()     ? own
                                               : "finder in memory";
  std::error_code error;
  Bytes bytes = std::as_bytes(std::span(given.bytes));
  if (given.empty() && !fs::exists(path, error))
    bytes = embedded_file(fs::path(path).filename().string());
  const ModelFile file = bytes.empty() ? as_bad_model([&] { return read_model(path); })
                                       : parse_model(bytes.data(), bytes.size(), path);
  PictureNetwork network(file, printable_path(path), {options.isa, options.winograd});
  check_finder(network, printable_path(path));
  return network;
}

ReaderInfo info_of(const ReadingModel& model) {
  ReaderInfo info;
  info.model = fs::path(model.path).stem().string();
  info.precision = precision_name(model.network.precision());
  info.digest = model.network.digest();
  info.isa = model.network.isa();
  info.note = model.note;
  info.doubtful = model.doubtful;
  if (model.calibration) {
    info.calibrated = true;
    info.accept = model.calibration->accept;
    info.review = model.calibration->review;
    info.error_rate = model.calibration->error_rate;
  }
  return info;
}

}  // namespace nibble
