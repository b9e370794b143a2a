// The fields of a page on the device, under the shim: they go there together, and the readings are
// the CPU's.

#include <random>

#include "recognizer/line/read_fields.h"
#include "tests/catch.h"
#include "tests/cuda/shim_device.h"

namespace nibble {
namespace {

FieldSpec field(const std::string& name, double x, double y) {
  return {name, Quad{{{x, y}, {x + 40, y}, {x + 40, y + 20}, {x, y + 20}}}, "text", "", ""};
}

TEST_CASE("the fields of a page go to the device in one call") {
  const ModelFile model = read_model(NIBBLE_SOURCE_DIR "/data/models/nibble-int4.safetensors");
  const Network on_cpu(model, "test");
  kernels::cuda::ShimDevice device;
  Network network(model, "test");
  network.use_device(model, device);
  REQUIRE(network.isa() == "cuda");
  REQUIRE(on_cpu.isa() != "cuda");

  std::mt19937 random(3);
  Page page{Image{120, 60, 1, std::vector<std::uint8_t>(120 * 60)}, 1, Homography{}};
  for (std::uint8_t& pixel : page.image.pixels) pixel = static_cast<std::uint8_t>(random() % 256);
  const std::vector<FieldSpec> fields{field("a", 5, 5), field("b", 60, 5), field("c", 5, 32)};
  const int layers = static_cast<int>(network.graph().layers.size());
  // Three equal lines: one copy there, one back, a launch a layer. Looked at again: one width more,
  // since the line is found in noise wherever the crop ends, in one call.
  struct Case {
    double second_look;
    int copies;
    int launches;
  };
  for (const Case& expected : {Case{0, 2, layers}, Case{2, 4, 2 * layers}}) {
    ReadOptions options;
    options.second_look = expected.second_look;
    const int copies = device.copies();
    const int launches = device.launches();
    const std::vector<FieldResult> results = read_fields(network, page, fields, options);
    CHECK(device.copies() - copies == expected.copies);
    CHECK(device.launches() - launches == expected.launches);
    const std::vector<FieldResult> wanted = read_fields(on_cpu, page, fields, options);
    REQUIRE(results.size() == fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      INFO("field " << fields[i].name << ", read " << results[i].text);
      CHECK(results[i].spec.name == fields[i].name);
      CHECK(results[i].text == wanted[i].text);
      CHECK(results[i].reading.confidence == wanted[i].reading.confidence);
      CHECK(results[i].ms > 0);
    }
  }
}

}  // namespace
}  // namespace nibble
