#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/json_text.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "nn/checked_json.h"
#include "nn/error.h"
#include "nn/graph.h"
#include "nn/self_test.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kTypicalWidth = 256;

struct LayerCost {
  std::int64_t weights = 0;
  std::int64_t macs = 0;  ///< for a line of kTypicalWidth pixels
  Shape output;           ///< for a line of kTypicalWidth pixels
};

std::vector<LayerCost> layer_costs(const Graph& graph) {
  std::vector<LayerCost> costs;
  Shape shape = input_shape(graph, std::min(kTypicalWidth, graph.max_width));
  for (const Conv2d& layer : graph.layers) {
    LayerCost cost;
    cost.weights = static_cast<std::int64_t>(layer.out_channels) * layer.in_channels *
                   layer.kernel[0] * layer.kernel[1];
    const Shape conv = conv_shape(layer, shape);
    cost.macs = cost.weights * conv.height * conv.width;
    cost.output = shape = pool_shape(layer, conv);
    costs.push_back(cost);
  }
  return costs;
}

/// A model file with everything that is said about it.
struct ModelReport {
  std::string path;
  std::uintmax_t bytes = 0;
  Precision precision = Precision::f32;
  std::string digest;
  Graph graph;
  std::vector<LayerCost> costs;
  std::vector<std::string> alphabet;
  std::int64_t weights = 0;
  std::int64_t macs = 0;
  Json training;
};

ModelReport inspect(const std::string& path) {
  const ModelFile model = read_model_file(path);
  const Network network(model, printable_path(path));
  ModelReport report;
  report.path = path;
  std::error_code error;
  report.bytes = std::filesystem::file_size(path, error);
  report.precision = network.precision();
  report.digest = network.digest();
  report.graph = network.graph();
  report.costs = layer_costs(report.graph);
  report.alphabet = network.alphabet();
  report.weights = network.weight_count();
  report.macs = network.mac_count(std::min(kTypicalWidth, report.graph.max_width));
  const auto training = model.metadata.find("training");
  if (training != model.metadata.end())
    report.training = parse_ordered_json(training->second, printable_path(path) + ": its training",
                                         ErrorCode::bad_model);
  return report;
}

std::string product(int a, int b) { return std::to_string(a) + "x" + std::to_string(b); }

std::string shape_text(const Shape& shape) {
  return product(shape.height, shape.width) + "x" + std::to_string(shape.channels);
}

void print_layers(const ModelReport& report) {
  std::printf("%-12s %-6s %-7s %-12s %-6s %-6s %-12s %10s %12s\n", "layer", "type", "kernel",
              "channels", "stride", "pool", "output", "weights", "MACs");
  for (std::size_t i = 0; i < report.costs.size(); ++i) {
    const Conv2d& layer = report.graph.layers[i];
    const LayerCost& cost = report.costs[i];
    const std::string channels =
        std::to_string(layer.in_channels) + " -> " + std::to_string(layer.out_channels);
    std::printf("%-12s %-6s %-7s %-12s %-6s %-6s %-12s %10lld %12lld\n", layer.name.c_str(),
                precision_name(layer.precision), product(layer.kernel[0], layer.kernel[1]).c_str(),
                channels.c_str(), product(layer.stride[0], layer.stride[1]).c_str(),
                product(layer.pool[0], layer.pool[1]).c_str(), shape_text(cost.output).c_str(),
                static_cast<long long>(cost.weights), static_cast<long long>(cost.macs));
  }
}

