#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>

#include "nn/atomic_file.h"
#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/installation.h"
#include "recognizer/base/process.h"
#include "recognizer/image/codecs.h"
#include "recognizer/image/pdf_frames.h"
#include "recognizer/image/pdf_reader.h"

namespace nibble {
namespace {

/// A page that ends a fresh reader is given up, and after this many of them the file, so that one
/// file takes at most as many times a page's time and memory in vain.
constexpr int kMaxDeaths = 3;

/// Between two parts of a page. Processor time is limited there; this is for a reader that waits.
constexpr std::chrono::minutes kPatience{5};

std::string_view text_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether a text holds the head of an object ("12 0 obj").
bool has_object(std::string_view text) {
  for (std::size_t at = text.find(" obj"); at != std::string_view::npos;
       at = text.find(" obj", at + 1)) {
    if (at > 0 && is_digit(text[at - 1])) return true;
  }
  return false;
}

/// Whether this end mark is that of the first part of a file made for reading over a network, whose
/// cross-reference is said to stand at 0 since another end follows.
bool is_first_end(std::string_view text, std::size_t mark) {
  constexpr std::string_view kStart = "startxref";
  const std::size_t start = text.rfind(kStart, mark);
  if (start == std::string_view::npos) return false;
  std::string_view number = text.substr(start + kStart.size(), mark - start - kStart.size());
  std::string digits;
  for (const char c : number) {
    if (is_digit(c)) digits += c;
  }
  return digits == "0";
}

/// The part from the head to the end mark: other programs put bytes in front of the one and behind
/// the other. Poppler mends a file that was cut off, and shows what is left of its pages, so that
/// has to be found here. Throws Error(decode_failed) for a file that has no end.
ByteSpan whole_document(ByteSpan bytes, const std::string& name) {
  constexpr std::string_view kEnd = "%%EOF";
  const std::string_view text = text_of(bytes);
  const std::size_t head = std::min(text.find("%PDF-"), text.size());
  const std::size_t mark = text.rfind(kEnd);
  const bool ends = mark != std::string_view::npos && mark >= head && !is_first_end(text, mark) &&
                    !has_object(text.substr(mark));
  if (!ends) throw_decode_failed(name, "a damaged or truncated PDF");
  return bytes.subspan(head, mark + kEnd.size() - head);
}

class PdfPages : public PageDecoder {
 public:
  PdfPages(ByteSpan bytes, const std::string& name, const DecodeOptions& options)
      : name_(name), options_(options), file_(::memfd_create("nibble-pdf", MFD_CLOEXEC)) {
    if (file_.get() < 0)
      throw_decode_failed(name, std::string("no memory for its pages: ") + std::strerror(errno));
    const ByteSpan document = whole_document(bytes, name);
    write_all(file_.get(), document, name);
    write_all(file_.get(), std::as_bytes(std::span("\n", 1)), name);
  }

  bool next(SourcePage& page) override {
    if (over_ || (pages_ && page.number > *pages_)) return false;
    if (page.number > options_.limits.max_pages) return stop_at_limit(page);
    while (true) {
      const bool fresh = child_ == nullptr;
      if (fresh) start(page.number);
      page.name = *pages_ > 1 ? page_name(name_, page.number) : name_;
      if (std::optional<Image> image = frames_->read_page(page.name)) {
        page.image = std::move(*image);
        return true;
      }
      // What earlier pages left in the process's memory may have been too much for this one.
      if (!fresh) {
        child_.reset();
        continue;
      }
      give_up(page);
    }
  }

 private:
  /// Starts the reader at a page and reads its head.
  void start(int first) {
    const std::string program = helper_program("nibble-pdf");
    over_ = true;  // unless a head comes
    if (program.empty()) {
      throw_decode_failed(
          name_,
          "a PDF, which this program was built without poppler to read: install libpoppler-cpp-dev and build it again, or "
          "convert the pages to pictures first, e.g. by pdftoppm -r 300 -png");
    }
    const DecodeLimits& limits = options_.limits;
    ::lseek(file_.get(), 0, SEEK_SET);
    ProcessOptions process;
    process.arguments = {program, std::to_string(first), options_.grey ? "grey" : "rgb",
                         std::to_string(limits.max_pixels), std::to_string(limits.max_side)};
    process.input = file_.get();
    try {
      child_ = std::make_unique<ChildProcess>(process);
    } catch (const std::system_error& error) {
      throw_decode_failed(name_, "a PDF, whose reader " + program +
                                     " cannot be started: " + error.code().message());
    }
    frames_.emplace([this](std::span<std::byte> out) { return child_->read(out, kPatience); },
                    options_);
    const std::optional<int> pages = frames_->read_head(name_);
    if (!pages) throw_dead(name_);
    if (*pages < 1) throw_decode_failed(name_, "a PDF without pages");
    pages_ = pages;
    over_ = false;
  }

  /// Throws what the end of the reader means for a page; it is not tried again.
  [[noreturn]] void give_up(const SourcePage& page) {
    over_ = ++deaths_ >= kMaxDeaths && page.number < *pages_;
    throw_dead(page.name);
  }

  [[noreturn]] void throw_dead(const std::string& name) {
    child_->kill();
    const int status = child_->wait();
    child_.reset();
    const std::string rest = over_ && pages_ ? "; the pages behind it are left out" : "";
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGPROF || signal == SIGXCPU)
      throw Error(ErrorCode::too_large, name + ": a PDF page that takes too long to draw (" +
                                            std::to_string(kPdfSeconds) + " seconds are the most)" +
                                            rest);
    throw Error(ErrorCode::too_large, name + ": a PDF that is damaged, or takes more memory than " +
                                          std::to_string(kPdfMemory >> 20U) + " MiB" + rest);
  }

  bool stop_at_limit(SourcePage& page) {
    over_ = true;
    page.name = name_;
    throw Error(ErrorCode::too_large, name_ + ": more than " +
                                          std::to_string(options_.limits.max_pages) +
                                          " pages: those behind are left out");
  }

  std::string name_;
  DecodeOptions options_;
  Descriptor file_;
  std::unique_ptr<ChildProcess> child_;
  std::optional<PdfFrames> frames_;
  std::optional<int> pages_;
  int deaths_ = 0;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<PageDecoder> open_pdf(ByteSpan bytes, const std::string& name,
                                      const DecodeOptions& options) {
  return std::make_unique<PdfPages>(bytes, name, options);
}

}  // namespace nibble
