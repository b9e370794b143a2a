#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/bench/bench_commands.h"
#include "app/bench/bench_gemm.h"
#include "app/bench/bench_peers.h"
#include "app/bench/bench_table.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "nn/checked_json.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;
constexpr int kLayerWidth = 256;

struct GemmReport {
  std::vector<BenchShape> shapes, layers;
  std::vector<KernelSpeed> peaks, gemm, net;
  std::vector<PeerSpeed> peers;
};

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
  const KernelChoices chosen = chosen_kernels(options.common);
  GemmReport report;
  report.shapes = gemm_shapes();
  CommonOptions model = options.common;
  model.isa.clear();
  report.layers = shipped_layers(model);
  report.peaks = measure_peaks(chosen, options.rounds);
  report.gemm = measure_kernels(chosen, report.shapes, options.rounds);
  report.net = measure_kernels(chosen, report.layers, options.rounds);
  if (options.peers) report.peers = measure_peers("products", isa_names(chosen), report.shapes);
  // A second look at the peaks, after the rest: the larger counts, or a disturbance at the start
  // would flatter every share.
  const std::vector<KernelSpeed> again = measure_peaks(chosen, options.rounds);
  for (std::size_t i = 0; i < again.size(); ++i)
    report.peaks[i].gops = std::max(report.peaks[i].gops, again[i].gops);
  return report;
}

Json speed_json(const GemmReport& report, const KernelSpeed& speed) {
  Json entry = {{"isa", speed.kernel->isa},
                {"precision", kernels::precision_name(speed.kernel->precision)}};
  if (speed.shape != nullptr && speed.shape->layer) entry["layer"] = speed.shape->name;
  if (speed.shape == nullptr) {
    entry["gops"] = speed.gops;
    return entry;
  }
  entry.update({{"m", speed.shape->m()}, {"n", speed.shape->n()}, {"k", speed.shape->k()}});
  entry.update({{"median_us", speed.median_us},
                {"min_us", speed.min_us},
                {"p95_us", speed.p95_us},
                {"gops", speed.gops}});
  entry["share_of_peak"] = speed.gops / peak_of(report, speed.kernel);
  return entry;
}

Json report_json(const GemmReport& report, const KernelChoices& chosen) {
  Json json = {{"environment", bench_environment(isa_names(chosen))}};
  for (const auto& [name, speeds] :
       {std::pair{"peaks", &report.peaks}, {"gemm", &report.gemm}, {"layers", &report.net}}) {
    json[name] = Json::array();
    for (const KernelSpeed& speed : *speeds) json[name].push_back(speed_json(report, speed));
  }
  json["peers"] = peers_json(report.peers);
  return json;
}

std::vector<SpeedRow> kernel_rows(const GemmReport& report, const std::vector<KernelSpeed>& speeds,
                                  const KernelChoices& chosen) {
  std::vector<SpeedRow> rows;
  for (const kernels::ConvKernel* kernel : chosen) {
    SpeedRow row{kernel_label(*kernel), 0, {}};
    row.peak = peak_of(report, kernel);
    for (const KernelSpeed& speed : speeds) {
      if (speed.kernel == kernel) row.gops.push_back(speed.gops);
    }
    rows.push_back(row);
  }
  return rows;
}

void print_report(const GemmReport& report, const KernelChoices& chosen) {
  std::vector<SpeedRow> rows = kernel_rows(report, report.gemm, chosen);
  add_peer_rows(report.peers, rows);
  print_table("matrix products M x N x K", report.shapes, rows);
  print_table("layers of the network", report.layers, kernel_rows(report, report.net, chosen));
}

// What tests/bench/arm_model.py wrote.
Json read_arm_model(const std::string& path) {
  Json model = parse_ordered_json(read_text_file(path), printable_path(path), ErrorCode::usage);
  if (!model.is_array())
    throw Error(ErrorCode::usage, printable_path(path) + ": not a result of arm_model.py");
  return model;
}

}  // namespace

Json bench_gemm(const BenchOptions& options) {
  const KernelChoices chosen = chosen_kernels(options.common);
  const GemmReport report = run_gemm(options);
  print_report(report, chosen);
  Json json = report_json(report, chosen);
  if (!options.arm_model.empty()) json["arm_model"] = read_arm_model(options.arm_model);
  return json;
}

}  // namespace nibble
