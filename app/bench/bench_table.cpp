#include "app/bench/bench_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/support/options.h"
#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {

KernelChoices chosen_kernels(const CommonOptions& options) {
  KernelChoices chosen;
  bool known = options.isa.empty();
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    const bool named = options.isa.empty() || options.isa == kernel->isa;
    known = known || named;
    const auto& wanted = options.precisions;
    const bool precise =
        wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                    kernels::precision_name(kernel->precision)) != wanted.end();
    if (named && precise) chosen.push_back(kernel);
  }
  if (!known)
    throw Error(ErrorCode::bad_device, "instruction set " + printable_path(options.isa) +
                                           " cannot run here; see nibble doctor");
  return chosen;
}

std::vector<std::string> isa_names(const KernelChoices& chosen) {
  std::vector<std::string> names;
  for (const kernels::ConvKernel* kernel : chosen) {
    if (names.empty() || names.back() != kernel->isa) names.emplace_back(kernel->isa);
  }
  return names;
}

std::string kernel_label(const kernels::ConvKernel& kernel) {
  return std::string(kernel.isa) + " " + kernels::precision_name(kernel.precision) +
         (kernel.takes != nullptr ? " Winograd" : "");
}

double SpeedRow::mean() const {
  double sum = 0;
  for (const double value : gops) sum += std::log(value);
  return gops.empty() ? 0 : std::exp(sum / static_cast<double>(gops.size()));
}

void add_peer_rows(const std::vector<PeerSpeed>& peers, std::vector<SpeedRow>& rows) {
  for (const PeerSpeed& peer : peers) {
    const std::string name =
        peer.name + (peer.isa.empty() ? "" : " " + peer.isa) + " " + peer.precision;
    auto row = std::find_if(rows.begin(), rows.end(),
                            [&](const SpeedRow& candidate) { return candidate.name == name; });
    if (row == rows.end()) row = rows.insert(rows.end(), {name, 0, {}});
    row->gops.push_back(peer.gops);
  }
}

void print_table(const char* title, const std::vector<BenchShape>& shapes,
                 const std::vector<SpeedRow>& rows) {
  if (shapes.empty()) return;
  std::printf("%s, 10^9 operations a second (a multiply-accumulate is two), one thread\n%-24s %8s",
              title, "", "peak");
  for (const BenchShape& shape : shapes) std::printf(" %12s", shape.name.c_str());
  std::printf(" %12s\n", "geo. mean");
  for (const SpeedRow& row : rows) {
    std::printf("%-24s ", row.name.c_str());
    row.peak > 0 ? std::printf("%8.1f", row.peak) : std::printf("%8s", "");
    for (const double value : row.gops) std::printf(" %12.1f", value);
    std::printf(" %12.1f\n", row.mean());
  }
  std::printf("\n");
}

nlohmann::ordered_json peers_json(const std::vector<PeerSpeed>& peers) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const PeerSpeed& peer : peers) {
    nlohmann::ordered_json entry = {
        {"name", peer.name}, {"isa", peer.isa}, {"precision", peer.precision}};
    entry.update({{"m", peer.m}, {"n", peer.n}, {"k", peer.k}, {"gops", peer.gops}});
    json.push_back(entry);
  }
  return json;
}

}  // namespace nibble
