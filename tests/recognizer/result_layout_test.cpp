#include "recognizer/result/layout.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace nibble {
namespace {

/// A reading with a character every 10 pixels, 20 high; the n-th character has confidence 0.5 if it
/// is `doubtful`, else 1.
TextLine field_read(const std::string& raw, const std::string& text,
                    std::size_t doubtful = std::string::npos) {
  TextLine field;
  field.raw = raw;
  field.text = text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const double left = 10.0 * static_cast<double>(i);
    const Quad quad = {Point{left, 5}, Point{left + 10, 5}, Point{left + 10, 25}, Point{left, 25}};
    field.chars.push_back({raw.substr(i, 1), i == doubtful ? 0.5 : 1.0, quad, {{"~", 0.01}}});
  }
  field.quad = {Point{0, 5}, Point{100, 5}, Point{100, 25}, Point{0, 25}};
  return field;
}

Document page_of(int width, int height) {
  Document page;
  page.width = width;
  page.height = height;
  return page;
}

std::vector<int> sides(const PixelBox& box) { return {box.left, box.top, box.right, box.bottom}; }

TEST_CASE("Words are what is between spaces, each with its place and confidence") {
  const auto words = place_words(field_read("AB  CDE", "AB  CDE", 5), page_of(200, 100));
  REQUIRE(words.size() == 2);
  CHECK(words[0].text == "AB");
  CHECK(words[0].spaces_before == 0);
  CHECK(words[0].confidence == 1);
  CHECK(sides(words[0].box) == std::vector<int>{0, 5, 20, 25});
  CHECK(words[1].text == "CDE");
  CHECK(words[1].spaces_before == 2);
  CHECK(words[1].confidence == 0.5);
  CHECK(sides(words[1].box) == std::vector<int>{40, 5, 70, 25});
  CHECK(sides(words[1].chars.at(1).box) == std::vector<int>{50, 5, 60, 25});
  CHECK(words[1].chars.at(1).confidence == 0.5);
}

TEST_CASE("A character that a rule changed keeps its place and lists what was read") {
  const auto words = place_words(field_read("1O7", "107", 1), page_of(200, 100));
  REQUIRE(words.size() == 1);
  CHECK(words[0].text == "107");
  const PlacedChar& changed = words[0].chars.at(1);
  CHECK(sides(changed.box) == std::vector<int>{10, 5, 20, 25});
  CHECK(changed.confidence == 0.5);
  REQUIRE(changed.alternatives.size() == 2);
  CHECK(changed.alternatives[0].text == "O");
  CHECK(changed.alternatives[1].text == "~");
  CHECK(words[0].chars.at(0).alternatives.size() == 1);
}

TEST_CASE("Characters taken out leave no trace, those put in stand at their neighbour") {
  const auto shorter = place_words(field_read(" A B-", "AB"), page_of(200, 100));
  REQUIRE(shorter.size() == 1);
  REQUIRE(shorter[0].chars.size() == 2);
  CHECK(sides(shorter[0].chars[0].box) == std::vector<int>{10, 5, 20, 25});
  CHECK(sides(shorter[0].chars[1].box) == std::vector<int>{30, 5, 40, 25});

  const auto longer = place_words(field_read("AB", "AB<<"), page_of(200, 100));
  REQUIRE(longer.size() == 1);
  CHECK(longer[0].text == "AB<<");
  CHECK(sides(longer[0].chars.at(3).box) == std::vector<int>{10, 5, 20, 25});

  const auto invented = place_words(field_read("", "X"), page_of(200, 100));
  REQUIRE(invented.size() == 1);
  CHECK(sides(invented[0].box) == std::vector<int>{0, 5, 100, 25});
  CHECK(place_words(field_read("", ""), page_of(200, 100)).empty());
}

TEST_CASE("Boxes are whole pixels around a quad and end at the page") {
  const Quad turned = {Point{10.2, 3.7}, Point{30.4, 8.1}, Point{28.9, 15.5}, Point{8.6, 11.0}};
  CHECK(sides(box_in_page(turned, page_of(100, 50))) == std::vector<int>{8, 3, 31, 16});
  CHECK(sides(box_in_page(turned, page_of(20, 12))) == std::vector<int>{8, 3, 20, 12});
  const Quad outside = {Point{-1e12, -9}, Point{-5, -9}, Point{-5, 60}, Point{-1e12, 60}};
  CHECK(sides(box_in_page(outside, page_of(100, 50))) == std::vector<int>{0, 0, 0, 50});
}

TEST_CASE("Text is escaped for XML 1.0") {
  CHECK(escape_xml("a & <b> \"c\" 'd'") == "a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#39;");
  CHECK(escape_xml("\t\n\r") == "&#9;&#10;&#13;");
  CHECK(escape_xml(std::string("\0\x01\x1f\x7f", 4)) == "\uFFFD\uFFFD\uFFFD\uFFFD");
  CHECK(escape_xml("\xEF\xBF\xBE \xEF\xBF\xBF") == "\uFFFD \uFFFD");
  CHECK(escape_xml("\xff\xC3\xA9\xF0\x9F\x98\x80") == "\uFFFD\u00e9\U0001F600");
}

}  // namespace
}  // namespace nibble
