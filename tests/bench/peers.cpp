// nibble-peers onednn-products|others MxNxK... and nibble-peers onednn-convolutions
// HEIGHTxWIDTHxCHANNELS...: times other libraries' matrix products and 3x3 convolutions on one
// thread. The level that oneDNN is held to comes in its own environment variable, DNNL_MAX_CPU_ISA.

#include "tests/bench/peers.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace {

constexpr int kRounds = 15;
constexpr double kSampleSeconds = 0.004;

double seconds_of(const std::function<void()>& execute, int repetitions) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repetitions; ++i) execute();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void report(const char* name, const char* precision, const Shape& shape,
            const std::function<void()>& execute) {
  execute();
  int repetitions = 1;
  while (seconds_of(execute, repetitions) < kSampleSeconds) repetitions *= 2;
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round)
    best = std::min(best, seconds_of(execute, repetitions) / repetitions);
  std::printf("%s\t%s\t%d\t%d\t%d\t%.3f\n", name, precision, shape.m, shape.n, shape.k,
              2e-9 * shape.m * shape.n * shape.k / best);
}

int main(int argc, char** argv) {
  std::vector<Shape> shapes;
  for (int i = 2; i < argc; ++i) {
    Shape shape;
    if (std::sscanf(argv[i], "%dx%dx%d", &shape.m, &shape.n, &shape.k) != 3) return 2;
    shapes.push_back(shape);
  }
  const std::string which = argc > 1 ? argv[1] : "";
  if (which == "onednn-products") {
    run_onednn_products(shapes);
  } else if (which == "onednn-convolutions") {
    run_onednn_convolutions(shapes);
  } else if (which == "others") {
    run_blas(shapes);
    run_gemmlowp(shapes);
  } else {
    return 2;
  }
  return 0;
}
