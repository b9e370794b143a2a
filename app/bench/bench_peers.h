#pragma once

#include <string>
#include <vector>

#include "app/bench/bench_gemm.h"

namespace nibble {

/// The speed of another library on a matrix product.
struct PeerSpeed {
  std::string name;
  std::string isa;  ///< the instruction set that it was held to; empty: it chose
  std::string precision;
  int m = 0, n = 0, k = 0;
  double gops = 0;
};

/// Runs nibble-peers, which stands beside this program when the libraries were there at build time,
/// for each of `isas` and, for "products", once for those that choose by themselves. `work` is
/// "products" (of matrices) or "convolutions". Empty when there is no such program.
std::vector<PeerSpeed> measure_peers(const std::string& work, const std::vector<std::string>& isas,
                                     const std::vector<BenchShape>& shapes);

}  // namespace nibble
