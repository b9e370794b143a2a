#include "data/line_recall.h"

#include <cmath>

#include "recognizer/base/vector.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

Quad box(double x, double y, double width, double height) {
  return {Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
}

Quad turned(const Quad& quad, double degrees) {
  const double angle = degrees * 3.14159265358979323846 / 180;
  const Point along{std::cos(angle), std::sin(angle)};
  Quad result;
  for (std::size_t i = 0; i < 4; ++i)
    result[i] = along * quad[i].x + quarter_turn(along) * quad[i].y;
  return result;
}

}  // namespace

TEST_CASE("a field is covered by one line that holds it") {
  for (const double degrees : {0.0, 30.0, 90.0, 200.0}) {
    CAPTURE(degrees);
    const auto at = [&](double x, double y, double width, double height) {
      return turned(box(x, y, width, height), degrees);
    };
    const Quad field = at(100, 100, 200, 20);
    CHECK(find_field(field, {at(95, 97, 210, 26)}).directed);
    CHECK(find_field(field, {at(20, 97, 500, 26)}).covered);  // with its caption before it
    CHECK_FALSE(find_field(field, {at(95, 97, 100, 26)}).covered);
    CHECK_FALSE(find_field(field, {at(95, 97, 100, 26), at(195, 97, 110, 26)}).covered);
    CHECK_FALSE(find_field(field, {at(95, 120, 210, 26)}).covered);
    CHECK_FALSE(find_field(field, {at(0, 50, 400, 120)}).covered);
  }
}

TEST_CASE("a field that is found upside down is covered in the wrong direction") {
  const Quad q = box(95, 97, 210, 26);
  const FieldFinding finding = find_field(box(100, 100, 200, 20), {{q[2], q[3], q[0], q[1]}});
  CHECK(finding.covered);
  CHECK_FALSE(finding.directed);
}

TEST_CASE("a text is looked for without spaces, in capitals, O as 0") {
  CHECK(text_is_in("12.05.2010", {"x", "4a. 12. 05.2O10 b"}));
  CHECK(text_is_in("Müller", {"NAME MÜLLER"}));
  CHECK_FALSE(text_is_in("Müller", {"MULL", "ER"}));
  CHECK_FALSE(text_is_in("A", {}));
}

TEST_CASE("scores add up") {
  FindScore picture;
  picture.pictures = 1;
  picture.lines_read = 7;
  picture.find_ms = 2.5;
  picture.add(FieldFinding{true, true, false});
  picture.add(FieldFinding{true, false, true});
  FindScore all;
  all.add(picture);
  all.add(picture);
  CHECK(all.pictures == 2);
  CHECK(all.fields == 4);
  CHECK(all.covered == 4);
  CHECK(all.directed == 2);
  CHECK(all.read == 2);
  CHECK(all.lines_read == 14);
  CHECK(all.find_ms == 5);
}
