#include <algorithm>
#include <array>
#include <string_view>

#include "recognizer/image/codecs.h"

// Formats are told apart by their content.

namespace nibble {
namespace {

using namespace std::string_view_literals;

/// The standard of PDF lets it stand behind a kilobyte of anything.
constexpr std::size_t kMaxPdfHead = 1024 + 5;

/// Bytes at an offset, and what begins so.
struct Magic {
  std::size_t at;
  std::string_view bytes;
  Format format;
};

constexpr std::array kKnown = {
    Magic{0, "\xFF\xD8\xFF"sv, Format::jpeg}, Magic{0, "\x89PNG\r\n\x1A\n"sv, Format::png},
    Magic{0, "II*\0"sv, Format::tiff},        Magic{0, "MM\0*"sv, Format::tiff},
    Magic{0, "II+\0"sv, Format::tiff},        Magic{0, "MM\0+"sv, Format::tiff},
};

/// Pictures that are not read, and what turns them into ones that are.
struct Foreign {
  std::size_t at;
  std::string_view bytes;
  const char* name;
  const char* remedy;
};

constexpr const char* kHeifConvert = "heif-convert FILE.heic FILE.jpg";
constexpr const char* kMagick = "magick FILE FILE.png";
constexpr std::array kForeign = {
    Foreign{4, "ftypheic"sv, "a HEIC picture", kHeifConvert},
    Foreign{4, "ftypheix"sv, "a HEIC picture", kHeifConvert},
    Foreign{4, "ftyphevc"sv, "a HEIC picture", kHeifConvert},
    Foreign{4, "ftypmif1"sv, "a HEIF picture", kHeifConvert},
    Foreign{4, "ftypmsf1"sv, "a HEIF picture", kHeifConvert},
    Foreign{4, "ftypavif"sv, "an AVIF picture", "avifdec FILE.avif FILE.png"},
    Foreign{0, "GIF8"sv, "a GIF picture", kMagick},
    Foreign{4, "jP  \r\n\x87\n"sv, "a JPEG 2000 picture", "opj_decompress -i FILE -o FILE.png"},
    Foreign{0, "\xFF\x4F\xFF\x51"sv, "a JPEG 2000 picture", "opj_decompress -i FILE -o FILE.png"},
    Foreign{4, "JXL \r\n\x87\n"sv, "a JPEG XL picture", "djxl FILE.jxl FILE.png"},
    Foreign{0, "\xFF\x0A"sv, "a JPEG XL picture", "djxl FILE.jxl FILE.png"},
    Foreign{0, "8BPS"sv, "a Photoshop file", kMagick},
};

bool stands(std::string_view text, std::size_t at, std::string_view bytes) {
  return text.size() >= at && text.substr(at).starts_with(bytes);
}

/// A header of a size that BMP has, since two letters alone begin many texts.
bool is_bmp(std::string_view text) {
  constexpr std::size_t kSizeAt = 14;
  if (!text.starts_with("BM") || text.size() < kSizeAt + 4) return false;
  const auto low = static_cast<unsigned char>(text[kSizeAt]);
  return stands(text, kSizeAt + 1, "\0\0\0"sv) && (low == 12 || low >= 40);
}

}  // namespace

Format tell_format(ByteSpan bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) throw_decode_failed(name, "an empty file");
  for (const Magic& magic : kKnown) {
    if (stands(text, magic.at, magic.bytes)) return magic.format;
  }
  if (text.starts_with("RIFF") && stands(text, 8, "WEBP")) return Format::webp;
  if (is_bmp(text)) return Format::bmp;
  for (const Foreign& foreign : kForeign) {
    if (stands(text, foreign.at, foreign.bytes))
      throw_decode_failed(name, std::string(foreign.name) +
                                    ", which is not read: convert it first, e.g. by " +
                                    foreign.remedy);
  }
  if (text.substr(0, kMaxPdfHead).find("%PDF-") != std::string_view::npos) return Format::pdf;
  throw_decode_failed(name, "not a JPEG, PNG, TIFF, WebP or BMP picture, nor a PDF");
}

}  // namespace nibble
