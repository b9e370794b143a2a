#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/bench/bench_peers.h"
#include "app/support/options.h"
#include "kernels/kernel.h"

namespace nibble {

using KernelChoices = std::vector<const kernels::ConvKernel*>;

/// All kernels that run here, or those that --isa and --precision ask for. Throws Error(bad_device)
/// for an --isa that cannot run here.
KernelChoices chosen_kernels(const CommonOptions& options);

/// The instruction sets of some kernels, each once, in their order.
std::vector<std::string> isa_names(const KernelChoices& chosen);

/// "portable int4", followed by "Winograd" for a kernel by Winograd's algorithm.
std::string kernel_label(const kernels::ConvKernel& kernel);

/// A row of a table of speeds in 10^9 operations a second.
struct SpeedRow {
  std::string name;
  double peak = 0;           ///< on registers alone; 0: unknown
  std::vector<double> gops;  ///< by shape

  /// Geometric mean over the shapes.
  double mean() const;
};

/// Appends a row for each library and instruction set; `peers` are in the order of the table's
/// shapes.
void add_peer_rows(const std::vector<PeerSpeed>& peers, std::vector<SpeedRow>& rows);

/// Prints a table with a column for each shape and one for the geometric mean.
void print_table(const char* title, const std::vector<BenchShape>& shapes,
                 const std::vector<SpeedRow>& rows);

nlohmann::ordered_json peers_json(const std::vector<PeerSpeed>& peers);

}  // namespace nibble
