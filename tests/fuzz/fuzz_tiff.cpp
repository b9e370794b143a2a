#include "tests/fuzz/fuzz_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nibble::check_pages(data, size, 0, "II");
  nibble::check_pages(data, size, 0, "MM");
  return 0;
}
