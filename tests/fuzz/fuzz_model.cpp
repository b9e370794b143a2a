// Feeds any bytes to the model reader and, when they are a model, to the network.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/error.h"
#include "nn/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const nibble::ModelFile model =
        nibble::parse_model(reinterpret_cast<const std::byte*>(data), size, "fuzz");
    // What was read can be written and read again.
    const std::vector<std::byte> bytes = nibble::serialize_model(model);
    const nibble::ModelFile again = nibble::parse_model(bytes.data(), bytes.size(), "fuzz");
    if (nibble::serialize_model(again) != bytes) __builtin_trap();

    const nibble::Network network(model, "fuzz");
    const int width = std::min(network.graph().max_width, 9);
    const std::vector<std::uint8_t> pixels(
        static_cast<std::size_t>(network.graph().height) * static_cast<std::size_t>(width), 77);
    const nibble::Logits logits = network.run({pixels.data(), {network.graph().height, width, 1}});
    if (logits.values.size() !=
        static_cast<std::size_t>(logits.columns) * static_cast<std::size_t>(logits.classes))
      __builtin_trap();
  } catch (const nibble::Error& error) {
    // The only defect that may show so late: a header that outgrows its limit when it is written
    // out again.
    if (error.code() != nibble::ErrorCode::bad_model) __builtin_trap();
  }
  return 0;
}
