#include <ctime>
#include <opencv2/imgproc.hpp>
#include <set>

#include "recognizer/image/page_source.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

struct Told {
  int number;
  std::string name;
  int width;
  std::string code;
  std::string message;
};

/// All that a source gives.
std::vector<Told> pages_of(const Bytes& bytes, const DecodeOptions& options = {}) {
  std::vector<Told> told;
  PageSource source(bytes, "scan", options);
  while (const auto page = source.next()) {
    told.push_back({page->number, page->name, page->image.width,
                    page->error ? error_code_name(page->error->code()) : "none",
                    page->error ? page->error->what() : ""});
    if (page->error) {
      CHECK(page->image.empty());
    } else {
      CHECK(page->image.pixels.size() ==
            std::size_t(page->image.width) * page->image.height * page->image.channels);
    }
  }
  CHECK_FALSE(source.next());
  return told;
}

std::vector<std::string> codes_of(const std::vector<Told>& pages) {
  std::vector<std::string> codes;
  for (const Told& page : pages) codes.push_back(page.code);
  return codes;
}

std::vector<int> widths_of(const std::vector<Told>& pages) {
  std::vector<int> widths;
  for (const Told& page : pages) widths.push_back(page.width);
  return widths;
}

/// Grey pages, the first 11 pixels wide, the next 12; `kinds` are their NewSubfileTypes.
Bytes pages_tiff(const std::vector<int>& kinds, const char* mode = "w") {
  return make_tiff(
      [&](TIFF* tiff) {
        int width = 11;
        for (const int kind : kinds) {
          set_tiff_fields(tiff, width, 2, 1, 8, PHOTOMETRIC_MINISBLACK);
          TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, kind);
          write_tiff_strip(tiff, std::vector<std::uint8_t>(std::size_t(width) * 2, 9));
          TIFFWriteDirectory(tiff);
          ++width;
        }
      },
      mode);
}

std::uint32_t number_at(const Bytes& bytes, std::size_t at, int size) {
  std::uint32_t value = 0;
  for (int i = size - 1; i >= 0; --i)
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

/// Where the offset of each page's directory stands in a little-endian TIFF.
std::vector<std::size_t> links_of(const Bytes& tiff) {
  std::vector<std::size_t> links = {4};
  for (std::uint32_t at = number_at(tiff, 4, 4); at != 0; at = number_at(tiff, links.back(), 4))
    links.push_back(at + 2 + 12 * number_at(tiff, at, 2));
  links.pop_back();
  return links;
}

Image grey_of(Image image) {
  Image grey{image.width, image.height, 1, std::vector<std::uint8_t>(image.pixels.size() / 3)};
  const cv::Mat from(image.height, image.width, CV_8UC3, image.pixels.data());
  cv::Mat to(grey.height, grey.width, CV_8UC1, grey.pixels.data());
  cv::cvtColor(from, to, cv::COLOR_RGB2GRAY);
  return grey;
}

Image only_page(const Bytes& bytes, bool grey) {
  DecodeOptions options;
  options.grey = grey;
  PageSource source(bytes, "one", options);
  auto page = source.next();
  REQUIRE(page);
  CHECK(page->name == "one");
  REQUIRE_FALSE(page->error);
  CHECK_FALSE(source.next());
  return page->image;
}

}  // namespace

TEST_CASE("pages come one after the other, and a file with one is named without a number",
          "[image]") {
  const std::vector<Told> pages = pages_of(pages_tiff({0, 0, 0}));
  CHECK(widths_of(pages) == std::vector{11, 12, 13});
  CHECK(codes_of(pages) == std::vector<std::string>(3, "none"));
  CHECK(pages[0].name == "scan: page 1");
  CHECK(pages[2].name == "scan: page 3");
  CHECK(pages[2].number == 3);
  CHECK(pages_of(pages_tiff({0}))[0].name == "scan");
  for (const char* mode : {"wb", "w8"})
    CHECK(widths_of(pages_of(pages_tiff({0, 0}, mode))) == std::vector{11, 12});
  const Bytes png = make_png(grey_blocks());
  CHECK(widths_of(pages_of(png)) == std::vector{24});
}

TEST_CASE("a source keeps working when it is moved", "[image]") {
  PageSource first(pages_tiff({0, 0}), "a name that is longer than any small string holds");
  REQUIRE(first.next());
  PageSource second = std::move(first);
  const auto page = second.next();
  REQUIRE(page);
  CHECK(page->image.width == 12);
  CHECK(page->name == "a name that is longer than any small string holds: page 2");
}

