#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "recognizer/base/stopwatch.h"
#include "recognizer/base/text.h"
#include "recognizer/image/view.h"
#include "recognizer/reader/file_pages.h"
#include "recognizer/reader/guarded.h"
#include "recognizer/reader/pipeline.h"
#include "recognizer/reader/reader_impl.h"

namespace nibble {

namespace {

void check_range(const char* what, double value, double least, double most) {
  if (value >= least && value <= most) return;
  throw Error(ErrorCode::usage, std::string("reader options: ") + what + " is " +
                                    std::to_string(value) + ", outside of " +
                                    std::to_string(least) + " to " + std::to_string(most));
}

const ReaderOptions& checked(const ReaderOptions& options) {
  check_range("margin", options.margin, 0, kMaxMargin);
  check_range("beam", options.beam, 0, 1000);
  check_range("alternatives", options.alternatives, 0, 100);
  check_range("threads", options.threads, 1, 1024);
  if (options.device != "cpu" && options.device != "cuda" && options.device != "auto")
    throw Error(ErrorCode::usage, "reader options: the device is " +
                                      printable_path(options.device) +
                                      "; there are cpu, cuda and auto");
  return options;
}

void read_one(const LineReader& lines, const PreparedRequest& prepared, const Image& picture,
              Document& document) {
  document.width = picture.width;
  document.height = picture.height;
  read_picture(lines, prepared, picture, document);
  Timing& times = document.timing;
  times.total = times.decode + times.locate + times.rectify + times.read;
}

/// What the pages of a file have in common.
struct PageTask {
  const LineReader& lines;
  const PreparedRequest& prepared;
  const Document& blank;

  Document read(const SourcePage& page, double decode_ms) const {
    Document document = blank;
    document.page = page.number;
    guarded(document, printable_path(page.name), [&] {
      if (page.error) throw *page.error;
      document.timing.decode = decode_ms;
      observe(prepared.request.observer, "decode", decode_ms);
      read_one(lines, prepared, page.image, document);
    });
    return document;
  }
};

}  // namespace

Reader::Reader(const ReaderOptions& options) : impl_(std::make_shared<Impl>(checked(options))) {}

void Reader::prepare(const Request& request) const { impl_->prepare(request); }

Document Reader::read(const ImageView& picture, const Request& request) const {
  const PreparedRequest prepared = impl_->prepare(request);
  const Image image = to_image(picture, impl_->limits);
  Document document;
  document.reader = impl_->info;
  guarded(document, "picture", [&] { read_one(impl_->lines, prepared, image, document); });
  return document;
}

void Reader::read_pages(const FileSource& file, const Request& request,
                        const PageCallback& each) const {
  const PreparedRequest prepared = impl_->prepare(request);
  Document document;
  document.reader = impl_->info;
  document.path = file.path;
  const std::string name = file_name(file);
  // A zone is found and read in brightness alone.
  const bool grey = request.type == Request::Type::zone;
  std::optional<PageSource> source;
  guarded(document, printable_path(name),
          [&] { source.emplace(open_pages(file, impl_->limits, grey)); });
  if (!document.ok()) {
    each({}, std::move(document));
    return;
  }
  const PageTask task{impl_->lines, prepared, document};
  Stopwatch watch;
  if (request.page > 0) {
    const SourcePage page = take_page(*source, name, request.page);
    each(view_of(page.image), task.read(page, watch.lap()));
    return;
  }
  while (const std::optional<SourcePage> page = source->next()) {
    const double decode_ms = watch.lap();
    if (!each(view_of(page->image), task.read(*page, decode_ms))) return;
    watch.lap();
  }
}

std::vector<Document> Reader::read_file(const std::string& path, const Request& request) const {
  std::vector<Document> documents;
  read_pages({path, {}}, request, [&](const ImageView&, Document&& document) {
    documents.push_back(std::move(document));
    return true;
  });
  return documents;
}

std::vector<Document> Reader::read_bytes(const void* bytes, std::size_t size,
                                         const std::string& name, const Request& request) const {
  const auto* begin = static_cast<const std::uint8_t*>(bytes);
  std::vector<Document> documents;
  read_pages({name, {begin, begin + size}}, request, [&](const ImageView&, Document&& document) {
    documents.push_back(std::move(document));
    return true;
  });
  return documents;
}

const ReaderInfo& Reader::info() const {
  static const ReaderInfo none;
  return impl_->info ? *impl_->info : none;
}

}  // namespace nibble
