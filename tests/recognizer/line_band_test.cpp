#include "recognizer/page/line_band.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <random>

#include "recognizer/page/mat_view.h"
#include "recognizer/page/normalize.h"
#include "tests/catch.h"

using nibble::CropPart;
using nibble::Image;
using nibble::LineImage;
using nibble::LineSearch;

namespace {

constexpr int kInk = 40;
constexpr int kGround = 210;
// A page with a line of capitals from (200, 100) to (440, 130).
const cv::Rect kText(200, 100, 240, 30);

/// Capitals as upright strokes 3 pixels wide, every 12 pixels.
void print(cv::Mat& page, const cv::Rect& line, int ink = kInk) {
  for (int x = line.x; x + 3 <= line.br().x; x += 12)
    page(cv::Rect(x, line.y, 3, line.height)) = cv::Scalar(ink);
}

cv::Mat blank_page(int ground = kGround) {
  cv::Mat page(240, 640, CV_8U);
  std::mt19937 random(5);
  for (int y = 0; y < page.rows; ++y) {
    for (int x = 0; x < page.cols; ++x)
      page.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(ground + static_cast<int>(random() % 7));
  }
  return page;
}

cv::Mat page_with_line(int ink = kInk, int ground = kGround) {
  cv::Mat page = blank_page(ground);
  print(page, kText, ink);
  return page;
}

cv::Rect crop_rect(int margin) {
  return {kText.x - margin, kText.y - margin, kText.width + 2 * margin, kText.height + 2 * margin};
}

Image cut(const cv::Mat& page, const cv::Rect& part) {
  const cv::Mat pixels = page(part).clone();
  return {part.width, part.height, 1, {pixels.datastart, pixels.dataend}};
}

/// What a template with a margin of 3 pixels, a tenth, expects in a crop with a wider one.
LineSearch expecting(int margin) {
  LineSearch search;
  const double first = margin - 3;
  search.expected = CropPart{first, first, margin + kText.width + 3.0, margin + kText.height + 3.0};
  return search;
}

/// The rows of a page that became the line.
cv::Range rows_of(const cv::Mat& page, const cv::Rect& part, const LineSearch& search = {}) {
  const Image crop = cut(page, part);
  const cv::Rect band = nibble::find_line_band(nibble::mat_view(crop), search);
  return {part.y + band.y, part.y + band.br().y};
}

}  // namespace

TEST_CASE("a crop that hardly holds more than its line is taken whole", "[line_band]") {
  const cv::Mat page = page_with_line();
  for (const int margin : {0, 3, 6, 13}) {
    const Image crop = cut(page, crop_rect(margin));
    CAPTURE(margin);
    CHECK(nibble::find_line_band(nibble::mat_view(crop), {}) ==
          cv::Rect(0, 0, crop.width, crop.height));
  }
}

TEST_CASE("what becomes of a line does not hang on the margin of its crop", "[line_band]") {
  for (const bool light : {false, true}) {
    cv::Mat page = light ? page_with_line(220, 50) : page_with_line();
    const int ink = light ? 220 : kInk;
    print(page, {180, 66, 300, 18}, ink);   // a caption, smaller
    print(page, {150, 142, 400, 30}, ink);  // the next line
    const LineImage tight = nibble::normalize_line(cut(page, crop_rect(3)), expecting(3));
    CHECK(tight.inverted == light);
    CHECK(tight.origin == nibble::Point{0, 0});
    for (const int margin : {4, 7, 12, 18, 30, 60}) {
      const LineImage wide =
          nibble::normalize_line(cut(page, crop_rect(margin)), expecting(margin));
      CAPTURE(light, margin);
      CHECK((wide.pixels == tight.pixels));
      CHECK(wide.origin == nibble::Point{margin - 3.0, margin - 3.0});
      CHECK(wide.to_crop({8, 2}).y == margin - 3);
    }
  }
}

TEST_CASE("nor where nothing is expected, once the crop holds much more", "[line_band]") {
  const cv::Mat page = page_with_line();
  const LineImage first = nibble::normalize_line(cut(page, crop_rect(45)));
  CHECK(first.scale_y == Approx(28 / (1.6 * 30)));
  for (const int margin : {20, 25, 50, 55}) {
    const LineImage other = nibble::normalize_line(cut(page, crop_rect(margin)));
    CAPTURE(margin);
    CHECK(other.scale_y == first.scale_y);
    if (margin >= 45) CHECK((other.pixels == first.pixels));
  }
}

