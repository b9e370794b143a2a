#include "recognizer/clip/combine_looks.h"

#include <string>
#include <vector>

#include "recognizer/clip/match_lines.h"
#include "recognizer/clip/same_document.h"
#include "tests/catch.h"

namespace nibble {
namespace {

const Date kNow{2026, 11, 27};

Quad box(double x, double y, double width, double height) {
  return {Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
}

FieldResult text_at(const std::string& name, const std::string& text, const Quad& quad,
                    double confidence = 0.95) {
  FieldResult field;
  field.spec.name = name;
  field.spec.quad = quad;
  field.quad = quad;
  field.reading.confidence = confidence;
  double x = 0;
  for (const char c : text) {
    field.reading.chars.push_back({std::string(1, c), confidence, x, x + 8, {}});
    field.char_quads.push_back(box(quad[0].x + x, quad[0].y, 8, quad_height(quad)));
    x += 10;
  }
  field.reading.text = field.text = field.value = text;
  field.confidence = confidence;
  return field;
}

FieldResult field(const std::string& name, const std::string& kind, const std::string& text,
                  double confidence = 0.95) {
  FieldResult result = text_at(name, text, box(10, 10, 200, 20), confidence);
  result.spec.kind = kind;
  return result;
}

/// A look whose frame is as many pixels to the right of the first one.
FrameLook look(int frame, std::vector<FieldResult> fields, std::vector<FieldResult> lines = {}) {
  return {frame, fields.empty() ? "" : "card", 640, 480, std::move(fields), std::move(lines)};
}

CombinedLook combine(const std::vector<FrameLook>& looks, const CombineOptions& options = {}) {
  std::vector<const FrameLook*> pointers;
  for (const FrameLook& one : looks) pointers.push_back(&one);
  return combine_looks(pointers, options, kNow);
}

std::vector<std::string> texts(const std::vector<FieldResult>& list) {
  std::vector<std::string> result;
  for (const FieldResult& one : list) result.push_back(one.text);
  return result;
}

std::vector<FieldResult> lines_at(double x, double y, const std::vector<std::string>& list) {
  std::vector<FieldResult> lines;
  for (std::size_t i = 0; i < list.size(); ++i)
    lines.push_back(text_at(
        "line", list[i],
        box(x, y + 40.0 * static_cast<double>(i), 10.0 * static_cast<double>(list[i].size()), 20)));
  return lines;
}

}  // namespace

TEST_CASE("fields are combined by their names, and each tells what every frame said") {
  const CombinedLook all = combine({look(0, {field("surname", "latin", "KORVQVIST")}),
                                    look(2, {field("surname", "latin", "K0RVQVIST", 0.6)}),
                                    look(3, {field("surname", "latin", "KORVQV1ST", 0.6)})});
  REQUIRE(all.fields.size() == 1);
  const FieldResult& surname = all.fields[0];
  CHECK(surname.text == "KORVQVIST");
  REQUIRE(surname.said.size() == 3);
  CHECK(surname.said[0].frame == 0);
  CHECK(surname.said[1].text == "K0RVQVIST");
  CHECK(surname.said[2].frame == 3);
  // O and 0 are the same where texts are compared.
  CHECK(surname.agreeing == Approx(0.95 + 0.6));
  CHECK(surname.dissenting == Approx(0.6));
}

TEST_CASE("rules see the alternatives of all frames") {
  // No frame's own reading is a day; 3 and 1 of the months come from different frames.
  FieldResult first = field("birth_date", "date", "22.85.1975");
  first.reading.chars[3] = {"8", 0.5, 30, 38, {{"0", 0.4}}};
  FieldResult second = field("birth_date", "date", "22.65.1975");
  second.reading.chars[3] = {"6", 0.5, 30, 38, {{"0", 0.4}}};
  const CombinedLook all = combine({look(0, {first}), look(1, {second})});
  CHECK(all.fields[0].reading.text == "22.05.1975");
  CHECK(all.fields[0].value == "1975-05-22");
  CombineOptions plain;
  plain.rules = false;
  CHECK(combine({look(0, {first})}, plain).fields[0].text == "22.85.1975");
}

TEST_CASE("a zone is corrected from all frames together") {
  const std::string first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
  const std::string second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
  const auto zone = [&](int frame, std::size_t at, char misread) {
    std::string text = second;
    text[at] = misread;
    FieldResult upper = field("mrz1", "mrz", first);
    FieldResult lower = field("mrz2", "mrz", text);
    upper.spec.quad = upper.quad = box(10, 10, 440, 20);
    lower.spec.quad = lower.quad = box(10, 50, 440, 20);
    return look(frame, {upper, lower});
  };
  // Each frame has another character wrong, and its own alternatives do not know better.
  const CombinedLook all = combine({zone(0, 2, 'B'), zone(1, 14, '0'), zone(2, 22, '7')});
  REQUIRE(all.mrz);
  CHECK(all.mrz->mrz.valid);
  CHECK(all.mrz->mrz.lines[1] == second);
  CHECK(all.fields[1].text == second);
}

TEST_CASE("one frame alone says what it said") {
  Calibration calibration;
  calibration.weights[0] = 1;
  CombineOptions options;
  options.calibration = &calibration;
  FieldResult number = field("number", "docnum", "AB123");
  std::vector<FieldResult> alone = {number};
  judge_fields(&calibration, 640, 480, alone);
  const CombinedLook all = combine({look(4, {number})}, options);
  CHECK(all.fields[0].confidence == alone[0].confidence);
  CHECK(all.fields[0].agreeing == 0);
  CHECK(all.best == 0);
}

TEST_CASE("several frames have a calibration of their own") {
  Calibration calibration;
  auto clip = std::make_shared<Calibration>();
  clip->bias = 3;
  clip->weights[static_cast<std::size_t>(Clue::agreeing)] = 1;
  clip->weights[static_cast<std::size_t>(Clue::dissenting)] = -4;
  clip->accept = 0.97;
  calibration.clip = clip;
  CombineOptions options;
  options.calibration = &calibration;
  const auto number = [](int frame, const std::string& text) {
    return look(frame, {field("number", "docnum", text)});
  };
  const CombinedLook agreed = combine({number(0, "AB123"), number(1, "AB123")}, options);
  CHECK(agreed.fields[0].decision == Decision::accept);
  const CombinedLook split =
      combine({number(0, "AB123"), number(1, "AB123"), number(2, "AB128")}, options);
  CHECK(split.fields[0].text == "AB123");
  CHECK(split.fields[0].decision != Decision::accept);
  CHECK(split.fields[0].gain > agreed.fields[0].gain);
}

TEST_CASE("a field is decided where another frame is not worth its cost") {
  CombineOptions options;
  options.cost = 0.02;
  const CombinedLook sure = combine({look(0, {field("n", "docnum", "AB123", 0.99)}),
                                     look(1, {field("n", "docnum", "AB123", 0.99)})},
                                    options);
  CHECK(sure.fields[0].decided);
  const CombinedLook open = combine({look(0, {field("n", "docnum", "AB123", 0.6)}),
                                     look(1, {field("n", "docnum", "AB128", 0.6)})},
                                    options);
  CHECK_FALSE(open.fields[0].decided);
  CHECK(open.gain > sure.gain);
}

TEST_CASE("texts stand where the best frame has them") {
  FieldResult here = field("n", "docnum", "AB123", 0.7);
  FieldResult sharp = field("n", "docnum", "AB123", 0.99);
  sharp.quad = box(100, 60, 100, 40);
  sharp.char_quads.clear();
  for (int i = 0; i < 5; ++i) sharp.char_quads.push_back(box(100 + 20.0 * i, 60, 16, 40));
  const CombinedLook all = combine({look(0, {here}), look(1, {sharp})});
  CHECK(all.best == 1);
  CHECK(all.fields[0].quad == sharp.quad);
  REQUIRE(all.fields[0].char_quads.size() == 5);
  for (const Quad& c : all.fields[0].char_quads) {
    CHECK(c[0].x >= 99.9);
    CHECK(c[2].y <= 100.1);
  }
}

TEST_CASE("lines are matched by text, order and place") {
  const auto first = lines_at(10, 10, {"REPUBLIC OF UTOPIA", "KORVQVIST", "AUGUSTA", "12.01.1974"});
  const auto second =
      lines_at(60, 40, {"REPUBLIC OF UT0PIA", "KORVQVIST", "XQZWPJK", "12.01.1974"});
  const std::vector<LinePair> pairs = match_lines(first, second);
  REQUIRE(pairs.size() == 4);
  for (const LinePair& pair : pairs) CHECK(pair.a == pair.b);  // the third one by its place
}

TEST_CASE("of equal lines that in the like order is matched") {
  const auto lines = lines_at(10, 10, {"M", "ABCDEFG", "HIJKLMN", "M"});
  for (const LinePair& pair : match_lines(lines, lines)) CHECK(pair.a == pair.b);
}

TEST_CASE("lines of several frames are combined in reading order, with those that one has not") {
  std::vector<FieldResult> lacking = lines_at(60, 40, {"UTOPIA", "KORVQVIST", "AUGUSTA", "1974"});
  lacking.erase(lacking.begin() + 1);
  std::vector<FieldResult> full = lines_at(10, 10, {"UTOPIA", "KORVQV1ST", "AUGUSTA", "1974"});
  const CombinedLook all = combine({look(0, {}, lacking), look(1, {}, full)});
  CHECK(texts(all.lines) == std::vector<std::string>{"UTOPIA", "KORVQV1ST", "AUGUSTA", "1974"});
}

TEST_CASE("a line that one of many frames has is chance, unless the others do not show its place") {
  const std::vector<std::string> print = {"UTOPIA", "KORVQVIST", "AUGUSTA"};
  std::vector<FieldResult> more = lines_at(10, 10, print);
  more.push_back(text_at("line", "SMUDGE", box(10, 300, 60, 20)));
  std::vector<FrameLook> looks = {look(0, {}, lines_at(10, 10, print)),
                                  look(1, {}, lines_at(10, 10, print)), look(2, {}, more)};
  CHECK(texts(combine(looks).lines) == print);
  for (FrameLook& one : looks) one.height = one.frame == 2 ? 480 : 200;
  CHECK(combine(looks).lines.size() == 4);
}

TEST_CASE("a map between frames is fitted to all corners") {
  const std::vector<Quad> from = {box(0, 0, 100, 20), box(0, 40, 50, 20)};
  std::vector<Quad> to = from;
  for (Quad& quad : to) {
    for (Point& p : quad) p = {2 * p.x - p.y + 30, p.x + 2 * p.y - 7};
  }
  const auto map = fit_frame_map(from, to);
  REQUIRE(map);
  CHECK(map->map(Point{10, 10}).x == Approx(40));
  CHECK(map->map(Point{10, 10}).y == Approx(23));
  CHECK_FALSE(fit_frame_map({}, {}));
}

TEST_CASE("looks at different documents are told apart, misread ones are not") {
  const auto card = [](const std::string& name, const std::string& number,
                       const std::string& born) {
    return look(0, {field("surname", "latin", name), field("number", "docnum", number),
                    field("birth_date", "date", born)});
  };
  const FrameLook anna = card("KORVQVIST", "AB123456", "12.01.1974");
  CHECK_FALSE(are_different_documents(anna, card("KORVQV1ST", "AB123458", "12.01.1974")));
  CHECK_FALSE(are_different_documents(anna, card("WXYZWXYZ", "AB123456", "12.01.1974")));
  CHECK(are_different_documents(anna, card("LINDHEIM", "XK777001", "30.11.1988")));
  FrameLook other = anna;
  other.kind = "passport";
  CHECK(are_different_documents(anna, other));
}

TEST_CASE("captions that all documents of a kind share do not hide that they differ") {
  const std::vector<std::string> captions = {"REPUBLIC OF UTOPIA", "IDENTITY CARD", "SURNAME",
                                             "GIVEN NAMES", "DATE OF BIRTH"};
  auto anna = captions;
  anna.insert(anna.end(), {"KORVQVIST", "AUGUSTA", "12.01.1974"});
  auto bertil = captions;
  bertil.insert(bertil.end(), {"HOLTERBYX", "BERTIL ", "30.11.1988"});
  CHECK(are_different_documents(look(0, {}, lines_at(10, 10, anna)),
                                look(1, {}, lines_at(30, 5, bertil))));
  CHECK_FALSE(are_different_documents(look(0, {}, lines_at(10, 10, anna)),
                                      look(1, {}, lines_at(30, 5, anna))));
}

}  // namespace nibble
