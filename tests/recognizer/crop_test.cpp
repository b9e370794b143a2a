#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "recognizer/page/page.h"
#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::FieldCrop;
using nibble::FieldSpec;
using nibble::Homography;
using nibble::Image;
using nibble::Page;
using nibble::Point;
using nibble::Quad;

namespace {

// Neighbouring pixels differ, and so do rows and columns.
double speckle(Point p, int) { return std::fmod(7 * p.x + 13 * p.y, 251); }

Page speckled_page(int width, int height, double scale) {
  return {synthetic::picture(width, height, 1, speckle), scale, Homography{}};
}

FieldSpec field(const Quad& quad) { return {"name", quad, "latin", "", ""}; }

// The outline of the pixels x0..x1 and y0..y1, the last ones included.
Quad outline(double x0, double y0, double x1, double y1) {
  return {{{x0 - 0.5, y0 - 0.5}, {x1 + 0.5, y0 - 0.5}, {x1 + 0.5, y1 + 0.5}, {x0 - 0.5, y1 + 0.5}}};
}

// Whether the crop is the page's pixels from (left, top) on.
bool is_part(const FieldCrop& crop, const Page& page, int left, int top) {
  for (int y = 0; y < crop.image.height; ++y) {
    for (int x = 0; x < crop.image.width; ++x) {
      const int from_x = std::clamp(left + x, 0, page.image.width - 1);
      const int from_y = std::clamp(top + y, 0, page.image.height - 1);
      if (crop.image.row(y)[x] != page.image.row(from_y)[from_x]) return false;
    }
  }
  const Point origin = crop.to_page.map(Point{0, 0});
  return origin == Point{static_cast<double>(left), static_cast<double>(top)};
}

}  // namespace

TEST_CASE("an upright field is copied pixel by pixel with its margin", "[crop]") {
  const Page page = speckled_page(120, 80, 1);
  const FieldSpec spec = field(outline(20, 10, 59, 29));
  SECTION("no margin") {
    const FieldCrop crop = nibble::crop_field(page, spec, 0);
    CHECK(crop.image.width == 40);
    CHECK(crop.image.height == 20);
    CHECK(is_part(crop, page, 20, 10));
  }
  SECTION("a tenth of the height on all sides") {
    const FieldCrop crop = nibble::crop_field(page, spec, 0.1);
    CHECK(crop.image.width == 44);
    CHECK(crop.image.height == 24);
    CHECK(is_part(crop, page, 18, 8));
    CHECK(crop.field.name == "name");
  }
  SECTION("the margin is a share of the height of high fields too") {
    const FieldCrop crop = nibble::crop_field(page, field(outline(50, 10, 59, 49)), 0.25);
    CHECK(crop.image.width == 30);
    CHECK(crop.image.height == 60);
    CHECK(is_part(crop, page, 40, 0));
  }
  SECTION("outside the page its border is replicated") {
    const FieldCrop crop = nibble::crop_field(page, field(outline(100, 60, 119, 79)), 0.5);
    CHECK(crop.image.width == 40);
    CHECK(crop.image.height == 40);
    CHECK(is_part(crop, page, 90, 50));
    CHECK(crop.image.row(39)[39] == page.image.row(79)[119]);
  }
  SECTION("wholly outside the page") {
    const FieldCrop crop = nibble::crop_field(page, field(outline(-50, -50, -21, -31)), 0);
    CHECK(crop.image.width == 30);
    CHECK(is_part(crop, page, -50, -50));
  }
  SECTION("corners between pixels, and a slant of less than half a pixel") {
    const FieldCrop crop = nibble::crop_field(
        page, field(Quad{{{19.7, 9.8}, {59.2, 9.6}, {59.3, 29.4}, {19.6, 29.3}}}), 0);
    CHECK(crop.image.width == 40);
    CHECK(crop.image.height == 20);
    CHECK(is_part(crop, page, 20, 10));
  }
}

TEST_CASE("a field's quad is scaled to the page", "[crop]") {
  const Page page = speckled_page(240, 160, 2);
  const FieldCrop crop = nibble::crop_field(page, field(outline(20, 10, 59, 29)), 0.1);
  CHECK(crop.image.width == 88);
  CHECK(crop.image.height == 48);
  CHECK(is_part(crop, page, 36, 16));
  const FieldCrop whole = nibble::crop_field(page, field(nibble::rectangle(120, 80)), 0);
  CHECK(whole.image.pixels == page.image.pixels);
}

TEST_CASE("crops are grey", "[crop]") {
  const Image colours = synthetic::picture(60, 40, 3, [](Point p, int c) {
    return c == 0 ? 4 * p.x : c == 1 ? 6 * p.y : 200;
  });
  const Page page{colours, 1, Homography{}};
  for (const Quad& quad :
       {outline(10, 10, 29, 19), Quad{{{10, 10}, {40, 15}, {39, 25}, {9, 20}}}}) {
    const FieldCrop crop = nibble::crop_field(page, field(quad), 0);
    REQUIRE(crop.image.channels == 1);
    const Point p = crop.to_page.map(Point{8, 4});
    CHECK(std::abs(crop.image.row(4)[8] - (0.299 * 4 * p.x + 0.587 * 6 * p.y + 0.114 * 200)) < 2);
  }
}

