#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "app/bench/bench_commands.h"
#include "app/bench/bench_timing.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "kernels/kernel.h"
#include "nn/self_test.h"
#include "recognizer/base/median.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kSampleSeconds = 0.01;
constexpr int kUsualWidth = 256;

/// A network on an instruction set, with its own memory.
struct Runner {
  Precision precision;
  Network network;
  std::uintmax_t bytes = 0;  // of the model file
  std::shared_ptr<Workspace> workspace;
};

struct NetSpeed {
  const Runner* runner = nullptr;
  int width = 0;
  double median_ms = 0, min_ms = 0, p95_ms = 0;
};

/// All precisions that were asked for, or all that are shipped.
std::vector<Runner> make_runners(const CommonOptions& options) {
  if (!options.isa.empty()) chosen_isa(options);  // an error for one that is not here
  std::vector<Runner> runners;
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    if (kernel->precision != Precision::f32 || (!options.isa.empty() && options.isa != kernel->isa))
      continue;
    for (const Precision precision : asked_or_shipped_precisions(options)) {
      CommonOptions here = options;
      here.isa = kernel->isa;
      LoadedModel model = load_network(here, precision);
      std::error_code error;
      const std::uintmax_t bytes = std::filesystem::file_size(model.path, error);
      runners.push_back(
          {precision, std::move(model.network), bytes, std::make_shared<Workspace>()});
    }
  }
  return runners;
}

TestLine make_line(int height, int width) {
  const TestLine strokes = make_test_line(height, 2);
  TestLine line{width, height,
                std::vector<std::uint8_t>(static_cast<std::size_t>(width) *
                                          static_cast<std::size_t>(height))};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto row = static_cast<std::size_t>(y);
      const auto column = static_cast<std::size_t>(x);
      const auto period = static_cast<std::size_t>(strokes.width);
      line.pixels[row * static_cast<std::size_t>(width) + column] =
          strokes.pixels[row * period + column % period];
    }
  }
  return line;
}

std::vector<NetSpeed> measure_width(const std::vector<Runner>& runners, int width, int rounds) {
  std::vector<Measurement> measurements;
  for (const Runner& runner : runners) {
    const auto line = std::make_shared<TestLine>(make_line(runner.network.graph().height, width));
    measurements.push_back(
        {[&runner, line] { runner.network.run(line->view(), *runner.workspace); }, 0, 1, {}});
  }
  measure(measurements, rounds, kSampleSeconds);
  std::vector<NetSpeed> speeds;
  for (std::size_t i = 0; i < runners.size(); ++i) {
    speeds.push_back({&runners[i], width, measurements[i].median() * 1e3,
                      measurements[i].min() * 1e3, measurements[i].p95() * 1e3});
  }
  return speeds;
}

/// Median time of each layer in microseconds.
std::vector<double> measure_layers(const Runner& runner, int width, int rounds) {
  using Clock = std::chrono::steady_clock;
  const TestLine line = make_line(runner.network.graph().height, width);
  std::vector<std::vector<double>> samples(runner.network.graph().layers.size());
  for (int round = 0; round < 20 * rounds; ++round) {
    Clock::time_point before = Clock::now();
    runner.network.run(line.view(), *runner.workspace, [&](std::size_t layer, const Shape&, void*) {
      samples[layer].push_back(
          std::chrono::duration<double, std::micro>(Clock::now() - before).count());
      before = Clock::now();
    });
  }
  std::vector<double> medians;
  for (std::vector<double>& list : samples) medians.push_back(median(std::move(list)));
  return medians;
}

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

void print_times(const std::vector<NetSpeed>& speeds, const std::vector<int>& widths) {
  std::printf("network, milliseconds for one line (median), one thread\n%-24s %10s", "", "bytes");
  for (const int width : widths) std::printf(" %8d px", width);
  std::printf("\n");
  const Runner* last = nullptr;
  for (const NetSpeed& first : speeds) {
    if (first.width != widths.front() || first.runner == last) continue;
    last = first.runner;
    std::printf("%-24s %10ju",
                (last->network.isa() + " " + precision_name(last->precision)).c_str(), last->bytes);
    for (const NetSpeed& speed : speeds) {
      if (speed.runner == last) std::printf(" %11.3f", speed.median_ms);
    }
    std::printf("\n");
  }
}

