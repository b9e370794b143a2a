#include "recognizer/kinds/match.h"

#include <vector>

#include "nn/error.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using nibble::Error;
using nibble::Image;
using nibble::kLeastMatchScore;
using nibble::Point;
using nibble::Quad;
using nibble::TemplateMatcher;
using nibble::TemplatePicture;

namespace {

TemplatePicture card(unsigned print, unsigned holder = 0) {
  const cv::Mat drawn = nibble::draw_card(print, holder);
  TemplatePicture item;
  item.document = {"card" + std::to_string(print), drawn.cols, drawn.rows, "", {}};
  for (int i = 0; i < 3; ++i) {
    const double y = 90 + 100 * i;
    nibble::FieldSpec field;
    field.name = "field" + std::to_string(i);
    field.quad = {{{220, y}, {519, y}, {519, y + 39}, {220, y + 39}}};
    item.document.fields.push_back(field);
  }
  item.picture = nibble::image_of(drawn);
  return item;
}

const TemplateMatcher& three_kinds() {
  static const TemplateMatcher kMatcher({card(1), card(2), card(3)});
  return kMatcher;
}

}  // namespace

TEST_CASE("a document is recognised at any turn, whoever holds it", "[match]") {
  const double degrees = GENERATE(0.0, 37.0, 90.0, 180.0, 270.0, 318.0);
  const Quad quad = nibble::place({540, 900}, 760, 480, degrees);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1920}, 5), nibble::draw_card(2, 77), quad);
  const auto match = three_kinds().match(photo);
  CAPTURE(degrees);
  REQUIRE(match);
  CHECK(match->index == 1);
  CHECK(match->score >= kLeastMatchScore + 0.1);
  CHECK(nibble::corner_error(match->quad, quad) < 3);
}

TEST_CASE("a document may lie partly outside the picture", "[match]") {
  const Quad quad = nibble::place({880, 700}, 800, 505, 12);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1440}, 6), nibble::draw_card(3, 5), quad);
  const auto match = three_kinds().match(photo);
  REQUIRE(match);
  CHECK(match->index == 2);
  CHECK(match->score >= kLeastMatchScore);
  CHECK(nibble::corner_error(match->quad, quad) < 6);
}

TEST_CASE("print too blurred for features is compared where the outline is", "[match]") {
  const Quad quad = nibble::place({540, 900}, 420, 265, 24);
  cv::Mat card = nibble::draw_card(2, 77);
  const Image sharp =
      nibble::photograph(cv::Mat(1920, 1080, CV_8UC3, cv::Scalar(60, 50, 45)), card, quad);
  cv::Mat blurred;
  cv::GaussianBlur(nibble::mat_view(sharp), blurred, {}, 3);
  const auto match = three_kinds().match(nibble::image_of(blurred));
  REQUIRE(match);
  CHECK(match->index == 1);
  CHECK(match->score >= kLeastMatchScore);
  CHECK(nibble::corner_error(match->quad, quad) < 8);
}

TEST_CASE("a grey picture will do", "[match]") {
  const Quad quad = nibble::place({540, 400}, 700, 442, -8);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 800}, 8), nibble::draw_card(1, 9), quad);
  cv::Mat grey;
  cv::cvtColor(nibble::mat_view(photo), grey, cv::COLOR_RGB2GRAY);
  const auto match = three_kinds().match(nibble::image_of(grey));
  REQUIRE(match);
  CHECK(match->index == 0);
  CHECK(match->score >= kLeastMatchScore);
}

TEST_CASE("a document of an unknown kind is refused, even when it holds the same texts",
          "[match]") {
  const unsigned print = GENERATE(40U, 41U, 42U);
  const Quad quad = nibble::place({540, 900}, 760, 480, 10);
  // The holder of the templates: were the fields compared, they would agree.
  const Image photo = nibble::photograph(nibble::draw_table({1080, 1920}, print),
                                         nibble::draw_card(print, 0), quad);
  const auto match = three_kinds().match(photo);
  CHECK((!match || match->score < kLeastMatchScore - 0.1));
}

TEST_CASE("nothing is found where there is nothing", "[match]") {
  CHECK_FALSE(
      three_kinds().match(nibble::image_of(cv::Mat(600, 800, CV_8UC3, cv::Scalar(90, 90, 90)))));
  CHECK_FALSE(three_kinds().match(nibble::image_of(cv::Mat(3, 4, CV_8UC1, cv::Scalar(90)))));
  const auto match =
      three_kinds().match(nibble::image_of(nibble::draw_table({1000, 1400}, 3, 400)));
  CHECK((!match || match->score < kLeastMatchScore - 0.1));
}

TEST_CASE("a template picture without print is refused", "[match]") {
  TemplatePicture plain = card(1);
  plain.picture = nibble::image_of(cv::Mat(404, 640, CV_8UC1, cv::Scalar(200)));
  CHECK_THROWS_AS(TemplateMatcher({plain}), Error);
}

TEST_CASE("the same picture always gives the same match", "[match]") {
  const Quad quad = nibble::place({540, 700}, 700, 442, 20);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1440}, 9), nibble::draw_card(2, 3), quad);
  const auto first = three_kinds().match(photo);
  const auto second = TemplateMatcher({card(1), card(2), card(3)}).match(photo);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->quad == second->quad);
  CHECK(first->score == second->score);
}
