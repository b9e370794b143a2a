#include "recognizer/base/embedded.h"

#include <algorithm>
#include <cstdint>

#include "recognizer/base/file_bytes.h"
#include "tests/catch.h"

namespace nibble {
namespace {

TEST_CASE("the 4-bit models and their calibration are compiled in, as they stand in data/models") {
  for (const std::string name : {"nibble-int4.safetensors", "nibble-int4.calibration.json",
                                 "nibble-find-int4.safetensors"}) {
    INFO(name);
    const auto file = read_file_bytes(std::string(NIBBLE_SOURCE_DIR) + "/data/models/" + name);
    const auto embedded = embedded_file(name);
    REQUIRE(embedded.size() == file.size());
    CHECK(std::equal(embedded.begin(), embedded.end(), file.begin()));
    CHECK(reinterpret_cast<std::uintptr_t>(embedded.data()) % 64 == 0);
  }
}

TEST_CASE("the captions are compiled in") {
  const auto file = read_file_bytes(std::string(NIBBLE_SOURCE_DIR) + "/data/captions/captions.tsv");
  const auto embedded = embedded_file("captions.tsv");
  REQUIRE(embedded.size() == file.size());
  CHECK(std::equal(embedded.begin(), embedded.end(), file.begin()));
}

TEST_CASE("a file that is not compiled in is empty") {
  CHECK(embedded_file("nibble-f32.safetensors").empty());
  CHECK(embedded_file("").empty());
}

}  // namespace
}  // namespace nibble
