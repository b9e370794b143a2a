#include "recognizer/image/page_source.h"

#include <new>
#include <utility>

#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

/// A format with one page.
class SinglePicture : public PageDecoder {
 public:
  using Decode = Image (*)(ByteSpan, const std::string&, const DecodeOptions&);
  SinglePicture(Decode decode, ByteSpan bytes, const DecodeOptions& options)
      : decode_(decode), bytes_(bytes), options_(options) {}

  bool next(SourcePage& page) override {
    if (std::exchange(given_, true)) return false;
    page.image = decode_(bytes_, page.name, options_);
    return true;
  }

 private:
  Decode decode_;
  ByteSpan bytes_;
  DecodeOptions options_;
  bool given_ = false;
};

std::unique_ptr<PageDecoder> open_format(ByteSpan bytes, const std::string& name,
                                         const DecodeOptions& options) {
  switch (tell_format(bytes, name)) {
    case Format::jpeg: return std::make_unique<SinglePicture>(decode_jpeg, bytes, options);
    case Format::png: return std::make_unique<SinglePicture>(decode_png, bytes, options);
    case Format::webp: return std::make_unique<SinglePicture>(decode_webp, bytes, options);
    case Format::bmp: return std::make_unique<SinglePicture>(decode_bmp, bytes, options);
    case Format::tiff: return open_tiff(bytes, name, options);
    case Format::pdf: break;
  }
  return open_pdf(bytes, name, options);
}

void check_file_size(std::size_t size, const DecodeLimits& limits, const std::string& name) {
  if (size <= limits.max_bytes) return;
  throw Error(ErrorCode::too_large, name + ": a file of " + std::to_string(size) +
                                        " bytes; the most is " + std::to_string(limits.max_bytes));
}

}  // namespace

void throw_decode_failed(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::decode_failed, name + ": " + what);
}

std::string page_name(const std::string& file, int page) {
  return file + ": page " + std::to_string(page);
}

void check_picture_size(std::uint64_t width, std::uint64_t height, const DecodeLimits& limits,
                        const std::string& name) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width == 0 || height == 0)
    throw_decode_failed(name, "a picture without pixels (" + size + ")");
  const auto side = static_cast<std::uint64_t>(limits.max_side);
  if (width <= side && height <= side && width * height <= limits.max_pixels) return;
  constexpr std::uint64_t kMillion = 1'000'000;
  const std::string most = limits.max_pixels % kMillion == 0
                               ? std::to_string(limits.max_pixels / kMillion) + " million"
                               : std::to_string(limits.max_pixels);
  throw Error(ErrorCode::too_large,
              name + ": " + size + " are more than can be read; the most is " + most +
                  " pixels and " + std::to_string(limits.max_side) + " a side: scale it down");
}

void check_picture_size(const PictureHeader& header, const DecodeLimits& limits,
                        const std::string& name) {
  int width = header.width;
  int height = header.height;
  const auto check = [&] {
    check_picture_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height),
                       limits, name);
  };
  check();
  square_size(width, height, header.pixel_aspect);
  check();
}

PageSource::PageSource(std::span<const std::byte> bytes, const std::string& name,
                       const DecodeOptions& options)
    : name_(printable_path(name)) {
  try {
    check_file_size(bytes.size(), options.limits, name_);
    reader_ = open_format(bytes, name_, options);
  } catch (const Error& error) {
    failure_ = SourcePage{1, name_, {}, error};
  }
}

PageSource::PageSource(std::vector<std::byte>&& bytes, const std::string& name,
                       const DecodeOptions& options)
    : PageSource(std::span<const std::byte>(bytes), name, options) {
  kept_ = std::move(bytes);  // moving a vector leaves its elements where they are
}

PageSource::PageSource(PageSource&&) noexcept = default;
PageSource& PageSource::operator=(PageSource&&) noexcept = default;
PageSource::~PageSource() = default;

std::optional<SourcePage> PageSource::next() {
  if (failure_) return std::exchange(failure_, std::nullopt);
  if (reader_ == nullptr) return std::nullopt;
  SourcePage page;
  page.number = ++last_;
  page.name = name_;
  try {
    if (!reader_->next(page)) {
      reader_.reset();
      return std::nullopt;
    }
  } catch (const Error& error) {
    page.error = error;
  } catch (const std::bad_alloc&) {
    page.error = Error(ErrorCode::too_large, page.name + ": not enough memory to decode it");
  }
  if (page.error) page.image = {};
  return page;
}

PageSource open_pages(const std::string& path, const DecodeOptions& options) {
  return {read_file_bytes(path), path, options};
}

}  // namespace nibble
