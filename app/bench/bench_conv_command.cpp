#include <algorithm>
#include <cstdio>

#include "app/bench/bench_commands.h"
#include "app/bench/bench_gemm.h"
#include "app/bench/bench_table.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

/// The kernels that were chosen, and beside each the one by Winograd's algorithm.
KernelChoices with_winograd(const KernelChoices& chosen) {
  KernelChoices all;
  for (const kernels::ConvKernel* kernel : chosen) {
    all.push_back(kernel);
    if (kernel->winograd != nullptr) all.push_back(kernel->winograd);
  }
  return all;
}

Json speed_json(const KernelSpeed& speed) {
  const kernels::ConvArgs& args = speed.shape->args;
  return {{"isa", speed.kernel->isa},
          {"precision", kernels::precision_name(speed.kernel->precision)},
          {"form", speed.kernel->takes != nullptr ? "winograd" : "direct"},
          {"height", args.in_height},
          {"width", args.in_width},
          {"channels", args.in_channels},
          {"median_us", speed.median_us},
          {"min_us", speed.min_us},
          {"p95_us", speed.p95_us},
          {"gops", speed.gops}};
}

const SpeedRow* find_row(const std::vector<SpeedRow>& rows, const std::string& name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const SpeedRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

/// Winograd's algorithm against the direct kernels and the peer, by geometric mean.
void print_ratios(const std::vector<SpeedRow>& rows, const std::vector<std::string>& isas) {
  for (const std::string& isa : isas) {
    const SpeedRow* winograd = find_row(rows, isa + " int4 Winograd");
    if (winograd == nullptr) continue;
    std::printf("%s int4 Winograd:", isa.c_str());
    for (const std::string& other :
         {isa + " int4", isa + " int8", isa + " f32", "onednn " + isa + " int8"}) {
      const SpeedRow* row = find_row(rows, other);
      if (row != nullptr)
        std::printf(" %.2f times %s;", winograd->mean() / row->mean(), other.c_str());
    }
    std::printf("\n");
  }
}

/// How many times as fast Winograd's algorithm is as the direct kernel, with what its rule chooses:
/// the measure that the rule rests on.
void sweep(const kernels::ConvKernel& direct, int rounds) {
  constexpr int kHeight = 8;
  constexpr int kWidth = 64;
  const int outs[] = {8, 16, 32, 64, 96};
  for (const int rows : {1, 3}) {
    std::printf(
        "%s: direct time / Winograd's, %d x %d positions, window %d x 3, inputs by outputs; * where it is chosen\n%8s",
        direct.isa, kHeight, kWidth, rows, "");
    for (const int out : outs) std::printf(" %6d ", out);
    std::printf("\n");
    for (const int in : {8, 16, 24, 32, 48, 64, 96}) {
      std::printf("%8d", in);
      for (const int out : outs) {
        const std::vector<BenchShape> shape = {conv_shape(rows, kHeight, kWidth, in, out)};
        const std::vector<KernelSpeed> speeds =
            measure_kernels({&direct, direct.winograd}, shape, rounds);
        const bool chosen = &kernels::fastest_form(direct, shape.front().args) != &direct;
        std::printf(" %6.2f%s", speeds[0].min_us / speeds[1].min_us, chosen ? "*" : " ");
      }
      std::printf("\n");
    }
  }
}

}  // namespace

Json bench_conv(const BenchOptions& options) {
  if (options.sweep) {
    for (const kernels::ConvKernel* kernel : chosen_kernels(options.common)) {
      if (kernel->winograd != nullptr && kernel->precision == kernels::Precision::int4)
        sweep(*kernel, options.rounds);
    }
    return {{"environment", bench_environment({})}};
  }
  const KernelChoices chosen = with_winograd(chosen_kernels(options.common));
  const std::vector<std::string> isas = isa_names(chosen);
  const std::vector<BenchShape> shapes = conv_shapes();
  const std::vector<KernelSpeed> speeds = measure_kernels(chosen, shapes, options.rounds);
  std::vector<PeerSpeed> peers;
  if (options.peers) peers = measure_peers("convolutions", isas, shapes);

  std::vector<SpeedRow> rows;
  for (const kernels::ConvKernel* kernel : chosen) {
    SpeedRow row{kernel_label(*kernel), 0, {}};
    for (const KernelSpeed& speed : speeds) {
      if (speed.kernel == kernel) row.gops.push_back(speed.gops);
    }
    rows.push_back(row);
  }
  add_peer_rows(peers, rows);
  print_table(
      "3x3 convolutions, height x width x channels in and out, requantised; operations of the direct form",
      shapes, rows);
  print_ratios(rows, isas);

  Json json = {{"environment", bench_environment(isas)}, {"conv", Json::array()}};
  for (const KernelSpeed& speed : speeds) json["conv"].push_back(speed_json(speed));
  json["conv_peers"] = peers_json(peers);
  return json;
}

}  // namespace nibble
