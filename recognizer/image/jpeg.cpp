#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// jpeglib.h needs size_t and FILE declared before it.
#include <jpeglib.h>

// After jpeglib.h, whose settings decide which codes there are.
#include <jerror.h>

#include "nn/error.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

/// A progressive file of a few bytes a scan can ask for hours of work; libjpeg-turbo's own fuzzers
/// stop at this count too.
constexpr int kMaxScans = 500;

/// The same for large pictures, each scan of which goes through all pixels: about ten seconds.
/// Usual encoders write ten scans, and the largest picture may have as many and as many again.
constexpr double kMaxScannedPixels = 4e9;
constexpr int kMinScans = 20;

/// libjpeg's error manager, which must come first, and the place to jump to when it gives up.
struct JpegErrors {
  jpeg_error_mgr base = {};
  std::jmp_buf escape = {};
  std::array<char, JMSG_LENGTH_MAX> message = {};
  int code = 0;
};

extern "C" {

[[noreturn]] static void leave_jpeg(j_common_ptr info) {
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  errors->code = errors->base.msg_code;
  errors->base.format_message(info, errors->message.data());
  std::longjmp(errors->escape, 1);
}

/// libjpeg fills what is missing with grey and only warns; a picture with such parts is a damaged
/// one.
static void judge_jpeg_warning(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: leave_jpeg(info);
    default: break;
  }
}

static void print_nothing(j_common_ptr) {}

static void limit_scans(j_common_ptr info) {
  if (!info->is_decompressor) return;
  const auto* picture = reinterpret_cast<j_decompress_ptr>(info);
  const double pixels =
      static_cast<double>(picture->image_width) * static_cast<double>(picture->image_height);
  const double most = std::clamp(kMaxScannedPixels / pixels, double{kMinScans}, double{kMaxScans});
  if (picture->input_scan_number <= most) return;
  info->err->msg_code = JERR_BAD_PROGRESSION;
  leave_jpeg(info);
}

}  // extern "C"

void install_errors(JpegErrors& errors) {
  jpeg_std_error(&errors.base);
  errors.base.error_exit = leave_jpeg;
  errors.base.emit_message = judge_jpeg_warning;
  errors.base.output_message = print_nothing;
}

/// Runs calls of libjpeg; false when one of them gave up. The jump leaves `step` without
/// destructors, so it may own nothing.
template <typename Step>
bool run_guarded(JpegErrors& errors, const Step& step) {
  if (setjmp(errors.escape) != 0) return false;
  step();
  return true;
}

/// Apart from JpegReader, so that it is released when the reader's constructor throws.
struct JpegState {
  jpeg_decompress_struct info = {};

  JpegState() = default;
  JpegState(const JpegState&) = delete;
  JpegState& operator=(const JpegState&) = delete;
  ~JpegState() { jpeg_destroy_decompress(&info); }
};