TEST_CASE("captions and neighbours are left out", "[line_band]") {
  cv::Mat page = page_with_line();
  print(page, {180, 70, 300, 20});
  print(page, {150, 141, 400, 30});
  const cv::Range rows = rows_of(page, crop_rect(40));
  CHECK(rows.start == 91);
  CHECK(rows.end == 139);
  // Rules and bars have no upright edges.
  page(cv::Rect(0, 93, 640, 3)) = cv::Scalar(kInk);
  CHECK(rows_of(page, crop_rect(40)) == rows);
}

TEST_CASE("accents and descenders belong to the line", "[line_band]") {
  cv::Mat page = page_with_line();
  page(cv::Rect(250, 91, 10, 6)) = cv::Scalar(kInk);   // three rows above the capitals
  page(cv::Rect(300, 130, 3, 10)) = cv::Scalar(kInk);  // from them downwards
  const cv::Range rows = rows_of(page, crop_rect(60));
  CHECK(rows.start == Approx(91 - 0.3 * 49).margin(2));
  CHECK(rows.end == Approx(140 + 0.3 * 49).margin(2));
  // What was expected grows by them.
  const cv::Range grown = rows_of(page, crop_rect(60), expecting(60));
  CHECK(grown.start <= 91);
  CHECK(grown.end >= 140);
}

TEST_CASE("a line with a few tall letters is as high as they are", "[line_band]") {
  cv::Mat page = blank_page();
  print(page, {200, 112, 240, 18});
  for (const int x : {200, 260, 380}) page(cv::Rect(x, 100, 3, 30)) = cv::Scalar(kInk);
  const cv::Range rows = rows_of(page, crop_rect(60));
  CHECK(rows.start == 91);
  CHECK(rows.end == 139);
}

TEST_CASE("print beside the expected part is another's, a letter that reaches out of it is not",
          "[line_band]") {
  cv::Mat page = page_with_line();
  page(cv::Rect(170, 100, 20, 30)) = cv::Scalar(kInk);
  page(cv::Rect(450, 110, 20, 20)) = cv::Scalar(kInk);
  const LineImage wide = nibble::normalize_line(cut(page, crop_rect(30)), expecting(30));
  const LineImage alone = nibble::normalize_line(cut(page_with_line(), crop_rect(3)), expecting(3));
  CHECK((wide.pixels == alone.pixels));
  // Without knowing where the line is, all of it is print of the line.
  CHECK(nibble::normalize_line(cut(page, crop_rect(40))).origin.x == 0);

  // A letter that begins in the expected part belongs to the line as a whole.
  page = page_with_line();
  for (int x = 436; x < 470; x += 3)
    page(cv::Rect(x, 100, 1, 30)) = cv::Scalar(x % 2 == 0 ? kInk : 120);
  const LineImage longer = nibble::normalize_line(cut(page, crop_rect(50)), expecting(50));
  CHECK(longer.to_crop({longer.width - 8.0, 0}).x >= 50 + 268);
}

TEST_CASE("blank ends are cut where there is much of them", "[line_band]") {
  const cv::Mat page = page_with_line();
  const Image crop = cut(page, {10, 95, 620, 40});
  const cv::Rect band = nibble::find_line_band(nibble::mat_view(crop), {});
  CHECK(band.x == Approx(190 - 30).margin(2));
  CHECK(band.br().x == Approx(190 + 231 + 30).margin(2));
  CHECK(band.height == 40);
}

TEST_CASE("where no line stands out all of the crop is taken", "[line_band]") {
  const cv::Mat page = blank_page();
  for (const cv::Size size : {cv::Size(300, 90), cv::Size(3, 90), cv::Size(300, 5)}) {
    const Image crop = cut(page, {{20, 20}, size});
    CHECK(nibble::find_line_band(nibble::mat_view(crop), {}) == cv::Rect({0, 0}, size));
  }
}

TEST_CASE("a large crop is searched at a smaller size", "[line_band]") {
  cv::Mat page;
  cv::resize(page_with_line(), page, {}, 6, 6, cv::INTER_NEAREST);
  const Image crop = cut(page, {60 * 6, 30 * 6, 520 * 6, 170 * 6});
  const cv::Rect band = nibble::find_line_band(nibble::mat_view(crop), {});
  CHECK(band.y == Approx(6 * (70 - 9)).margin(8));
  CHECK(band.height == Approx(6 * 48).margin(16));
}
