#include "recognizer/image/codecs.h"

// Built instead of the other files for TIFF where NIBBLE_TIFF is off.

namespace nibble {
namespace {

[[noreturn]] void refuse(const std::string& name) {
  throw_decode_failed(
      name,
      "a TIFF, which this build of nibble does not read (NIBBLE_TIFF is off): convert it "
      "first, e.g. by magick FILE FILE.png");
}

}  // namespace

PictureHeader read_tiff_header(ByteSpan, const std::string& name, const DecodeLimits&) {
  refuse(name);
}

std::unique_ptr<PageDecoder> open_tiff(ByteSpan, const std::string& name, const DecodeOptions&) {
  refuse(name);
}

}  // namespace nibble