class JpegReader {
 public:
  JpegReader(ByteSpan bytes, const std::string& name, const DecodeLimits& limits)
      : name_(name), limits_(limits) {
    install_errors(errors_);
    info_.err = &errors_.base;
    progress_.progress_monitor = limit_scans;
    guard([&] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()),
                   static_cast<unsigned long>(bytes.size()));
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
      jpeg_read_header(&info_, TRUE);
    });
    check_picture_size(info_.image_width, info_.image_height, limits_, name_);
  }
  PictureHeader header() const {
    return {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height),
            orientation(), 1};
  }

  Image read_pixels(bool grey) {
    const bool inks = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    const bool one_channel = info_.jpeg_color_space == JCS_GRAYSCALE || (grey && !inks);
    info_.out_color_space = one_channel ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    const auto width = static_cast<std::size_t>(info_.image_width);
    PictureRows rows(header(), one_channel ? PixelKind::grey : PixelKind::rgb, grey);
    std::vector<std::uint8_t> samples(width * (one_channel ? 1 : inks ? 4 : 3));
    std::vector<std::uint8_t> rgb(inks ? width * 3 : 0);
    guard([&] {
      jpeg_start_decompress(&info_);
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW row = samples.data();
        jpeg_read_scanlines(&info_, &row, 1);
        if (inks) convert_inks(samples.data(), rgb.data());
        rows.put(inks ? rgb.data() : samples.data());
      }
      jpeg_finish_decompress(&info_);
    });
    return rows.take();
  }

 private:
  template <typename Step>
  void guard(const Step& step) {
    if (run_guarded(errors_, step)) return;
    if (errors_.code == JERR_IMAGE_TOO_BIG)
      check_picture_size(UINT16_MAX, UINT16_MAX, limits_, name_);
    throw_decode_failed(name_, std::string("a damaged, truncated or unsupported JPEG (") +
                                   errors_.message.data() + ")");
  }

  /// Adobe's programs write inks inverted, which is the light that is left.
  void convert_inks(const std::uint8_t* inks, std::uint8_t* rgb) const {
    const unsigned flip = info_.saw_Adobe_marker ? 0U : 255U;
    for (JDIMENSION x = 0; x < info_.output_width; ++x, inks += 4, rgb += 3) {
      for (int c = 0; c < 3; ++c) rgb[c] = multiply_light(inks[c] ^ flip, inks[3] ^ flip);
    }
  }

  int orientation() const {
    static constexpr std::array<unsigned char, 6> kMagic = {'E', 'x', 'i', 'f', 0, 0};
    for (jpeg_saved_marker_ptr marker = info_.marker_list; marker != nullptr;
         marker = marker->next) {
      if (marker->data_length < kMagic.size() ||
          std::memcmp(marker->data, kMagic.data(), kMagic.size()) != 0)
        continue;
      const ByteSpan block(reinterpret_cast<const std::byte*>(marker->data), marker->data_length);
      return exif_orientation(block.subspan(kMagic.size()));
    }
    return 1;
  }

  const std::string& name_;
  const DecodeLimits& limits_;
  JpegErrors errors_;
  jpeg_progress_mgr progress_ = {};
  JpegState state_;
  jpeg_decompress_struct& info_ = state_.info;
};

/// Owns the compressor and the memory it writes to.
struct JpegWriter {
  JpegErrors errors;
  jpeg_compress_struct info = {};
  unsigned char* data = nullptr;
  unsigned long size = 0;

  JpegWriter() = default;
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;
  ~JpegWriter() {
    jpeg_destroy_compress(&info);
    std::free(data);
  }
};

}  // namespace

PictureHeader read_jpeg_header(ByteSpan bytes, const std::string& name,
                               const DecodeLimits& limits) {
  return JpegReader(bytes, name, limits).header();
}

Image decode_jpeg(ByteSpan bytes, const std::string& name, const DecodeOptions& options) {
  return JpegReader(bytes, name, options.limits).read_pixels(options.grey);
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality, const std::string& name) {
  JpegWriter writer;
  install_errors(writer.errors);
  writer.info.err = &writer.errors.base;
  const bool done = run_guarded(writer.errors, [&] {
    jpeg_create_compress(&writer.info);
    jpeg_mem_dest(&writer.info, &writer.data, &writer.size);
    writer.info.image_width = static_cast<JDIMENSION>(image.width);
    writer.info.image_height = static_cast<JDIMENSION>(image.height);
    writer.info.input_components = image.channels;
    writer.info.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&writer.info);
    jpeg_set_quality(&writer.info, quality, TRUE);
    jpeg_start_compress(&writer.info, TRUE);
    while (writer.info.next_scanline < writer.info.image_height) {
      auto* row = const_cast<JSAMPROW>(image.row(static_cast<int>(writer.info.next_scanline)));
      jpeg_write_scanlines(&writer.info, &row, 1);
    }
    jpeg_finish_compress(&writer.info);
  });
  if (!done)
    throw Error(ErrorCode::write_failed,
                name + ": cannot be written as JPEG (" + writer.errors.message.data() + ")");
  const auto* begin = reinterpret_cast<const std::byte*>(writer.data);
  return {begin, begin + writer.size};
}

}  // namespace nibble
