#include <opencv2/imgproc.hpp>
#include <set>

#include "app/template/personal_areas.h"
#include "app/template/proposal.h"
#include "app/template/refine.h"
#include "recognizer/page/mat_view.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

Quad box(double left, double top, double right, double bottom) {
  return {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
}

FoundLine found(const std::string& text, const Quad& quad) {
  FoundLine line;
  line.text = text;
  line.quad = quad;
  line.decision = Decision::review;
  return line;
}

Field named(const std::string& name, const std::string& kind, const std::string& text,
            const Quad& quad) {
  Field field;
  field.name = name;
  field.kind = kind;
  field.text = text;
  field.quad = quad;
  field.source = "caption";
  field.caption = "X";
  return field;
}

/// A card of 600 x 400 with a named surname at 200, 100, and lines besides.
Document card(const std::vector<FoundLine>& lines) {
  Document document;
  document.width = 600;
  document.height = 400;
  document.fields = {named("surname", "latin", "DOE", box(200, 100, 260, 120))};
  document.lines = lines;
  return document;
}

const ProposedLine& line_of(const std::vector<ProposedLine>& lines, const std::string& text) {
  for (const ProposedLine& line : lines) {
    if (line.text == text) return line;
  }
  FAIL("no line " << text);
  return lines.front();
}

TemplateProposal proposal_of(const std::vector<ProposedLine>& lines) {
  return {"card", make_image(600, 400, 3), lines, {}};
}

}  // namespace

TEST_CASE("lines without a name are proposed by their form and their place") {
  const auto lines = propose_lines(
      card({found("DOE", box(200, 100, 260, 120)), found("22.05.1975", box(200, 140, 300, 160)),
            found("AB123456", box(400, 140, 500, 160)), found("JANE", box(201, 180, 260, 200)),
            found("REPUBLIC OF UTOPIA", box(100, 20, 500, 44)),
            found("Given names", box(200, 168, 270, 178)),
            found("a. 19.01.2013 4b. 18.01.2028", box(320, 200, 580, 220)),
            found("P<UTODOE<<JANE<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", box(20, 340, 580, 360)),
            found("L898902C36UTO7408122F1204159ZE184226B<<<<<10", box(20, 370, 580, 390))}),
      "");
  CHECK(lines.size() == 9);
  CHECK(line_of(lines, "DOE").spec.name == "surname");
  CHECK(line_of(lines, "22.05.1975").spec.name == "date");
  CHECK(line_of(lines, "22.05.1975").spec.format == "dd.mm.yyyy");
  CHECK(line_of(lines, "AB123456").spec.name == "document_number");
  CHECK(line_of(lines, "AB123456").spec.format == "AA999999");
  CHECK(line_of(lines, "JANE").role == LineRole::field);
  CHECK(line_of(lines, "JANE").spec.name == "text");
  CHECK(line_of(lines, "REPUBLIC OF UTOPIA").role == LineRole::print);
  CHECK(line_of(lines, "Given names").role == LineRole::print);
  CHECK(line_of(lines, "a. 19.01.2013 4b. 18.01.2028").role == LineRole::hidden);
  CHECK(lines[7].spec.name == "mrz1");
  CHECK(lines[8].spec.name == "mrz2");
  CHECK(lines[8].spec.format == "td3");
}

TEST_CASE("what reaches beyond the picture is proposed up to its edge, and so covered") {
  const auto lines = propose_lines(card({found("22.05.1975", box(520, 380, 640, 420))}), "");
  CHECK(line_of(lines, "22.05.1975").role == LineRole::field);
  CHECK(line_of(lines, "22.05.1975").spec.quad == box(520, 380, 599.5, 399.5));
}

TEST_CASE("a mask is proposed only where one specimen tells it") {
  CHECK(guess_number_mask("AB123456") == "AA999999");
  CHECK(guess_number_mask("123456") == "999999");
  CHECK(guess_number_mask("123456AB") == "999999AA");
  CHECK(guess_number_mask("A1B2C3").empty());  // where letters stand in others is not known
  CHECK(guess_number_mask("12-3456").empty());
  CHECK(guess_number_mask("1234").empty());
}

TEST_CASE("a name gets the free room behind it, a date does not") {
  const auto lines = propose_lines(
      card({found("22.05.1975", box(200, 140, 300, 160)), found("Sex", box(420, 100, 450, 118))}),
      "");
  const Template document = proposed_template(proposal_of(lines));
  REQUIRE(document.fields.size() == 2);
  CHECK(document.fields[0].quad[1].x > 380);
  CHECK(document.fields[0].quad[1].x < 420);             // up to the next print
  CHECK(document.fields[0].quad[0] == Point{194, 100});  // half a letter more
  CHECK(document.fields[1].quad == box(200, 140, 300, 160));
}

