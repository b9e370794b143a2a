// Whether the shim would see a missing wait: each __syncthreads and each wait for copies is taken
// out in turn, and a shape must fail.

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/catch.h"
#include "tests/cuda/conv_case.h"
#include "tests/cuda/shim.h"
#include "tests/cuda/shim_device.h"

namespace nibble::kernels::cuda {
namespace {

// Shapes that reach every wait: each tile with several stages, and dp4a.
std::vector<ConvCase> shapes() {
  std::vector<ConvCase> cases;
  for (int tile = 0; tile < kTileCount; ++tile) {
    ConvCase c;
    c.args = gemm_args(70, 40, 700);
    c.tile = tile;
    cases.push_back(c);
  }
  ConvCase first;
  first.args = gemm_args(130, 16, 4);
  first.args.kernel_width = 9;
  first.input = Format::bytes;
  cases.push_back(first);
  return cases;
}

int failures_of_shapes() {
  ShimDevice device;
  DeviceComparison comparison(device);
  int failures = 0;
  for (const ConvCase& c : shapes()) failures += comparison.run(c) ? 0 : 1;
  return failures;
}

// file:line of every wait in the kernels' sources that this architecture compiles.
std::set<std::string> waits_in_sources() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(NIBBLE_SOURCE_DIR "/kernels/cuda")) {
    if (entry.path().extension() != ".cuh" || entry.path().filename() == "instructions.cuh")
      continue;
    std::ifstream file(entry.path());
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      const std::string code = line.substr(0, line.find("//"));
      const bool copies =
          code.find("wait_for_copies()") != std::string::npos && __CUDA_ARCH__ >= 800;
      if (copies || code.find("__syncthreads()") != std::string::npos) {
        found.insert(entry.path().filename().string() + ":" + std::to_string(number));
      }
    }
  }
  return found;
}

TEST_CASE("a missing wait is seen") {
  REQUIRE(failures_of_shapes() == 0);
  std::set<std::string> reached;
  for (std::size_t i = 0; i < shim::sites().size(); ++i) {
    const shim::Site& site = shim::sites()[i];
    const std::string name =
        std::filesystem::path(site.file).filename().string() + ":" + std::to_string(site.line);
    reached.insert(name);
    shim::disable_site(static_cast<int>(i));
    INFO("without the wait at " << name);
    CHECK(failures_of_shapes() > 0);
  }
  shim::disable_site(-1);
  CHECK(reached == waits_in_sources());
  CHECK(failures_of_shapes() == 0);
}

}  // namespace
}  // namespace nibble::kernels::cuda
