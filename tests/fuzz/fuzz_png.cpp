#include "tests/fuzz/fuzz_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nibble::check_pages(data, size, 0, "\x89PNG");
  return 0;
}
