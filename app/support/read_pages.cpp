#include "app/support/read_pages.h"

#include <utility>

#include "app/support/calibration_file.h"
#include "app/support/interrupts.h"
#include "app/support/models.h"

namespace nibble {

namespace {

std::optional<Failure> write_pictures(const Artifacts& artifacts, const ImageView& picture,
                                      const Document& document, const std::string& stem) {
  if (!artifacts.any() || !document.ok()) return std::nullopt;
  try {
    const std::string suffix = document.page == 1 ? "" : "_p" + std::to_string(document.page);
    write_artifacts(artifacts, picture, document, stem + suffix);
    return std::nullopt;
  } catch (const Error& error) {
    return Failure{error.code(), error.what()};
  }
}

Document failed_input(const ReadInput& input, const Reader& reader) {
  Document document;
  document.path = input.path;
  document.status = Document::Status::error;
  document.error = input.failure->code;
  document.message = input.failure->message;
  document.reader = std::make_shared<const ReaderInfo>(reader.info());
  return document;
}

}  // namespace

std::vector<ReadPage> read_pages(const Reader& reader, const ReadInput& input,
                                 const Request& request, const Artifacts& artifacts,
                                 const PagePart& part) {
  std::vector<ReadPage> pages;
  const auto add = [&](const ImageView& picture, Document&& document,
                       std::optional<Failure> failure) {
    std::string made = part ? part(picture, document) : "";
    pages.push_back({std::move(document), std::move(failure), std::move(made)});
  };
  if (input.failure) {
    add({}, failed_input(input, reader), std::nullopt);
    return pages;
  }
  reader.read_pages({input.path, {}}, request, [&](const ImageView& picture, Document&& document) {
    auto failure = write_pictures(artifacts, picture, document, input.stem);
    add(picture, std::move(document), std::move(failure));
    return !interrupted();
  });
  return pages;
}

void report_failures(Batch& batch, const ReadPage& page) {
  if (!page.document.ok()) batch.fail(page.document.message);
  if (page.output_failure) batch.fail(page.output_failure->message);
}

Reader make_reader(const CommonOptions& common, ReaderOptions options) {
  check_device(common);
  Reader reader(options);
  report_calibration(common, reader.info().note, reader.info().doubtful);
  return reader;
}

}  // namespace nibble
