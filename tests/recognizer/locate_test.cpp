#include "recognizer/locate/locate.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using nibble::Image;
using nibble::kMinLocateConfidence;
using nibble::Quad;

namespace {

/// Error of the corners, whichever of them is called the first.
double outline_error(Quad found, const Quad& expected) {
  double least = 1e9;
  for (int turn = 0; turn < 4; ++turn) {
    least = std::min(least, nibble::corner_error(found, expected));
    std::rotate(found.begin(), found.begin() + 1, found.end());
  }
  return least;
}

}  // namespace

TEST_CASE("the outline of a card is found at any turn", "[locate]") {
  const double degrees = GENERATE(0.0, 25.0, 90.0, 135.0, 180.0);
  const Quad quad = nibble::place({540, 950}, 740, 467, degrees);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1920}, 11), nibble::draw_card(4, 1), quad);
  const auto found = nibble::locate_document(photo);
  CAPTURE(degrees);
  REQUIRE(found);
  CHECK(found->confidence >= kMinLocateConfidence);
  CHECK(outline_error(found->quad, quad) <
        7);  // two pixels of the size at which outlines are looked for
  CHECK(nibble::quad_problem(found->quad).empty());
}

TEST_CASE("corners begin at the top left of an upright card", "[locate]") {
  const Quad quad = nibble::place({540, 600}, 740, 467, 7);
  const auto found = nibble::locate_document(
      nibble::photograph(nibble::draw_table({1080, 1200}, 12), nibble::draw_card(5, 1), quad));
  REQUIRE(found);
  CHECK(nibble::corner_error(found->quad, quad) < 5);
}

TEST_CASE("low contrast is enough", "[locate]") {
  const Quad quad = nibble::place({540, 950}, 740, 467, 5);
  const cv::Mat table(1920, 1080, CV_8UC3, cv::Scalar(205, 210, 214));
  const auto found =
      nibble::locate_document(nibble::photograph(table, nibble::draw_card(6, 1), quad));
  REQUIRE(found);
  CHECK(outline_error(found->quad, quad) < 6);
}

TEST_CASE("a side outside the picture gives way to the picture's border", "[locate]") {
  const Quad quad = nibble::place({760, 700}, 800, 505, 0);
  const auto found = nibble::locate_document(
      nibble::photograph(nibble::draw_table({1080, 1440}, 13), nibble::draw_card(7, 1), quad));
  REQUIRE(found);
  const Quad visible = {quad[0], {1079.5, quad[1].y}, {1079.5, quad[2].y}, quad[3]};
  CHECK(outline_error(found->quad, visible) < 12);
}

TEST_CASE("a picture of nothing has no outline to trust", "[locate]") {
  CHECK_FALSE(nibble::locate_document(
      nibble::image_of(cv::Mat(900, 700, CV_8UC3, cv::Scalar(130, 120, 110)))));
  CHECK_FALSE(nibble::locate_document(nibble::image_of(cv::Mat(2, 3, CV_8UC1, cv::Scalar(130)))));
  const auto found =
      nibble::locate_document(nibble::image_of(nibble::draw_table({1080, 1440}, 14, 300)));
  CHECK((!found || found->confidence < kMinLocateConfidence));
}
