#include "recognizer/reader/place.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace nibble {
namespace {

Image picture_of(int width, int height) {
  return {width, height, 1,
          std::vector<std::uint8_t>(
              static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 200)};
}

/// A named kind that cannot be found, so that corners are given or assumed.
PreparedRequest card_request() {
  PreparedRequest prepared;
  NamedKind kind;
  kind.document = Template{"card", 856, 540, {}, {}};
  kind.problem = "it has no picture";
  prepared.request.type = Request::Type::kind;
  prepared.request.kind = "card";
  prepared.named = std::make_shared<NamedKind>(std::move(kind));
  return prepared;
}

Placement place(const PreparedRequest& prepared, int width, int height,
                std::vector<std::string>& warnings) {
  return place_kind(prepared, picture_of(width, height), warnings, {}).placement;
}

}  // namespace

TEST_CASE("a picture of the template's shape is the whole document, another asks for a quad") {
  const PreparedRequest prepared = card_request();
  std::vector<std::string> warnings;
  const Placement whole = place(prepared, 428, 270, warnings);
  CHECK(whole.quad == rectangle(428, 270));
  CHECK(warnings.size() == 1);
  CHECK_NOTHROW(place(prepared, 856, 555, warnings));  // 2.7 % off
  CHECK_THROWS_AS(place(prepared, 856, 560, warnings), Error);
  CHECK_THROWS_AS(place(prepared, 540, 856, warnings), Error);
}

TEST_CASE("a document that is only assumed to be the whole picture has no confidence") {
  std::vector<std::string> warnings;
  const Placement whole = place(card_request(), 428, 270, warnings);
  CHECK(whole.source == Placement::Source::whole);
  CHECK(whole.confidence == 0);
  Request text;
  text.type = Request::Type::text;
  const Placement page = place_page(text, picture_of(300, 200), warnings, {});
  CHECK(page.source == Placement::Source::whole);
  CHECK(page.confidence == 0);
  CHECK(page.width == 300);
  CHECK(page.height == 200);
  CHECK_THROWS_AS(place_outline(text, picture_of(300, 200), {}), Error);
}

TEST_CASE("a given quad is taken as it is, unless it cannot be an outline") {
  PreparedRequest prepared = card_request();
  prepared.request.quad = Quad{Point{-3, 2}, Point{400, 5}, Point{390, 300}, Point{2, 310}};
  prepared.request.quad_name = "--quad";
  std::vector<std::string> warnings;
  const Placement given = place(prepared, 10, 1000, warnings);
  CHECK(given.quad == *prepared.request.quad);
  CHECK(given.source == Placement::Source::given);
  CHECK(given.confidence == 1);
  CHECK(warnings.empty());
  std::swap((*prepared.request.quad)[1], (*prepared.request.quad)[2]);
  CHECK_THROWS_AS(place(prepared, 10, 1000, warnings), Error);
}

}  // namespace nibble
