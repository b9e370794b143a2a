#include "recognizer/image/codecs.h"

// Built instead of webp.cpp where NIBBLE_WEBP is off.

namespace nibble {
namespace {

[[noreturn]] void refuse(const std::string& name) {
  throw_decode_failed(
      name,
      "a WebP picture, which this build of nibble does not read (NIBBLE_WEBP is off): convert "
      "it first, e.g. by dwebp FILE -o FILE.png");
}

}  // namespace

PictureHeader read_webp_header(ByteSpan, const std::string& name, const DecodeLimits&) {
  refuse(name);
}

Image decode_webp(ByteSpan, const std::string& name, const DecodeOptions&) { refuse(name); }

}  // namespace nibble