TEST_CASE("a slanted field is made upright", "[crop]") {
  const Page page{synthetic::picture(300, 200, 1, synthetic::soft_checkers), 1, Homography{}};
  const double slope = std::tan(0.1);
  const Quad quad{{{60, 60},
                   {220, 60 + 160 * slope},
                   {220 - 30 * slope, 90 + 160 * slope},
                   {60 - 30 * slope, 90}}};
  const FieldCrop crop = nibble::crop_field(page, field(quad), 0.1);
  const double height = std::hypot(30, 30 * slope);
  CHECK(crop.image.height == std::lround(1.2 * height));
  CHECK(crop.image.width == std::lround(std::hypot(160, 160 * slope) + 0.2 * height));

  // The margin lies on all four sides: the field's corner is a tenth of the height inside the crop.
  const Point corner = nibble::inverse(crop.to_page).map(quad[0]);
  CHECK(corner.x == Approx(0.1 * height - 0.5).margin(0.1));
  CHECK(corner.y == Approx(0.1 * height - 0.5).margin(0.1));

  double worst = 0;
  for (int y = 0; y < crop.image.height; ++y) {
    for (int x = 0; x < crop.image.width; ++x) {
      const Point p = crop.to_page.map(Point{static_cast<double>(x), static_cast<double>(y)});
      worst = std::max(worst, std::abs(crop.image.row(y)[x] - synthetic::soft_checkers(p, 0)));
    }
  }
  // Half a level from rounding twice, and 1/64 pixel of the warp's positions on a slope of 24
  // levels a pixel.
  CHECK(worst < 2.5);
}

TEST_CASE("turned fields are turned upright", "[crop]") {
  const Page page = speckled_page(120, 80, 1);
  const Quad q = outline(20, 10, 59, 29);
  const FieldCrop turned = nibble::crop_field(page, field(Quad{{q[2], q[3], q[0], q[1]}}), 0);
  REQUIRE(turned.image.width == 40);
  REQUIRE(turned.image.height == 20);
  const FieldCrop side = nibble::crop_field(page, field(Quad{{q[1], q[2], q[3], q[0]}}), 0);
  REQUIRE(side.image.width == 20);
  REQUIRE(side.image.height == 40);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 40; ++x) {
      REQUIRE(turned.image.row(y)[x] == page.image.row(29 - y)[59 - x]);
      REQUIRE(side.image.row(x)[y] == page.image.row(10 + y)[59 - x]);
    }
  }
}

TEST_CASE("crops of tiny and of huge fields are bounded", "[crop]") {
  const FieldCrop tiny =
      nibble::crop_field(speckled_page(30, 20, 0.25), field(nibble::rectangle(4, 4)), 0);
  CHECK(tiny.image.width == 1);
  CHECK(tiny.image.height == 1);
  const FieldCrop huge =
      nibble::crop_field(speckled_page(30, 20, 1), field(outline(-20000, 0, 20000, 9)), 0.1);
  CHECK(huge.image.width == 8000);
  CHECK(huge.image.height == 12);
}

TEST_CASE("a crop refuses what it cannot cut", "[crop]") {
  const Page page = speckled_page(120, 80, 1);
  const FieldSpec good = field(outline(20, 10, 59, 29));
  const auto error = [](const Page& from, const FieldSpec& spec, double margin) {
    return synthetic::error_of([&] { nibble::crop_field(from, spec, margin); });
  };
  CHECK(error(page, good, 2) == "no error");
  const std::string margin =
      "usage: the margin of a field is a share of its height between 0 and 2";
  CHECK(error(page, good, -0.1) == margin);
  CHECK(error(page, good, 2.1) == margin);
  CHECK(error(page, good, std::numeric_limits<double>::quiet_NaN()) == margin);
  CHECK(error(page, field(Quad{{{0, 0}, {50, 50}, {50, 0}, {0, 50}}}), 0) ==
        "bad_quad: field \"name\": its quad crosses itself");
  CHECK(error(Page{}, good, 0) ==
        "usage: a page to crop needs at least one pixel and 1 or 3 channels");
}

TEST_CASE("all fields are cropped in their order", "[crop]") {
  const Page page = speckled_page(120, 80, 1);
  std::vector<FieldSpec> fields{field(outline(60, 10, 79, 19)), field(outline(20, 10, 59, 29))};
  fields[0].name = "first";
  const std::vector<FieldCrop> crops = nibble::crop_fields(page, fields, 0);
  REQUIRE(crops.size() == 2);
  CHECK(crops[0].field.name == "first");
  CHECK(crops[0].image.width == 20);
  CHECK(crops[1].image.width == 40);
}
