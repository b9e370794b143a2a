#include "nn/float_reference.h"
#include "nn/self_test.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

ModelFile shipped(const char* precision) {
  return read_model(std::string(NIBBLE_SOURCE_DIR) + "/data/models/nibble-" + precision +
                    ".safetensors");
}

}  // namespace

TEST_CASE(
    "the shipped integer models give the scores that they were made with, on every instruction set") {
  for (const Precision precision : {Precision::int8, Precision::int4}) {
    const ModelFile model = shipped(precision_name(precision));
    for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
      if (kernel->precision != precision) continue;
      for (const bool winograd : {true, false}) {
        INFO(precision_name(precision) << " on " << kernel->isa << ", Winograd " << winograd);
        const Network network(model, "shipped", {kernel->isa, winograd});
        REQUIRE(!network.scores_digest().empty());
        CHECK(compute_scores_digest(network) == network.scores_digest());
      }
    }
  }
}

TEST_CASE("the shipped float model gives the reference's scores, on every instruction set") {
  const ModelFile model = shipped("f32");
  const TestLine line = make_test_line(32, 1);
  const Logits reference = run_reference(model, line.view(), "shipped");
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    if (kernel->precision != Precision::f32) continue;
    INFO(kernel->isa);
    const Logits logits = Network(model, "shipped", {kernel->isa}).run(line.view());
    REQUIRE(logits.values.size() == reference.values.size());
    float greatest = 0;
    for (std::size_t i = 0; i < reference.values.size(); ++i)
      greatest = std::max(greatest, std::abs(logits.values[i] - reference.values[i]));
    // Sums of 864 products at most through 11 layers; scores reach some tens.
    CHECK(greatest < 1e-3F);
  }
}

TEST_CASE("the three shipped models have one architecture and one alphabet") {
  const Network f32(shipped("f32"), "f32");
  for (const char* precision : {"int8", "int4"}) {
    const Network other(shipped(precision), precision);
    CHECK(std::string(precision_name(other.precision())) == precision);
    CHECK(other.alphabet() == f32.alphabet());
    REQUIRE(other.graph().layers.size() == f32.graph().layers.size());
    for (std::size_t i = 0; i < f32.graph().layers.size(); ++i) {
      const Conv2d& a = f32.graph().layers[i];
      const Conv2d& b = other.graph().layers[i];
      CHECK((a.name == b.name && a.in_channels == b.in_channels &&
             a.out_channels == b.out_channels && a.kernel == b.kernel && a.pad == b.pad &&
             a.pool == b.pool));
    }
  }
}

}  // namespace nibble::test
