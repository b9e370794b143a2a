#include "app/support/models.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/support/calibration_file.h"
#include "kernels/kernel.h"
#include "nn/cuda_network.h"
#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

ReaderOptions::Precision public_precision(Precision precision) {
  switch (precision) {
    case Precision::f32: return ReaderOptions::Precision::f32;
    case Precision::int8: return ReaderOptions::Precision::int8;
    case Precision::int4:
    case Precision::int3:  // kernels alone know these two
    case Precision::int2: break;
  }
  return ReaderOptions::Precision::int4;
}

}  // namespace

ModelFile read_model_file(const std::string& path) {
  try {
    return read_model(path);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_model, error.what());
  }
}

std::string shipped_model_path(Precision precision) {
  return own_model_path(public_precision(precision), "");
}

namespace {

std::vector<Precision> default_precisions(const CommonOptions& options) {
  if (!options.model.empty()) {
    const ModelFile model = read_model_file(options.model);
    const auto entry = model.metadata.find("precision");
    const auto precision =
        entry == model.metadata.end() ? std::nullopt : parse_precision(entry->second);
    if (!precision)
      throw Error(ErrorCode::bad_model,
                  printable_path(options.model) +
                      ": the metadata does not say the precision (f32, int8 or int4)");
    return {*precision};
  }
  for (const Precision precision : {Precision::int4, Precision::int8, Precision::f32}) {
    if (has_own_model(public_precision(precision))) return {precision};
  }
  throw Error(
      ErrorCode::bad_model,
      data_folder() +
          "/models: no model file (nibble-f32.safetensors) here; give --model FILE or set NIBBLE_DATA");
}

}  // namespace

std::vector<Precision> chosen_precisions(const CommonOptions& options) {
  if (options.precisions.empty()) return default_precisions(options);
  std::vector<Precision> chosen;
  for (const std::string& name : options.precisions) {
    const auto precision = parse_precision(name);
    if (!precision)
      throw Error(ErrorCode::usage, "--precision: " + name + " is not one of f32, int8, int4");
    if (std::find(chosen.begin(), chosen.end(), *precision) == chosen.end())
      chosen.push_back(*precision);
  }
  return chosen;
}

std::vector<Precision> asked_or_shipped_precisions(const CommonOptions& options) {
  if (!options.precisions.empty() || !options.model.empty()) return chosen_precisions(options);
  std::vector<Precision> found;
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    if (has_own_model(public_precision(precision))) found.push_back(precision);
  }
  return found.empty() ? chosen_precisions(options) : found;
}

std::string chosen_isa(const CommonOptions& options) {
  const kernels::ConvKernel* kernel =
      kernels::select_kernel(Precision::f32, options.isa.empty() ? nullptr : options.isa.c_str());
  if (kernel != nullptr) return kernel->isa;
  std::string here;
  for (const kernels::ConvKernel* other : kernels::conv_kernels()) {
    if (other->precision == Precision::f32)
      here += (here.empty() ? "" : ", ") + std::string(other->isa);
  }
  throw Error(ErrorCode::bad_device, "instruction set " + printable_path(options.isa) +
                                         ": unknown, or not on this processor, which runs " + here);
}

void check_device(const CommonOptions& options) {
  if (options.device == "cuda") open_cuda_device();
  chosen_isa(options);
}

ReaderOptions reader_options(const CommonOptions& options, Precision precision,
                             ReaderOptions others) {
  others.precision = public_precision(precision);
  others.model.path = options.model;
  others.finder.path = options.finder;
  others.calibrate = options.calibration != "none";
  if (others.calibrate) others.calibration.path = options.calibration;
  others.isa = options.isa;
  others.winograd = options.winograd;
  others.device = options.device;
  others.threads = options.threads;
  others.limits = options.limits;
  return others;
}

std::string model_path(const CommonOptions& options, Precision precision) {
  return options.model.empty() ? shipped_model_path(precision) : options.model;
}

ReadingModel load_calibrated(const CommonOptions& options, Precision precision) {
  check_device(options);
  ReadingModel model = load_reading_model(reader_options(options, precision));
  report_calibration(options, model.note, model.doubtful);
  return model;
}

LoadedModel load_network(const CommonOptions& options, Precision precision) {
  check_device(options);
  ReaderOptions wanted = reader_options(options, precision);
  wanted.calibrate = false;
  ReadingModel model = load_reading_model(wanted);
  return {model.path, fs::path(model.path).stem().string(), std::move(model.network)};
}

}  // namespace nibble