TEST_CASE("a second document tells print and fields apart") {
  TemplateProposal proposal = proposal_of(propose_lines(
      card({found("UTOPIA", box(100, 20, 300, 44)), found("GREENVILLE", box(380, 250, 520, 270)),
            found("12345678", box(420, 60, 560, 80))}),
      ""));
  Document other = card(
      {found("UTOPlA", box(101, 20, 301, 44)), found("ROME", box(380, 251, 440, 271)),
       found("12345678", box(420, 60, 560, 80)), found("22.05.1975", box(200, 300, 300, 320))});
  other.fields[0].text = "SMITHSON";
  other.fields[0].quad = box(200, 100, 340, 120);
  refine(proposal, proposal.picture, other, "");
  CHECK(line_of(proposal.lines, "UTOPIA").role == LineRole::print);
  CHECK(line_of(proposal.lines, "GREENVILLE").role == LineRole::field);
  CHECK_FALSE(line_of(proposal.lines, "GREENVILLE").spec.name.empty());
  CHECK(line_of(proposal.lines, "12345678").role == LineRole::print);  // a form's number
  CHECK(line_of(proposal.lines, "22.05.1975").role == LineRole::field);
  CHECK(line_of(proposal.lines, "DOE").spec.quad == box(194, 100, 346, 120));
  std::set<std::string> names;
  for (const ProposedLine& line : proposal.lines) {
    if (line.role == LineRole::field) CHECK(names.insert(line.spec.name).second);
  }
}

TEST_CASE("areas that look unlike on a second document are variable") {
  TemplateProposal proposal = proposal_of({});
  Image other = proposal.picture;
  cv::RNG random(7);
  const cv::Rect photo(48, 64, 160, 192);
  for (Image* picture : {&proposal.picture, &other}) {
    cv::Mat small(24, 20, CV_8UC3), large;
    random.fill(small, cv::RNG::UNIFORM, 0, 255);
    cv::resize(small, large, photo.size());
    large.copyTo(mat_view(*picture)(photo));
  }
  refine(proposal, proposal.picture, {}, "");
  CHECK(proposal.variable.empty());
  refine(proposal, other, {}, "");
  REQUIRE(proposal.variable.size() == 1);
  CHECK(proposal.variable[0][0].x == Approx(48).margin(16));
  CHECK(proposal.variable[0][2].y == Approx(255).margin(16));
}

TEST_CASE("what is blanked leaves nothing of what was there") {
  Image first = make_image(120, 80, 3);
  cv::RNG random(3);
  random.fill(mat_view(first), cv::RNG::UNIFORM, 0, 255);
  Image second = first;
  for (const Quad& area : {box(30, 20, 80, 40), box(0, 60, 119, 79), box(100, 0, 119, 30)}) {
    const cv::Rect inside(
        cv::Point(static_cast<int>(area[0].x), static_cast<int>(area[0].y)),
        cv::Point(static_cast<int>(area[2].x) + 1, static_cast<int>(area[2].y) + 1));
    random.fill(mat_view(second)(inside), cv::RNG::UNIFORM, 0, 255);
    REQUIRE(first.pixels != second.pixels);
    blank_area(first, area);
    blank_area(second, area);
    CHECK(first.pixels == second.pixels);
  }
  Image all = first;
  blank_area(all, box(-10, -10, 200, 200));  // with nothing left about it
  CHECK(std::set<std::uint8_t>(all.pixels.begin(), all.pixels.end()).size() <= 3);
}

TEST_CASE("a portrait is found beside text, fine lines are none") {
  Image document = make_image(800, 500, 1);
  cv::Mat pixels = mat_view(document);
  pixels = 200;
  for (int x = 420; x < 790; x += 4) pixels.col(x).rowRange(250, 490) = 90;  // a guilloche
  cv::Mat head = pixels(cv::Rect(40, 150, 180, 230));
  head = 230;
  for (int y = 0; y < head.rows; ++y) {
    for (int x = 0; x < head.cols; ++x) {
      const double across = (x - 90) / 60.0, down = (y - 110) / 80.0;
      if (across * across + down * down < 1) head.at<std::uint8_t>(y, x) = 60;
    }
  }
  const auto found = find_portrait(document, {box(260, 100, 700, 130), box(260, 160, 600, 190)});
  REQUIRE(found.size() == 1);
  CHECK(found[0][0].x < 110);
  CHECK(found[0][2].x > 130);
  CHECK(found[0][2].x < 420);
  CHECK(find_portrait(document, {box(0, 0, 799, 499)}).empty());
}
