// The CUDA kernels under the host shim against `portable`, bit for bit.

#include <cstdio>

#include "tests/catch.h"
#include "tests/cuda/conv_case.h"
#include "tests/cuda/shim_device.h"

namespace nibble::kernels::cuda {
namespace {

constexpr int kShapes = 840;

TEST_CASE("odd shapes of both precisions") {
  ShimDevice device;
  DeviceComparison comparison(device);
  std::mt19937 random(7);
  int of_kind[3][3] = {};  // int8, int4, dp4a; by tile
  for (int i = 0; i < kShapes; ++i) {
    const ConvCase c = random_case(random);
    comparison.run(c);
    ++of_kind[c.input == Format::bytes ? 2 : c.precision == Precision::int4 ? 1 : 0][c.tile];
  }
  INFO("of " << comparison.count() << " shapes these failed:\n" << comparison.failures());
  CHECK(comparison.failures().empty());
  CHECK(comparison.count() >= 800);
  std::printf("sm_%d: %d shapes; int8 by tile %d %d %d, int4 %d %d %d, dp4a %d\n",
              __CUDA_ARCH__ / 10, comparison.count(), of_kind[0][0], of_kind[0][1], of_kind[0][2],
              of_kind[1][0], of_kind[1][1], of_kind[1][2],
              of_kind[2][0] + of_kind[2][1] + of_kind[2][2]);
}

TEST_CASE("sizes around the tiles' edges") {
  ShimDevice device;
  DeviceComparison comparison(device);
  for (Precision precision : {Precision::int8, Precision::int4}) {
    const int slice = kSliceBytes * 8 / (precision == Precision::int4 ? 4 : 8);
    int tile = 0;
    for (int m : {1, 31, 32, 33, 127, 128, 129}) {
      for (int n : {1, 8, 31, 32, 33, 65}) {
        for (int k : {slice - 1, slice, slice + 1}) {
          ConvCase c;
          c.args = gemm_args(m, n, k);
          c.precision = precision;
          c.input = precision == Precision::int4 ? Format::u4 : Format::u8;
          c.output = static_cast<Format>((m + n + k) % 3);
          c.args.limit = c.output == Format::s32 ? 0 : kInt4ActivationMax;
          c.tile = tile++ % kTileCount;
          comparison.run(c);
        }
      }
    }
  }
  INFO(comparison.failures());
  CHECK(comparison.failures().empty());
}

TEST_CASE("the first layer by dp4a") {
  ShimDevice device;
  DeviceComparison comparison(device);
  std::mt19937 random(3);
  for (int i = 0; i < 120; ++i) {
    ConvCase c = random_case(random);
    c.args.in_channels = 1 + i % kDp4aMaxChannels;
    REQUIRE(takes_dp4a(c.args));
    c.input = Format::bytes;
    comparison.run(c);
  }
  INFO(comparison.failures());
  CHECK(comparison.failures().empty());
}

TEST_CASE("the element-wise twin") {
  ShimDevice device;
  DeviceComparison comparison(device);
  std::mt19937 random(5);
  for (int i = 0; i < 60; ++i) comparison.run_twin(random_case(random));
  INFO(comparison.failures());
  CHECK(comparison.failures().empty());
}

}  // namespace
}  // namespace nibble::kernels::cuda
