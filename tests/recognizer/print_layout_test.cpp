#include "recognizer/kinds/print_layout.h"

#include <algorithm>
#include <cstdlib>

#include "recognizer/kinds/kind_print.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using nibble::LayoutComparison;
using nibble::PrintLayout;
using nibble::Quad;

namespace {

cv::Mat card_in_grey(unsigned print, unsigned holder = 77) {
  return nibble::to_grey(nibble::draw_card(print, holder));
}

PrintLayout layout_of_card(unsigned print) {
  const cv::Mat card = card_in_grey(print);
  return nibble::picture_layout(card, nibble::rectangle(card.cols, card.rows));
}

}  // namespace

TEST_CASE("a layout is like itself and less like that of another print", "[print_layout]") {
  const PrintLayout first = layout_of_card(1);
  const LayoutComparison comparison(first);
  CHECK(comparison.likeness(first) > 0.9999);
  for (const unsigned other : {2U, 3U, 4U})
    CHECK(comparison.likeness(layout_of_card(other)) < comparison.likeness(first) - 0.03);
}

TEST_CASE("a turned layout is that of the corners counted from the next one", "[print_layout]") {
  const cv::Mat card = card_in_grey(2);
  Quad quad = nibble::rectangle(card.cols, card.rows);
  PrintLayout layout = nibble::picture_layout(card, quad);
  const PrintLayout upright = layout;
  for (int turn = 1; turn <= 4; ++turn) {
    std::rotate(quad.begin(), quad.begin() + 1, quad.end());
    layout = nibble::turn_layout(layout);
    const PrintLayout seen = nibble::picture_layout(card, quad);
    CAPTURE(turn);
    // Shares that the picture's own pixels give: edges fall between them a little differently.
    CHECK(LayoutComparison(seen).likeness(layout) > 0.995);
    if (turn < 4) CHECK(LayoutComparison(seen).likeness(upright) < 0.95);
  }
  CHECK(layout.gradients == upright.gradients);
}

TEST_CASE("what is no static print does not count", "[print_layout]") {
  PrintLayout kind = layout_of_card(1);
  PrintLayout seen = kind;
  for (std::size_t cell = 0; cell < 30; ++cell) {
    for (std::size_t d = 0; d < nibble::kLayoutDirections; ++d)
      seen.gradients[cell * nibble::kLayoutDirections + d] = static_cast<std::uint8_t>(31 * d);
  }
  CHECK(LayoutComparison(seen).likeness(kind) < 0.95);
  std::fill_n(kind.fixed.begin(), 30, std::uint8_t{0});
  CHECK(LayoutComparison(seen).likeness(kind) > 0.9999);
  kind.fixed.fill(0);
  CHECK(LayoutComparison(seen).likeness(kind) == 0);
}

TEST_CASE("a plain picture has a layout that is like none", "[print_layout]") {
  const cv::Mat plain(300, 400, CV_8U, cv::Scalar(128));
  const PrintLayout layout = nibble::picture_layout(plain, nibble::rectangle(400, 300));
  CHECK(std::all_of(layout.gradients.begin(), layout.gradients.end(),
                    [](std::uint8_t value) { return value == 0; }));
  CHECK(LayoutComparison(layout).likeness(layout_of_card(1)) == 0);
}

TEST_CASE("fields and faces are left out of a kind's layout", "[print_layout]") {
  const PrintLayout layout = nibble::take_print(nibble::card_kind(1)).layout;
  // The fields lie at x 220 to 520 of 640, y 90 to 130, 190 to 230 and 290 to 330 of 404.
  const std::size_t inside = 2 * nibble::kLayoutCells + 5;
  CHECK(layout.fixed[inside] < 128);
  CHECK(layout.fixed[0] == 255);
}
