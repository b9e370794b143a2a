#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/support/options.h"

namespace nibble {

/// What the benchmarks share.
struct BenchOptions {
  CommonOptions common;
  std::string json;
  std::string html;
  std::string eval;  ///< result of nibble eval, for the page
  std::string arm_model;
  std::string dataset;  ///< bench pipeline: MIDV-500's layout; empty: the shipped samples
  std::string document = "truth";  ///< bench pipeline: whether kind and corners come from the data
                                   ///< set, are found ("auto"), or all lines are read ("none")
  std::string
      templates;  ///< bench pipeline: folder of the templates to find; empty: the shipped ones
  std::vector<int> kinds = {10, 100, 1000, 5000};  ///< bench kinds: how many are known
  std::vector<int> widths;                         ///< bench net: of the lines, in pixels
  int rounds = 15;
  bool peers = true;
  bool sweep = false;  ///< bench conv: where Winograd's algorithm pays
};

/// Processor, instruction sets, load and compiler.
nlohmann::ordered_json bench_environment(const std::vector<std::string>& isas);

/// Each measures, prints a table and gives its JSON.
nlohmann::ordered_json bench_gemm(const BenchOptions& options);
nlohmann::ordered_json bench_conv(const BenchOptions& options);
nlohmann::ordered_json bench_net(const BenchOptions& options);
nlohmann::ordered_json bench_pipeline(const BenchOptions& options);
nlohmann::ordered_json bench_kinds(const BenchOptions& options);

}  // namespace nibble
