#include "app/report/report_html.h"

#include <algorithm>

#include "app/report/report_svg.h"
#include "recognizer/base/number_text.h"
#include "tests/catch.h"

using nibble::escape_markup;
using nibble::Interval;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size()))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("text cannot leave its element or attribute") {
  CHECK(escape_markup("<a href=\"x\" o='y'>&amp;") ==
        "&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;amp;");
  CHECK(escape_markup("Çağ ß") == "Çağ ß");
  CHECK(escape_markup("a\x01"
                      "b\x7F") == "a\uFFFDb\uFFFD");
  CHECK(escape_markup("a\u202Eb") == "a\uFFFDb");
  CHECK(escape_markup("\xFF<") == "\uFFFD&lt;");
}

TEST_CASE("numbers that are none are dashes") {
  CHECK(nibble::number_text(1.25, 1) == "1.2");
  CHECK(nibble::number_text(0.0 / 0.0, 1) == "–");
  CHECK(nibble::percent_text(0.9744, 2) == "97.44");
}

TEST_CASE("a picture is carried in base64") {
  const auto uri = [](const std::string& text) {
    std::vector<std::byte> bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    return nibble::png_uri(bytes);
  };
  const std::string start = "data:image/png;base64,";
  CHECK(uri("") == start);
  CHECK(uri("f") == start + "Zg==");
  CHECK(uri("fo") == start + "Zm8=");
  CHECK(uri("foo") == start + "Zm9v");
  CHECK(uri("\xFF\xFE\xFD\xFC") == start + "//79/A==");
}

TEST_CASE("a table escapes its titles and marks its columns") {
  const std::string table =
      nibble::html_table({{"a<b"}, {"n", true, true}}, {{"x", "1"}, {"y", "2"}});
  CHECK(table.find("a&lt;b") != std::string::npos);
  CHECK(count(table, "<td class=\"n wide\">") == 2);
  CHECK(count(table, "<tr>") == 3);
}

TEST_CASE("an interval chart draws a mark for each value that there is") {
  using Values = std::vector<std::vector<std::optional<nibble::ChartValue>>>;
  const Values values = {
      {nibble::ChartValue{0.9, Interval{0.8, 1}}, std::nullopt},
      {nibble::ChartValue{1, Interval{1, 1}}, nibble::ChartValue{0.95, Interval{0.9, 1}}}};
  const std::string chart = nibble::interval_chart(
      "T", {"one", "<two>"}, {{"f32", "#111111"}, {"int4", "#222222"}}, values);
  CHECK(count(chart, "<circle") == 2);
  CHECK(count(chart, "fill=\"#222222\"") == 1);
  CHECK(chart.find("&lt;two&gt;") != std::string::npos);
  CHECK(chart.find("int4 95.0 %") != std::string::npos);
}

TEST_CASE("charts of nothing are still charts") {
  CHECK(count(nibble::interval_chart("T", {}, {}, {}), "<svg") == 1);
  CHECK(count(nibble::risk_chart("T", {{"f32", "#111111"}}, {{}}), "<polyline") == 1);
  CHECK(count(nibble::confidence_chart("T", {}), "<svg") == 1);
  CHECK(count(nibble::bar_chart("T", {}, {}, {}, "ms"), "<svg") == 1);
}

TEST_CASE("bars are as long as their values") {
  const std::string chart =
      nibble::bar_chart("T", {"a", "b"}, {{"f32", "#111111"}}, {{100.0}, {50.0}}, "ms");
  CHECK(chart.find("100 ms") != std::string::npos);
  CHECK(chart.find(">50.0<") != std::string::npos);
  const auto width_after = [&](std::size_t from) {
    const std::size_t at = chart.find("width=\"", chart.find("<rect", from)) + 7;
    return std::stod(chart.substr(at));
  };
  const double first = width_after(0);
  const double second = width_after(chart.find("<rect") + 1);
  CHECK(first == Approx(2 * second).margin(0.11));  // one digit after the point
}

TEST_CASE("a page in parts is the page, and names its script by its digest") {
  CHECK(nibble::html_page("T", "s", "b") ==
        nibble::html_start("T", "s") + "b" + nibble::html_end());
  CHECK(nibble::html_start("T", "s").find("script") == std::string::npos);
  const nibble::HtmlExtras extras{"p { margin: 0; }", "alert('Hello, world.');"};
  const std::string start = nibble::html_start("T", "s", extras);
  // The example of the W3C's Content Security Policy Level 2.
  CHECK(start.find("script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='\"") !=
        std::string::npos);
  CHECK(start.find("default-src 'none'") != std::string::npos);
  CHECK(nibble::html_end(extras).find("<script>alert('Hello, world.');</script>") !=
        std::string::npos);
}

TEST_CASE("no text ends a block of JSON in a page") {
  const std::string block = nibble::html_json("id=\"x\"", R"({"a":"</script><b>"})");
  CHECK(
      block ==
      "<script type=\"application/json\" id=\"x\">{\"a\":\"\\u003c/script>\\u003cb>\"}</script>\n");
}

TEST_CASE("a word of a command line is quoted where it must be") {
  CHECK(nibble::shell_word("card.json") == "card.json");
  CHECK(nibble::shell_word("my card's.jpg") == "'my card'\\''s.jpg'");
  CHECK(nibble::shell_word("") == "''");
}
