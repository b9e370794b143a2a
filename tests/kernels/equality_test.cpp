// Every kernel that runs here against `portable`: integers bit for bit, floats within rounding.

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/catch.h"
#include "tests/kernels/harness.h"

namespace nibble::kernels {
namespace {

// Values around each multiple of `tile` up to the second, and 1.
std::vector<int> around(int tile) {
  std::set<int> values{1};
  for (int value : {tile - 1, tile, tile + 1, 2 * tile - 1, 2 * tile, 2 * tile + 1}) {
    if (value > 0) values.insert(value);
  }
  return {values.begin(), values.end()};
}

template <typename Function>
void compare_all(const char* what, Function&& cases) {
  int shapes = 0;
  int kernels = 0;
  for (const ConvKernel* kernel : tested_kernels()) {
    Comparison comparison(*kernel);
    cases(*kernel, comparison);
    shapes += comparison.count();
    ++kernels;
    INFO(kernel->isa << " " << precision_name(kernel->precision)
                     << (kernel->takes != nullptr ? " Winograd" : "") << ", of "
                     << comparison.count() << " shapes these failed:\n"
                     << comparison.failures());
    CHECK(comparison.failures().empty());
    CHECK(comparison.count() > 0);
  }
  std::printf("%s: %d shapes on %d kernels\n", what, shapes, kernels);
}

// The longest sums that accumulators hold; where they hold any, those of the other kernels.
std::set<int> spills(const ConvKernel& kernel) {
  std::set<int> lengths{kernel.spill, kernel.byte_spill};
  lengths.erase(0);
  return lengths.empty() ? std::set<int>{312} : lengths;
}

// Sums of the integer kernels come out raw, and requantised to their own range and to the others.
std::vector<int> limits(const ConvKernel& kernel) {
  if (kernel.precision == Precision::f32) return {0};
  const std::set<int> each{0, activation_max(kernel.precision), kInt4ActivationMax,
                           kInt8ActivationMax};
  return {each.begin(), each.end()};
}

ConvArgs random_args(std::mt19937& random) {
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (;;) {
    ConvArgs args;
    args.in_height = pick(1, 9);
    args.in_width = pick(1, 40);
    args.in_channels = pick(0, 3) == 0 ? 16 * pick(1, 2) : pick(1, 19);
    args.out_channels = pick(0, 1) == 0 ? 16 * pick(1, 3) : pick(1, 50);
    args.kernel_height = pick(1, 4);
    args.kernel_width = pick(1, 5);
    args.stride_height = pick(1, 3);
    args.stride_width = pick(1, 3);
    args.pad_top = pick(0, args.kernel_height);
    args.pad_left = pick(0, args.kernel_width);
    args.pad_bottom = pick(0, args.kernel_height);
    args.pad_right = pick(0, args.kernel_width);
    args.pool_height = pick(1, 2);
    args.pool_width = pick(1, 2);
    const int choices[] = {0, 1, kInt2ActivationMax, kInt4ActivationMax, kInt8ActivationMax};
    args.limit = choices[pick(0, 4)];
    args.relu = pick(0, 1) == 1;
    args.clip = pick(0, 1) == 1 ? 2.5F : 0.0F;
    if (args.in_height + args.pad_top + args.pad_bottom < args.kernel_height) continue;
    if (args.in_width + args.pad_left + args.pad_right < args.kernel_width) continue;
    return args;
  }
}

TEST_CASE("matrix products of all sizes around the tile") {
  compare_all("matrix products", [](const ConvKernel& kernel, Comparison& comparison) {
    bool at_end = false;
    for (int m : around(kernel.tile_rows)) {
      std::vector<int> columns = around(kernel.tile_columns);
      columns.push_back(kernel.tile_columns / 2);
      columns.push_back(kernel.tile_columns / 2 + 1);
      for (int n : columns) {
        for (int k : around(kernel.step)) {
          Case c{gemm_args(m, n, k)};
          c.args.limit =
              limits(kernel)[static_cast<std::size_t>(m + n + k) % limits(kernel).size()];
          c.at_end = at_end = !at_end;
          comparison.run(c);
        }
      }
    }
  });
}

TEST_CASE("every number of positions up to two tiles") {
  compare_all("positions", [](const ConvKernel& kernel, Comparison& comparison) {
    for (int m = 1; m <= 2 * kernel.tile_rows + 1; ++m) {
      for (bool at_end : {false, true}) {
        Case c{gemm_args(m, kernel.tile_columns + 3, 4 * kernel.step + 1)};
        c.at_end = at_end;
        comparison.run(c);
        c.args = gemm_args(m, kernel.tile_columns / 2, 4 * kernel.step + 1);
        comparison.run(c);
      }
    }
  });
}

TEST_CASE("both ends of both operands where 16-bit sums are full") {
  compare_all("full sums", [](const ConvKernel& kernel, Comparison& comparison) {
    std::size_t turn = 0;
    for (int spill : spills(kernel)) {
      for (int k : {spill - 1, spill, spill + 1, 2 * spill - 1, 2 * spill, 2 * spill + 1}) {
        for (Fill activations : {Fill::low, Fill::high, Fill::ends, Fill::random}) {
          for (Fill weights : {Fill::low, Fill::high, Fill::ends, Fill::random}) {
            std::vector<int> each = limits(kernel);
            // The specification takes long over the longest sums: one limit a case, in turn.
            if (spill > 1000) each = {each[turn++ % each.size()]};
            for (int limit : each) {
              Case c{gemm_args(kernel.tile_rows + 1, kernel.tile_columns, k), activations, weights,
                     true};
              c.args.limit = limit;
              comparison.run(c);
            }
          }
        }
      }
    }
  });
}

TEST_CASE("full sums that a window row leaves open") {
  compare_all("full sums over rows", [](const ConvKernel& kernel, Comparison& comparison) {
    for (int spill : spills(kernel)) {
      for (int kernel_height : {2, 3, 4}) {
        for (int more : {-1, 0, 1}) {
          for (Fill weights : {Fill::low, Fill::high}) {
            Case c{gemm_args(kernel.tile_rows, kernel.tile_columns, spill / kernel_height + more),
                   Fill::high, weights, false};
            c.args.in_height = kernel_height + 1;
            c.args.kernel_height = kernel_height;
            c.args.pad_top = 1;
            comparison.run(c);
          }
        }
      }
    }
  });
}

TEST_CASE("random convolutions") {
  compare_all("random convolutions", [](const ConvKernel&, Comparison& comparison) {
    std::mt19937 random(2);
    for (int i = 0; i < 500; ++i) {
      Case c{random_args(random)};
      const Fill fills[] = {Fill::low,    Fill::high,   Fill::ends,
                            Fill::random, Fill::random, Fill::random};
      c.activations = fills[random() % 6];
      c.weights = fills[random() % 6];
      c.at_end = random() % 2 == 0;
      comparison.run(c);
    }
  });
}

TEST_CASE("the layers of a line network at every width") {
  compare_all("line network", [](const ConvKernel& kernel, Comparison& comparison) {
    struct Layer {
      int height, in, out, kernel_height, kernel_width, pool_height, pool_width;
    };
    const Layer layers[] = {{8, 1, 16, 3, 3, 2, 2},    {4, 16, 32, 3, 3, 1, 1},
                            {4, 32, 32, 3, 3, 2, 2},   {4, 64, 64, 3, 3, 2, 1},
                            {2, 64, 96, 3, 3, 1, 1},   {2, 96, 128, 2, 3, 1, 1},
                            {1, 128, 128, 1, 3, 1, 1}, {1, 128, 290, 1, 1, 1, 1}};
    for (const Layer& layer : layers) {
      for (int width : {1, 2, 7, 16, 29}) {
        ConvArgs args = gemm_args(width, layer.out, layer.in);
        args.in_height = layer.height;
        args.kernel_height = layer.kernel_height;
        args.kernel_width = layer.kernel_width;
        args.pad_left = args.pad_right = layer.kernel_width / 2;
        args.pad_top = args.pad_bottom = layer.kernel_height == 3 ? 1 : 0;
        args.pool_height = layer.pool_height;
        args.pool_width = layer.pool_width;
        args.limit = layer.out == 290 || kernel.precision == Precision::f32
                         ? 0
                         : activation_max(kernel.precision);
        args.relu = true;
        comparison.run(Case{args, Fill::random, Fill::random, width % 2 == 0});
      }
    }
  });
}

}  // namespace
}  // namespace nibble::kernels
