#include <webp/decode.h>

#include <cstring>
#include <optional>

#include "nn/error.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

const std::uint8_t* data_of(ByteSpan bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

std::uint32_t number(ByteSpan bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;)
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

/// The orientation in the EXIF chunk of the file, which stands behind the pixels.
int find_orientation(ByteSpan bytes) {
  constexpr std::size_t kChunkHead = 8;
  for (std::size_t at = 12; at <= bytes.size() && bytes.size() - at >= kChunkHead;) {
    const std::size_t size = number(bytes, at + 4);
    if (size > bytes.size() - at - kChunkHead) break;
    if (std::memcmp(bytes.data() + at, "EXIF", 4) == 0) {
      ByteSpan block = bytes.subspan(at + kChunkHead, size);
      // Some writers keep the head that the block has in a JPEG.
      if (block.size() > 6 && std::memcmp(block.data(), "Exif\0\0", 6) == 0)
        block = block.subspan(6);
      return exif_orientation(block);
    }
    at += kChunkHead + size + size % 2;
  }
  return 1;
}

struct WebpHeader {
  PictureHeader picture;
  bool alpha = false;
};

WebpHeader read_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits) {
  WebPBitstreamFeatures features = {};
  if (WebPGetFeatures(data_of(bytes), bytes.size(), &features) != VP8_STATUS_OK)
    throw_decode_failed(name, "a damaged or truncated WebP");
  if (features.has_animation != 0)
    throw_decode_failed(name, "an animated WebP: save one of its pictures as PNG");
  check_picture_size(static_cast<std::uint64_t>(features.width),
                     static_cast<std::uint64_t>(features.height), limits, name);
  return {{features.width, features.height, find_orientation(bytes), 1}, features.has_alpha != 0};
}

/// libwebp decodes to whole pictures alone; a part of the rows is complete while it goes on, but
/// not released.
struct WebpPicture {
  WebPDecoderConfig config = {};

  WebpPicture() = default;
  WebpPicture(const WebpPicture&) = delete;
  WebpPicture& operator=(const WebpPicture&) = delete;
  ~WebpPicture() { WebPFreeDecBuffer(&config.output); }
};

}  // namespace

PictureHeader read_webp_header(ByteSpan bytes, const std::string& name,
                               const DecodeLimits& limits) {
  return read_header(bytes, name, limits).picture;
}

Image decode_webp(ByteSpan bytes, const std::string& name, const DecodeOptions& options) {
  const WebpHeader header = read_header(bytes, name, options.limits);
  WebpPicture decoded;
  if (WebPInitDecoderConfig(&decoded.config) == 0)
    throw_decode_failed(name, "a WebP, for which another version of libwebp is installed");
  decoded.config.output.colorspace = header.alpha ? MODE_RGBA : MODE_RGB;
  const VP8StatusCode status = WebPDecode(data_of(bytes), bytes.size(), &decoded.config);
  if (status == VP8_STATUS_OUT_OF_MEMORY)
    throw Error(ErrorCode::too_large, name + ": not enough memory to decode it");
  if (status != VP8_STATUS_OK) throw_decode_failed(name, "a damaged or truncated WebP");
  const WebPRGBABuffer& pixels = decoded.config.output.u.RGBA;
  return over_ground([&](Ground ground) {
    PictureRows rows(header.picture, header.alpha ? PixelKind::rgb_alpha : PixelKind::rgb,
                     options.grey, ground);
    for (int y = 0; y < header.picture.height; ++y)
      rows.put(pixels.rgba + static_cast<std::ptrdiff_t>(y) * pixels.stride);
    return rows;
  });
}

}  // namespace nibble
