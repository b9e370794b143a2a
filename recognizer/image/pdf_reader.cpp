// nibble-pdf: a program of its own that draws the pages of a PDF, started by nibble (pdf.cpp) when
// a PDF comes. So nothing of poppler's is loaded while pictures are read, and a file that makes
// poppler abort, take all memory or do what its maker wants ends this process alone, which can do
// nothing but read files and write to its standard output. What it prints: see pdf_reader.h.

#include <fcntl.h>
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "recognizer/image/pdf_reader.h"
#include "recognizer/image/pdf_sandbox.h"

namespace {

using nibble::kPdfResolution;

constexpr double kPointsPerInch = 72;
constexpr double kMaxPoints = 1e6;  // of a side: 350 m

/// What the command line asks for.
struct Request {
  int first = 1;
  bool grey = false;
  double pixels = nibble::kPdfPixels;
  double side = nibble::kPdfSide;
};

/// Gives what follows kPdfSeconds of processor time; SIGPROF then ends the process.
void start_clock() {
  itimerval timer{};
  timer.it_value.tv_sec = nibble::kPdfSeconds;
  setitimer(ITIMER_PROF, &timer, nullptr);
}

/// Takes what is written to stderr from now on. Poppler leaves out what it has no memory for, and
/// says so there alone.
class Complaints {
 public:
  Complaints() {
    if (pipe2(ends_.data(), O_NONBLOCK) == 0) dup2(ends_[1], STDERR_FILENO);
  }
  /// Whether there was one since the last call.
  bool about_memory() {
    bool found = false;
    std::array<char, 4096> text{};
    for (ssize_t size = 1; size > 0;) {
      size = read(ends_[0], text.data(), text.size());
      const std::string_view part(text.data(),
                                  static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      found = found || part.find("memory") != std::string_view::npos;
    }
    return found;
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

std::unique_ptr<poppler::document> open_document() {
  std::unique_ptr<poppler::document> document(poppler::document::load_from_file("/proc/self/fd/0"));
  if (!document) throw std::runtime_error("a damaged PDF");
  if (document->is_locked())
    throw std::runtime_error("an encrypted PDF: save it without its password");
  return document;
}

/// Pixels an inch: usually kPdfResolution, less for a page that would have more pixels, or a longer
/// side, than asked for.
double choose_resolution(const poppler::rectf& page, const Request& request) {
  const double width = page.width();
  const double height = page.height();
  const bool possible = width > 0 && height > 0 && width <= kMaxPoints && height <= kMaxPoints;
  if (!possible) throw std::runtime_error("a PDF page of an impossible size");
  const double by_area = std::sqrt(request.pixels / (width * height)) * kPointsPerInch;
  const double by_side = request.side / std::max(width, height) * kPointsPerInch;
  return std::min({kPdfResolution, by_area, by_side});
}

poppler::image draw(const poppler::document& document, int number, const Request& request,
                    Complaints& complaints) {
  const std::unique_ptr<poppler::page> page(document.create_page(number - 1));
  if (!page) throw std::runtime_error("a damaged PDF page");
  const double resolution = choose_resolution(page->page_rect(poppler::crop_box), request);
  poppler::page_renderer renderer;
  renderer.set_image_format(request.grey ? poppler::image::format_gray8
                                         : poppler::image::format_rgb24);
  renderer.set_render_hints(poppler::page_renderer::antialiasing |
                            poppler::page_renderer::text_antialiasing);
  poppler::image picture = renderer.render_page(page.get(), resolution, resolution);
  if (complaints.about_memory()) throw std::bad_alloc();
  if (!picture.is_valid()) throw std::runtime_error("a PDF page that cannot be drawn");
  return picture;
}

void print_page(const poppler::document& document, int number, const Request& request,
                Complaints& complaints) {
  start_clock();
  try {
    const poppler::image picture = draw(document, number, request, complaints);
    std::printf("page %d %d\n", picture.width(), picture.height());
    for (int y = 0; y < picture.height(); ++y) {
      const char* row =
          picture.const_data() + static_cast<std::ptrdiff_t>(y) * picture.bytes_per_row();
      std::fwrite(row, request.grey ? 1 : 3, static_cast<std::size_t>(picture.width()), stdout);
    }
  } catch (const std::runtime_error& error) {
    std::printf("failed %s\n", error.what());
  }
}

int run(const Request& request) {
  try {
    Complaints complaints;
    if (!nibble::enter_sandbox())
      throw std::runtime_error("a PDF, which is not opened since this system has no seccomp");
    start_clock();
    const auto document = open_document();
    std::printf("pages %d\n", document->pages());
    for (int page = request.first; page <= document->pages(); ++page) {
      print_page(*document, page, request, complaints);
      if (std::fflush(stdout) != 0) return EXIT_FAILURE;
    }
  } catch (const std::runtime_error& error) {
    std::printf("refused %s\n", error.what());
  } catch (const std::bad_alloc&) {
    std::fflush(stdout);
    return EXIT_FAILURE;
  }
  return std::fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  nibble::limit_resources(nibble::kPdfMemory);
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  if (count != 5) {
    std::fputs("nibble-pdf is started by nibble\n", stderr);
    return 2;
  }
  Request request;
  request.first = std::max(1, std::atoi(arguments[1]));
  request.grey = std::string_view(arguments[2]) == "grey";
  request.pixels = std::clamp(std::atof(arguments[3]), 1.0, nibble::kPdfPixels);
  request.side = std::clamp(std::atof(arguments[4]), 1.0, nibble::kPdfSide);
  return run(request);
}
