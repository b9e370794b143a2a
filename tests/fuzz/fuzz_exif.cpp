#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "recognizer/image/codecs.h"

// Any block gives one of the eight orientations.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int orientation = nibble::exif_orientation(std::as_bytes(std::span(data, size)));
  if (orientation < 1 || orientation > 8) std::abort();
  return 0;
}
