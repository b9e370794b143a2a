// Whole networks on the device, under the shim: the CPU's scores bit for bit.

#include <random>

#include "nn/cuda_network.h"
#include "nn/error.h"
#include "nn/self_test.h"
#include "tests/catch.h"
#include "tests/cuda/shim_device.h"
#include "tests/nn/integer_model.h"

namespace nibble {
namespace {

using kernels::cuda::ShimDevice;

// Grey strokes on paper.
TestLine random_line(int height, int width, std::mt19937& random) {
  TestLine line{width, height,
                std::vector<std::uint8_t>(static_cast<std::size_t>(height) *
                                          static_cast<std::size_t>(width))};
  for (std::size_t i = 0; i < line.pixels.size(); ++i) {
    const bool stroke = (i % static_cast<std::size_t>(width)) / 3 % 3 == 0;
    line.pixels[i] = static_cast<std::uint8_t>(stroke ? random() % 128 : 160 + random() % 96);
  }
  return line;
}

// Runs the lines together on the device and one by one on the CPU.
void compare(const ModelFile& model, const std::vector<TestLine>& lines) {
  const Network network(model, "test");
  ShimDevice device;
  const CudaNetwork on_device(network, model, "test", device);
  std::vector<TensorView<const std::uint8_t>> views;
  for (const TestLine& line : lines) views.push_back(line.view());
  const int copies = device.copies();
  const std::vector<Logits> scores = on_device.run(views);
  CHECK(device.copies() == copies + 2);
  REQUIRE(scores.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO("line " << i << " of " << lines[i].width << " pixels");
    const Logits expected = network.run(views[i]);
    CHECK(scores[i].columns == expected.columns);
    CHECK(scores[i].classes == expected.classes);
    CHECK(scores[i].stride == expected.stride);
    CHECK(scores[i].values == expected.values);
  }
}

TEST_CASE("networks of odd sizes on the device") {
  std::mt19937 random(1);
  for (const Precision precision : {Precision::int8, Precision::int4}) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
      INFO(kernels::precision_name(precision) << " model " << seed);
      const ModelFile model = test::integer_model(precision, seed);
      std::vector<TestLine> lines;
      for (const int width : {21, 5, 22, 60, 5, 21}) lines.push_back(random_line(6, width, random));
      compare(model, lines);
    }
  }
}

TEST_CASE("the shipped networks on the device") {
  for (const char* precision : {"int8", "int4"}) {
    INFO(precision);
    const ModelFile model = read_model(std::string(NIBBLE_SOURCE_DIR "/data/models/nibble-") +
                                       precision + ".safetensors");
    std::vector<TestLine> lines{make_test_line(32, 0), make_test_line(32, 1),
                                make_test_line(32, 0)};
    lines.push_back({1, 32, std::vector<std::uint8_t>(32, 90)});
    compare(model, lines);
  }
}

TEST_CASE("lines of one width run together") {
  const ModelFile model = test::integer_model(Precision::int8, 3);
  const Network network(model, "test");
  ShimDevice device;
  const CudaNetwork on_device(network, model, "test", device);
  std::mt19937 random(2);
  const TestLine wide = random_line(network.graph().height, 40, random);
  const TestLine narrow =
      random_line(network.graph().height, 39, random);  // 40 when rounded up to the stride
  const TestLine other = random_line(network.graph().height, 50, random);
  const int layers = static_cast<int>(network.graph().layers.size());
  on_device.run({wide.view(), narrow.view(), wide.view()});
  CHECK(device.launches() == layers);
  on_device.run({wide.view(), other.view(), wide.view()});
  CHECK(device.launches() == 3 * layers);
  CHECK(on_device.run({}).empty());
}

TEST_CASE("a network moves to the device") {
  const ModelFile model = test::integer_model(Precision::int4, 5);
  const Network on_cpu(model, "test");
  ShimDevice device;
  Network network(model, "test");
  network.use_device(model, device);
  CHECK(network.isa() == "cuda");
  CHECK(on_cpu.isa() != "cuda");
  std::mt19937 random(4);
  const TestLine first = random_line(network.graph().height, 31, random);
  const TestLine second = random_line(network.graph().height, 12, random);
  const std::vector<Logits> expected = on_cpu.run(std::vector{first.view(), second.view()});
  const std::vector<Logits> scores = network.run(std::vector{first.view(), second.view()});
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].values == expected[0].values);
  CHECK(scores[1].values == expected[1].values);
  CHECK(network.run(second.view()).values == expected[1].values);
  const int launches = device.launches();
  CHECK(launches > 0);
  Workspace workspace;
  std::size_t layers = 0;
  CHECK(network.run(first.view(), workspace, [&](std::size_t, const Shape&, void*) { ++layers; })
            .values == expected[0].values);
  CHECK(layers == network.graph().layers.size());
  CHECK(device.launches() == launches);
}

TEST_CASE("what cannot run on the device is refused") {
  const ModelFile model = test::integer_model(Precision::int8, 1);
  const Network network(model, "test");
  ShimDevice device;
  const CudaNetwork on_device(network, model, "test", device);
  const std::vector<std::uint8_t> pixels(7 * 5);
  CHECK_THROWS_AS(on_device.run({TensorView<const std::uint8_t>{pixels.data(), {7, 5, 1}}}), Error);
  const ModelFile floats = test::small_model();
  const Network float_network(floats, "floats");
  CHECK_THROWS_WITH(CudaNetwork(float_network, floats, "floats", device),
                    Catch::Matchers::Contains("--device cpu"));
}

}  // namespace
}  // namespace nibble
