#include <iterator>
#include <utility>
#include <vector>

#include "recognizer/reader/c_support.h"

namespace {

using nibble::guarded;
using nibble::needed;

/// Chains the pages, the first one in front.
nibble_document* chain(std::vector<nibble::Document> pages) {
  nibble_document* first = nullptr;
  for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
    std::unique_ptr<nibble_document> rest(first);
    first = new nibble_document{std::move(*page), std::move(rest)};
  }
  return first;
}

}  // namespace

nibble_code nibble_reader_new(const nibble_options* options, nibble_reader** reader) {
  return guarded([&] {
    needed(reader, "reader") = nullptr;
    *reader = new nibble_reader{nibble::Reader(nibble::options_of(options))};
    return NIBBLE_OK;
  });
}

void nibble_reader_free(nibble_reader* reader) {
  const std::unique_ptr<nibble_reader> owned(reader);
}

nibble_code nibble_reader_get_info(const nibble_reader* reader, nibble_reader_info* info) {
  return guarded([&] {
    const nibble::ReaderInfo& from = needed(reader, "reader").reader.info();
    nibble_reader_info to{};
    to.model = from.model.c_str();
    to.precision = from.precision.c_str();
    to.isa = from.isa.c_str();
    to.digest = from.digest.c_str();
    to.note = from.note.c_str();
    to.accept = from.accept;
    to.review = from.review;
    to.error_rate = from.error_rate;
    to.calibrated = from.calibrated ? 1 : 0;
    return nibble::to_caller(to, info, "nibble_reader_info");
  });
}

nibble_code nibble_read(const nibble_reader* reader, const nibble_image* image,
                        const nibble_request* request, nibble_document** document) {
  return guarded([&] {
    needed(document, "document") = nullptr;
    *document = new nibble_document{
        needed(reader, "reader").reader.read(nibble::view_of(image), nibble::request_of(request)),
        nullptr};
    return NIBBLE_OK;
  });
}

nibble_code nibble_read_file(const nibble_reader* reader, const char* path,
                             const nibble_request* request, nibble_document** document) {
  return guarded([&] {
    needed(document, "document") = nullptr;
    *document = chain(needed(reader, "reader")
                          .reader.read_file(&needed(path, "path"), nibble::request_of(request)));
    return NIBBLE_OK;
  });
}

nibble_code nibble_read_bytes(const nibble_reader* reader, const void* bytes, size_t byte_count,
                              const char* name, const nibble_request* request,
                              nibble_document** document) {
  return guarded([&] {
    needed(document, "document") = nullptr;
    if (bytes == nullptr) throw nibble::usage_error("bytes is NULL");
    *document = chain(needed(reader, "reader")
                          .reader.read_bytes(bytes, byte_count, &needed(name, "name"),
                                             nibble::request_of(request)));
    return NIBBLE_OK;
  });
}

nibble_code nibble_read_pages(const nibble_reader* reader, const char* path,
                              const nibble_request* request, nibble_page_callback callback,
                              void* user) {
  return guarded([&] {
    if (callback == nullptr) throw nibble::usage_error("callback is NULL");
    const auto each = [&](const nibble::ImageView&, nibble::Document&& page) {
      const nibble_document document{std::move(page), nullptr};
      return callback(user, &document) != 0;
    };
    needed(reader, "reader")
        .reader.read_pages({&needed(path, "path"), {}}, nibble::request_of(request), each);
    return NIBBLE_OK;
  });
}

void nibble_document_free(nibble_document* document) {
  // One after the other: each destructor calling the next one's would run out of stack.
  for (std::unique_ptr<nibble_document> owned(document); owned != nullptr;)
    owned = std::move(owned->next);
}

const nibble_document* nibble_document_next(const nibble_document* document) {
  return document == nullptr ? nullptr : document->next.get();
}
