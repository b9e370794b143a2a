#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/bench_commands.h"
#include "app/bench_gemm.h"
#include "app/bench_peers.h"
#include "app/text.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;
using Kernels = std::vector<const kernels::ConvKernel*>;

constexpr int kLayerWidth = 256;

struct GemmReport {
  std::vector<BenchShape> shapes, layers;
  std::vector<KernelSpeed> peaks, gemm, net;
  std::vector<PeerSpeed> peers;
};

// All kernels that run here, or those that --isa and --precision ask for.
Kernels chosen_kernels(const CommonOptions& options) {
  Kernels chosen;
  bool known = options.isa.empty();
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    const bool named = options.isa.empty() || options.isa == kernel->isa;
    known = known || named;
    const auto& wanted = options.precisions;
    const bool precise =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), kernels::precision_name(kernel->precision)) != wanted.end();
    if (named && precise) chosen.push_back(kernel);
  }
  if (!known) throw Error(ErrorCode::bad_device, "instruction set " + printable_path(options.isa) + " cannot run here; see nibble doctor");
  return chosen;
}

std::vector<std::string> isa_names(const Kernels& chosen) {
  std::vector<std::string> names;
  for (const kernels::ConvKernel* kernel : chosen) {
    if (names.empty() || names.back() != kernel->isa) names.emplace_back(kernel->isa);
  }
  return names;
}

double peak_of(const GemmReport& report, const kernels::ConvKernel* kernel) {
  for (const KernelSpeed& peak : report.peaks) {
    if (peak.kernel == kernel) return peak.gops;
  }
  return 0;
}

// The layers of the shipped network, when there is one.
std::vector<BenchShape> shipped_layers(const CommonOptions& options) {
  try {
    return layer_shapes(load_network(options, Precision::f32).network.graph(), kLayerWidth);
  } catch (const Error& error) {
    report_warning(options, std::string("no layers measured: ") + error.what());
    return {};
  }
}

GemmReport run_gemm(const BenchOptions& options) {
  const Kernels chosen = chosen_kernels(options.common);
  GemmReport report;
  report.shapes = gemm_shapes();
  CommonOptions model = options.common;
  model.isa.clear();
  report.layers = shipped_layers(model);
  report.peaks = measure_peaks(chosen, options.rounds);
  report.gemm = measure_kernels(chosen, report.shapes, options.rounds);
  report.net = measure_kernels(chosen, report.layers, options.rounds);
  if (options.peers) report.peers = measure_peers(isa_names(chosen), report.shapes);
  // A second look at the peaks, after the rest: the larger counts, or a disturbance at the start would flatter every share.
  const std::vector<KernelSpeed> again = measure_peaks(chosen, options.rounds);
  for (std::size_t i = 0; i < again.size(); ++i) report.peaks[i].gops = std::max(report.peaks[i].gops, again[i].gops);
  return report;
}

Json speed_json(const GemmReport& report, const KernelSpeed& speed) {
  Json entry = {{"isa", speed.kernel->isa}, {"precision", kernels::precision_name(speed.kernel->precision)}};
  if (speed.shape != nullptr && speed.shape->layer) entry["layer"] = speed.shape->name;
  if (speed.shape == nullptr) {
    entry["gops"] = speed.gops;
    return entry;
  }
  entry.update({{"m", speed.shape->m()}, {"n", speed.shape->n()}, {"k", speed.shape->k()}});
  entry.update({{"median_us", speed.median_us}, {"min_us", speed.min_us}, {"p95_us", speed.p95_us}, {"gops", speed.gops}});
  entry["share_of_peak"] = speed.gops / peak_of(report, speed.kernel);
  return entry;
}

Json report_json(const GemmReport& report, const Kernels& chosen) {
  Json json = {{"environment", bench_environment(isa_names(chosen))}};
  for (const auto& [name, speeds] : {std::pair{"peaks", &report.peaks}, {"gemm", &report.gemm}, {"layers", &report.net}}) {
    json[name] = Json::array();
    for (const KernelSpeed& speed : *speeds) json[name].push_back(speed_json(report, speed));
  }
  json["peers"] = Json::array();
  for (const PeerSpeed& peer : report.peers) {
    Json entry = {{"name", peer.name}, {"isa", peer.isa}, {"precision", peer.precision}};
    entry.update({{"m", peer.m}, {"n", peer.n}, {"k", peer.k}, {"gops", peer.gops}});
    json["peers"].push_back(entry);
  }
  return json;
}

/// A row of the table: speeds by shape, and their geometric mean.
struct Row {
  double peak = 0;
  std::vector<double> gops;
  double mean() const {
    double sum = 0;
    for (const double value : gops) sum += std::log(value);
    return gops.empty() ? 0 : std::exp(sum / static_cast<double>(gops.size()));
  }
};

void print_table(const char* title, const std::vector<BenchShape>& shapes, const std::vector<std::pair<std::string, Row>>& rows) {
  if (shapes.empty()) return;
  std::printf("%s, 10^9 operations a second (a multiply-accumulate is two), one thread\n%-24s %8s", title, "", "peak");
  for (const BenchShape& shape : shapes) std::printf(" %12s", shape.name.c_str());
  std::printf(" %12s\n", "geo. mean");
  for (const auto& [name, row] : rows) {
    std::printf("%-24s ", name.c_str());
    row.peak > 0 ? std::printf("%8.1f", row.peak) : std::printf("%8s", "");
    for (const double value : row.gops) std::printf(" %12.1f", value);
    std::printf(" %12.1f\n", row.mean());
  }
  std::printf("\n");
}

std::vector<std::pair<std::string, Row>> kernel_rows(const GemmReport& report, const std::vector<KernelSpeed>& speeds,
                                                     const Kernels& chosen) {
  std::vector<std::pair<std::string, Row>> rows;
  for (const kernels::ConvKernel* kernel : chosen) {
    Row row;
    row.peak = peak_of(report, kernel);
    for (const KernelSpeed& speed : speeds) {
      if (speed.kernel == kernel) row.gops.push_back(speed.gops);
    }
    rows.emplace_back(std::string(kernel->isa) + " " + kernels::precision_name(kernel->precision), row);
  }
  return rows;
}

void print_report(const GemmReport& report, const Kernels& chosen) {
  std::vector<std::pair<std::string, Row>> rows = kernel_rows(report, report.gemm, chosen);
  for (const PeerSpeed& peer : report.peers) {
    const std::string name = peer.name + (peer.isa.empty() ? "" : " " + peer.isa) + " " + peer.precision;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& candidate) { return candidate.first == name; });
    if (row == rows.end()) row = rows.insert(rows.end(), {name, Row{}});
    row->second.gops.push_back(peer.gops);
  }
  print_table("matrix products M x N x K", report.shapes, rows);
  print_table("layers of the network", report.layers, kernel_rows(report, report.net, chosen));
}

// What tests/bench/arm_model.py wrote.
Json read_arm_model(const std::string& path) {
  Json model = Json::parse(read_text_file(path), nullptr, false);
  if (!model.is_array()) throw Error(ErrorCode::usage, printable_path(path) + ": not a result of arm_model.py");
  return model;
}

}  // namespace

Json bench_gemm(const BenchOptions& options) {
  const Kernels chosen = chosen_kernels(options.common);
  const GemmReport report = run_gemm(options);
  print_report(report, chosen);
  Json json = report_json(report, chosen);
  if (!options.arm_model.empty()) json["arm_model"] = read_arm_model(options.arm_model);
  return json;
}

}  // namespace nibble