TEST_CASE("a TIFF whose chain leads past its end gives its pages and an error", "[image]") {
  Bytes bytes = pages_tiff({0, 0, 0});
  const std::size_t link = links_of(bytes)[2];
  bytes[link + 2] = std::byte{0x77};
  const std::vector<Told> pages = pages_of(bytes);
  CHECK(codes_of(pages) == std::vector<std::string>{"none", "none", "decode_failed"});
  CHECK(pages[2].message ==
        "scan: page 3: the file is cut off or damaged: no page can be read from here");
}

TEST_CASE("a TIFF of three pages cut anywhere tells that something is missing", "[image]") {
  StderrCapture capture;
  const Bytes whole = pages_tiff({0, 0, 0});
  for (std::size_t size = 8; size < whole.size(); ++size) {
    CAPTURE(size, whole.size());
    const auto codes =
        codes_of(pages_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
    // Where the last link alone is cut off, there may have been a fourth.
    CHECK((std::count(codes.begin(), codes.end(), "none") < 3 || size + 4 >= whole.size()));
    CHECK(std::count(codes.begin(), codes.end(), "decode_failed") > 0);
  }
  CHECK(capture.text().empty());
}

TEST_CASE("a damaged page in the middle hides none behind it", "[image]") {
  const Bytes whole = pages_tiff({0, 0, 0});
  const std::size_t directory = number_at(whole, links_of(whole)[1], 4);
  for (const std::size_t entry : {0, 1, 2}) {
    CAPTURE(entry);
    Bytes bytes = whole;
    // The tag, and so the width, the height or how many bits, is lost.
    bytes[directory + 2 + 12 * (entry + 1)] = std::byte{0};
    const std::vector<Told> pages = pages_of(bytes);
    CHECK(widths_of(pages)[2] == 13);
    CHECK(codes_of(pages)[0] == "none");
    CHECK(codes_of(pages)[2] == "none");
  }
  Bytes bytes = whole;
  bytes[directory + 2 + 12 + 8] = std::byte{0};  // its width is 0
  const std::vector<Told> pages = pages_of(bytes);
  CHECK(codes_of(pages) == std::vector<std::string>{"none", "decode_failed", "none"});
  CHECK(pages[1].message.starts_with("scan: page 2: "));
}

TEST_CASE("reduced copies and masks in a TIFF are no pages", "[image]") {
  CHECK(widths_of(pages_of(pages_tiff({0, FILETYPE_REDUCEDIMAGE}))) == std::vector{11});
  CHECK(widths_of(pages_of(pages_tiff({FILETYPE_REDUCEDIMAGE, 0}))) == std::vector{12});
  CHECK(widths_of(pages_of(pages_tiff({FILETYPE_PAGE, FILETYPE_MASK, FILETYPE_PAGE,
                                       FILETYPE_REDUCEDIMAGE | FILETYPE_PAGE}))) ==
        std::vector{11, 13});
  CHECK(pages_of(pages_tiff({FILETYPE_PAGE, FILETYPE_MASK, FILETYPE_PAGE}))[1].number == 2);
  // A writer that marks all of them is taken at what it wrote.
  CHECK(widths_of(pages_of(pages_tiff({FILETYPE_REDUCEDIMAGE, FILETYPE_REDUCEDIMAGE}))) ==
        std::vector{11, 12});
}

TEST_CASE("a TIFF with a copy in a directory below its page has one page", "[image]") {
  const Bytes bytes = make_tiff([](TIFF* tiff) {
    std::uint64_t below[1] = {0};
    for (int width : {12, 6}) {
      set_tiff_fields(tiff, width, 2, 1, 8, PHOTOMETRIC_MINISBLACK);
      if (width == 12) TIFFSetField(tiff, TIFFTAG_SUBIFD, 1, below);
      write_tiff_strip(tiff, std::vector<std::uint8_t>(std::size_t(width) * 2, 9));
      TIFFWriteDirectory(tiff);
    }
  });
  CHECK(widths_of(pages_of(bytes)) == std::vector{12});
}

TEST_CASE("pages beyond the limit are left out and an error says so", "[image]") {
  DecodeOptions options;
  options.limits.max_pages = 2;
  const std::vector<Told> pages = pages_of(pages_tiff({0, 0, 0, 0}), options);
  CHECK(codes_of(pages) == std::vector<std::string>{"none", "none", "too_large"});
  CHECK(pages[2].message == "scan: more than 2 pages: those behind are left out");
  CHECK(codes_of(pages_of(pages_tiff({0, 0}), options)) == std::vector<std::string>(2, "none"));
}

TEST_CASE("limits on pixels, sides and bytes are the caller's", "[image]") {
  const auto code = [](const Bytes& bytes, const DecodeLimits& limits) {
    return codes_of(pages_of(bytes, {limits, false}))[0];
  };
  for (const Bytes& bytes :
       {make_png(grey_blocks()), make_jpeg(grey_blocks()), make_tiff(grey_blocks())}) {
    CHECK(code(bytes, {24 * 16, 24, 1, bytes.size()}) == "none");
    CHECK(code(bytes, {24 * 16 - 1, 24, 1, bytes.size()}) == "too_large");
    CHECK(code(bytes, {24 * 16, 23, 1, bytes.size()}) == "too_large");
    CHECK(code(bytes, {24 * 16, 24, 1, bytes.size() - 1}) == "too_large");
  }
}

TEST_CASE("thousands of pages take as long each as one", "[image]") {
  constexpr int kPages = 8000;
  const Bytes bytes = pages_tiff(std::vector<int>(kPages, 0));
  PageSource source(bytes, "scan");
  const std::clock_t start = std::clock();
  int count = 0;
  while (const auto page = source.next()) {
    REQUIRE_FALSE(page->error);
    ++count;
  }
  CHECK(count == kPages);
  // Opening the file again for each page took 10 s.
  CHECK(double(std::clock() - start) / CLOCKS_PER_SEC < 2);
}

TEST_CASE("grey pages have the brightness that OpenCV gives the colours", "[image]") {
  const Image grey = grey_of(colour_blocks());
  CHECK(largest_difference(only_page(make_png(colour_blocks()), true), grey) == 0);
  CHECK(largest_difference(only_page(make_tiff(colour_blocks()), true), grey) == 0);
  CHECK(largest_difference(only_page(make_jpeg(colour_blocks()), true), grey) <= 2);
  CHECK(largest_difference(only_page(make_png(grey_blocks()), true), grey_blocks()) == 0);
  CHECK(only_page(make_png(colour_blocks()), false).channels == 3);
}

TEST_CASE("rows are turned into place whatever their number", "[image]") {
  // More rows than are turned at once, and a part of as many.
  std::vector<std::string> letters;
  for (int row = 0; row < 9; ++row) letters.push_back({"abcde"[row % 5], "edacb"[row % 4], 'c'});
  const Image image = letter_blocks(letters);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Image upright = only_page(make_tiff(image, COMPRESSION_NONE, orientation), true);
    const bool transposed = orientation >= 5;
    REQUIRE(upright.width == (transposed ? image.height : image.width));
    const std::set<int> right = {2, 3, 7, 8};
    const std::set<int> bottom = {3, 4, 6, 7};
    int wrong = 0;
    for (int y = 0; y < upright.height; ++y) {
      for (int x = 0; x < upright.width; ++x) {
        int from_x = transposed ? y : x;
        int from_y = transposed ? x : y;
        if (right.contains(orientation)) from_x = image.width - 1 - from_x;
        if (bottom.contains(orientation)) from_y = image.height - 1 - from_y;
        wrong += upright.row(y)[x] != image.row(from_y)[from_x];
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("pixels that are not square are made so", "[image]") {
  const auto fax = [](double across, double down, int orientation) {
    return make_tiff([&](TIFF* tiff) {
      set_tiff_fields(tiff, 24, 16, 1, 8, PHOTOMETRIC_MINISBLACK);
      TIFFSetField(tiff, TIFFTAG_ORIENTATION, orientation);
      TIFFSetField(tiff, TIFFTAG_XRESOLUTION, across);
      TIFFSetField(tiff, TIFFTAG_YRESOLUTION, down);
      write_tiff_strip(tiff, grey_blocks().pixels);
    });
  };
  const auto size = [](const Bytes& bytes) {
    const Image image = only_page(bytes, false);
    return std::pair(image.width, image.height);
  };
  CHECK(size(fax(204, 98, 1)) == std::pair(24, 33));
  CHECK(size(fax(98, 204, 1)) == std::pair(50, 16));
  CHECK(size(fax(204, 98, 6)) == std::pair(33, 24));
  CHECK(size(fax(204, 196, 1)) == std::pair(24, 16));
  CHECK(size(fax(300, 300, 1)) == std::pair(24, 16));
  CHECK(size(fax(0, 98, 1)) == std::pair(24, 16));
  CHECK(size(fax(20400, 98, 1)) == std::pair(24, 16));
  Bytes resolutions;
  for (const int value : {204, 98})
    for (const int shift : {24, 16, 8, 0}) resolutions.push_back(std::byte(value >> shift & 255));
  resolutions.push_back(std::byte{0});
  CHECK(size(insert_png_chunk(make_png(grey_blocks()), png_chunk("pHYs", resolutions))) ==
        std::pair(24, 33));
  DecodeOptions options;
  options.limits.max_pixels = 24 * 32;
  CHECK(codes_of(pages_of(fax(204, 98, 1), options))[0] == "too_large");
}