/// Integers against float on the same instruction set, in both readings of "faster".
void print_ratios(const std::vector<NetSpeed>& speeds, int width) {
  bool titled = false;
  for (const NetSpeed& base : speeds) {
    if (base.width != width || base.runner->precision != Precision::f32) continue;
    for (const NetSpeed& other : speeds) {
      if (other.width != width || other.runner->precision == Precision::f32 ||
          other.runner->network.isa() != base.runner->network.isa())
        continue;
      if (!titled) std::printf("\nagainst float on the same instruction set, %d px\n", width);
      titled = true;
      const double ratio = base.median_ms / other.median_ms;
      std::printf(
          "%-24s %.2f times as fast: %.0f %% of the time saved, %.0f %% more lines a second\n",
          (other.runner->network.isa() + " " + precision_name(other.runner->precision)).c_str(),
          ratio, 100 * (1 - 1 / ratio), 100 * (ratio - 1));
    }
  }
}

void print_layers(const std::vector<Runner>& runners,
                  const std::vector<std::vector<double>>& layers, int width) {
  std::printf("\nlayers, microseconds (median), %d px\n%-24s", width, "");
  for (const Conv2d& layer : runners.front().network.graph().layers)
    std::printf(" %9s", layer.name.c_str());
  std::printf("\n");
  for (std::size_t i = 0; i < runners.size(); ++i) {
    std::printf("%-24s",
                (runners[i].network.isa() + " " + precision_name(runners[i].precision)).c_str());
    for (const double time : layers[i]) std::printf(" %9.1f", time);
    std::printf("\n");
  }
}

Json speeds_json(const std::vector<NetSpeed>& speeds) {
  Json list = Json::array();
  for (const NetSpeed& speed : speeds) {
    list.push_back({{"isa", speed.runner->network.isa()},
                    {"precision", precision_name(speed.runner->precision)},
                    {"width", speed.width},
                    {"median_ms", speed.median_ms},
                    {"min_ms", speed.min_ms},
                    {"p95_ms", speed.p95_ms},
                    {"model_bytes", speed.runner->bytes}});
  }
  return list;
}

Json layers_json(const std::vector<Runner>& runners, const std::vector<std::vector<double>>& layers,
                 int width) {
  Json list = Json::array();
  for (std::size_t i = 0; i < runners.size(); ++i) {
    for (std::size_t l = 0; l < layers[i].size(); ++l) {
      list.push_back({{"isa", runners[i].network.isa()},
                      {"precision", precision_name(runners[i].precision)},
                      {"width", width},
                      {"layer", runners[i].network.graph().layers[l].name},
                      {"median_us", layers[i][l]}});
    }
  }
  return list;
}

}  // namespace

Json bench_net(const BenchOptions& options) {
  const std::vector<Runner> runners = make_runners(options.common);
  const std::vector<int> widths =
      options.widths.empty() ? std::vector<int>{64, 128, 256, 512, 768} : options.widths;
  std::vector<NetSpeed> speeds;
  for (const int width : widths) {
    const std::vector<NetSpeed> at_width = measure_width(runners, width, options.rounds);
    speeds.insert(speeds.end(), at_width.begin(), at_width.end());
  }
  const int usual = std::find(widths.begin(), widths.end(), kUsualWidth) != widths.end()
                        ? kUsualWidth
                        : widths.front();
  std::vector<std::vector<double>> layers;
  std::vector<std::string> isas;
  for (const Runner& runner : runners) {
    layers.push_back(measure_layers(runner, usual, options.rounds));
    if (isas.empty() || isas.back() != runner.network.isa()) isas.push_back(runner.network.isa());
  }
  print_times(speeds, widths);
  print_ratios(speeds, usual);
  print_layers(runners, layers, usual);

  return {{"environment", bench_environment(isas)},
          {"net", speeds_json(speeds)},
          {"net_layers", layers_json(runners, layers, usual)},
          {"memory", {{"rss_mb", resident_megabytes()}}}};
}

}  // namespace nibble
