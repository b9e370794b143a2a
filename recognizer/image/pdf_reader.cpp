// nibble-pdf: a program of its own that draws the pages of a PDF, started by nibble (image_pdf.cpp)
// when a PDF comes. So nothing of poppler's is loaded while pictures are read, and a file that
// makes poppler abort or take all memory ends this process alone.
//
//   nibble-pdf pages < FILE     prints the number of pages
//   nibble-pdf page N < FILE    prints the page as a PPM picture
//
// The file is on standard input, which must allow seeking. Exit codes: see pdf_reader.h.

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "recognizer/image/pdf_reader.h"

namespace {

using nibble::kPdfResolution;

constexpr double kPointsPerInch = 72;
constexpr double kMostPoints = 1e6;  // of a side: 350 m

/// Lowers a limit; one that is lower already stays.
void limit(__rlimit_resource resource, rlim_t most) {
  rlimit limits{};
  getrlimit(resource, &limits);
  limits.rlim_cur = std::min(limits.rlim_cur, most);
  setrlimit(resource, &limits);
}

void limit_resources() {
  limit(RLIMIT_AS, nibble::kPdfMemory);
  limit(RLIMIT_CPU, nibble::kPdfSeconds);
  limit(RLIMIT_CORE, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // not to draw on when nibble has ended
}

/// Takes what is written to stderr from now on. Poppler leaves out what it has no memory for, and
/// says so there alone.
class Complaints {
 public:
  Complaints() : file_(std::tmpfile()) {
    if (file_ != nullptr) dup2(fileno(file_), STDERR_FILENO);
  }
  bool about_memory() {
    std::array<char, 4096> text{};
    if (file_ == nullptr) return false;
    std::rewind(file_);
    const std::size_t size = std::fread(text.data(), 1, text.size(), file_);
    return std::string_view(text.data(), size).find("memory") != std::string_view::npos;
  }

 private:
  std::FILE* file_;
};

std::unique_ptr<poppler::document> open_document() {
  std::unique_ptr<poppler::document> document(poppler::document::load_from_file("/proc/self/fd/0"));
  if (!document) throw std::runtime_error("a damaged PDF");
  if (document->is_locked())
    throw std::runtime_error("an encrypted PDF: save it without its password");
  return document;
}

/// Pixels an inch: usually kPdfResolution, less for a page that would have more than kPdfPixels or
/// kPdfSide of them.
double choose_resolution(const poppler::rectf& page) {
  const double width = page.width();
  const double height = page.height();
  const bool possible = width > 0 && height > 0 && width <= kMostPoints && height <= kMostPoints;
  if (!possible) throw std::runtime_error("a PDF page of an impossible size");
  const double by_area = std::sqrt(nibble::kPdfPixels / (width * height)) * kPointsPerInch;
  const double by_side = nibble::kPdfSide / std::max(width, height) * kPointsPerInch;
  return std::min({kPdfResolution, by_area, by_side});
}

int print_page(int number) {
  const auto document = open_document();
  if (number < 1 || number > document->pages()) {
    std::printf("%d\n", document->pages());
    return nibble::kPdfNoSuchPage;
  }
  const std::unique_ptr<poppler::page> page(document->create_page(number - 1));
  if (!page) throw std::runtime_error("a damaged PDF page");
  const double resolution = choose_resolution(page->page_rect(poppler::crop_box));
  poppler::page_renderer renderer;
  renderer.set_image_format(poppler::image::format_rgb24);
  renderer.set_render_hints(poppler::page_renderer::antialiasing |
                            poppler::page_renderer::text_antialiasing);
  Complaints complaints;
  const poppler::image picture = renderer.render_page(page.get(), resolution, resolution);
  if (complaints.about_memory()) throw std::bad_alloc();
  if (!picture.is_valid()) throw std::runtime_error("a PDF page that cannot be drawn");
  std::printf("P6\n%d %d\n255\n", picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y) {
    const char* row =
        picture.const_data() + static_cast<std::ptrdiff_t>(y) * picture.bytes_per_row();
    std::fwrite(row, 3, static_cast<std::size_t>(picture.width()), stdout);
  }
  return 0;
}

int run(int count, char** arguments) {
  const std::string command = count > 1 ? arguments[1] : "";
  int code = 0;
  if (command == "pages" && count == 2) {
    std::printf("%d\n", open_document()->pages());
  } else if (command == "page" && count == 3) {
    code = print_page(std::atoi(arguments[2]));
  } else {
    std::fputs("nibble-pdf is started by nibble\n", stderr);
    return 2;
  }
  return std::fflush(stdout) == 0 ? code : 1;
}

}  // namespace

int main(int count, char** arguments) {
  limit_resources();
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  try {
    return run(count, arguments);
  } catch (const std::runtime_error& error) {
    std::fputs(error.what(), stdout);
    return nibble::kPdfRefused;
  } catch (const std::bad_alloc&) {
    return EXIT_FAILURE;
  }
}