void print_text(const ModelReport& report) {
  std::string characters;
  for (const std::string& c : report.alphabet) characters += c;
  std::printf("file       %s, %ju bytes\n", printable_path(report.path).c_str(), report.bytes);
  std::printf("precision  %s\n", precision_name(report.precision));
  std::printf("digest     %s\n", report.digest.c_str());
  std::printf("input      %d rows, up to %d pixels wide, a column of scores every %d pixels\n",
              report.graph.height, report.graph.max_width, report.graph.stride);
  std::printf("weights    %lld\n", static_cast<long long>(report.weights));
  std::printf("MACs       %lld for %d pixels\n", static_cast<long long>(report.macs),
              std::min(kTypicalWidth, report.graph.max_width));
  std::printf("alphabet   %zu characters: %s\n\n", report.alphabet.size(),
              printable_text(characters).c_str());
  print_layers(report);
  if (report.training.is_object()) {
    std::printf("\ntraining\n");
    for (const auto& [key, value] : report.training.items())
      std::printf("  %s: %s\n", printable_text(key).c_str(), json_text(value).c_str());
  }
}

Json layer_json(const Conv2d& layer, const LayerCost& cost) {
  return {{"name", layer.name},
          {"in", layer.in_channels},
          {"out", layer.out_channels},
          {"kernel", layer.kernel},
          {"stride", layer.stride},
          {"pad", layer.pad},
          {"relu", layer.relu},
          {"clip", layer.clip},
          {"precision", precision_name(layer.precision)},
          {"limit", layer.limit},
          {"scale", layer.scale},
          {"pool", layer.pool},
          {"output", {cost.output.height, cost.output.width, cost.output.channels}},
          {"weights", cost.weights},
          {"macs", cost.macs}};
}

void print_json(const ModelReport& report) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < report.costs.size(); ++i)
    layers.push_back(layer_json(report.graph.layers[i], report.costs[i]));
  const Json object{{"path", report.path},
                    {"bytes", report.bytes},
                    {"precision", precision_name(report.precision)},
                    {"digest", report.digest},
                    {"height", report.graph.height},
                    {"stride", report.graph.stride},
                    {"max_width", report.graph.max_width},
                    {"weights", report.weights},
                    {"macs", report.macs},
                    {"macs_width", std::min(kTypicalWidth, report.graph.max_width)},
                    {"alphabet", report.alphabet},
                    {"layers", layers},
                    {"training", report.training}};
  std::printf("%s\n", json_text(object, 2).c_str());
}

void add_info(CLI::App& parent, int& exit_code) {
  struct Arguments {
    std::string file;
    std::string format = "text";
  };
  CLI::App* command =
      parent.add_subcommand("info", "Precision, layers, size, alphabet and training record");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "Model file")->required()->type_name(" ");
  command->add_option("--format", arguments->format, "Format of the answer")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([arguments, &exit_code] {
    const ModelReport report = inspect(arguments->file);
    if (arguments->format == "json") {
      print_json(report);
    } else {
      print_text(report);
    }
    exit_code = kExitOk;
  });
}

ExitCode run_verify(const std::vector<std::string>& files) {
  ExitCode code = kExitOk;
  for (const std::string& file : files) {
    try {
      const Network network(read_model_file(file), printable_path(file));
      const SelfTest test =
          run_self_test(network);  // compares with the digest of the scores that the file holds
      if (!test.problem.empty())
        throw Error(ErrorCode::bad_model, printable_path(file) + ": " + test.problem);
      std::printf("%s  ok  %s  %s\n", printable_path(file).c_str(),
                  precision_name(network.precision()), network.digest().c_str());
    } catch (const Error& error) {
      report_error(error.what());
      code = kExitResource;
    }
  }
  return code;
}

void add_verify(CLI::App& parent, int& exit_code) {
  CLI::App* command = parent.add_subcommand(
      "verify", "Check a model file, run a test line through it, print its digest");
  const auto files = std::make_shared<std::vector<std::string>>();
  command->footer("Exit codes: 0 usable, 3 not usable.");
  command->add_option("FILE", *files, "Model files")->required()->type_name(" ");
  command->callback([files, &exit_code] { exit_code = run_verify(*files); });
}

}  // namespace

void add_model_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("model", "Model files: info, verify");
  command->require_subcommand(1);
  command->footer("Example:\n  nibble model info nibble-f32.safetensors");
  add_info(*command, exit_code);
  add_verify(*command, exit_code);
}

}  // namespace nibble
