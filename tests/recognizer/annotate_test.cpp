#include "recognizer/result/annotate.h"

#include "tests/catch.h"

namespace nibble {
namespace {

constexpr int kWidth = 600;
constexpr int kHeight = 300;

Image blank() {
  return {kWidth, kHeight, 3,
          std::vector<std::uint8_t>(static_cast<std::size_t>(3 * kWidth * kHeight), 240)};
}

std::uint8_t& pixel(Image& image, int x, int y) {
  return image.pixels[static_cast<std::size_t>(3 * (y * kWidth + x))];
}

/// Dark stripes, as print is.
void print_on(Image& image, int left, int top, int right, int bottom) {
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) pixel(image, x, y) = x % 4 < 2 ? 20 : 240;
  }
}

Document one_field(const std::string& text) {
  Document result;
  Field field;
  field.text = text;
  field.quad = {Point{200, 140}, Point{300, 140}, Point{300, 165}, Point{200, 165}};
  result.fields.push_back(field);
  return result;
}

int changed(Image before, Image after, int left, int top, int right, int bottom) {
  int count = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) count += pixel(before, x, y) != pixel(after, x, y) ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a label stands right of its field where nothing is printed there") {
  const Image image = blank();
  const Image drawn = annotate(image, one_field("ABC"));
  CHECK(changed(image, drawn, 310, 100, 590, 200) > 500);
  CHECK(changed(image, drawn, 0, 0, kWidth, 130) == 0);
  CHECK(changed(image, drawn, 0, 175, kWidth, kHeight) == 0);
}

TEST_CASE("a label keeps off print") {
  Image image = blank();
  print_on(image, 308, 100, 590, 200);
  const Image above = annotate(image, one_field("ABC"));
  CHECK(changed(image, above, 308, 100, 590, 200) == 0);
  CHECK(changed(image, above, 200, 90, 300, 136) > 500);
  print_on(image, 150, 90, 308, 136);
  const Image below = annotate(image, one_field("ABC"));
  CHECK(changed(image, below, 150, 90, 590, 136) == 0);
  CHECK(changed(image, below, 200, 170, 300, 215) > 500);
}

TEST_CASE("labels do not cover one another") {
  const Image image = blank();
  Document result = one_field("LONG TEXT");
  Field second = result.fields.front();
  second.quad = {Point{320, 140}, Point{420, 140}, Point{420, 165},
                 Point{320, 165}};  // where the first one's label would stand
  result.fields.push_back(second);
  const Image drawn = annotate(image, result);
  CHECK(changed(image, drawn, 325, 145, 415, 160) == 0);  // the second field stays to be seen
}

TEST_CASE("diacritics are drawn, though the font has none") {
  const Image image = blank();
  for (const std::vector<const char*>& alike :
       {std::vector<const char*>{"Ü", "Ú", "Ù", "Û", "Ů", "Ų", "Ū", "Ű", "Ŭ", "Ũ"},
        {"Ø", "Ö"},
        {"Ċ", "Č", "Ç"}}) {
    std::vector<Image> drawn;
    for (const char* letter : alike) drawn.push_back(annotate(image, one_field(letter)));
    for (std::size_t i = 1; i < alike.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        CAPTURE(alike[i], alike[j]);
        CHECK(changed(drawn[i], drawn[j], 0, 0, kWidth, kHeight) > 3);
      }
    }
  }
}

TEST_CASE("text for a drawing font loses its diacritics") {
  CHECK(fold_to_ascii("AZ az 09 <>") == "AZ az 09 <>");
  CHECK(fold_to_ascii("ÇELİK ŞAHİN Ağır") == "CELIK SAHIN Agir");
  CHECK(fold_to_ascii("Müller Straße Ærø") == "Muller Strasse AEro");
  CHECK(fold_to_ascii("Škoda Łódź Őr Țară Ștefan") == "Skoda Lodz Or Tara Stefan");
  CHECK(fold_to_ascii("Ÿ Ž ž ſ") == "Y Z z s");
  CHECK(fold_to_ascii("Nguyễn – d’Arc × 2") == "Nguyen - d'Arc x 2");
  CHECK(fold_to_ascii("日本") == "??");
  CHECK(fold_to_ascii("\xC3") == "?");
}

TEST_CASE("diacritics are told by letter, to be drawn onto it") {
  const auto marks_of = [](const char* text) {
    std::string marks(fold_to_ascii(text).size(), ' ');
    for (const LetterMark& mark : letter_marks(text)) marks.at(mark.position) = mark.kind;
    return marks;
  };
  CHECK(marks_of("AZ az 09").find_first_not_of(' ') == std::string::npos);
  CHECK(marks_of("ÀÁÂÃÄÅÇĂĀĊČĄŐØ") == "`'^~:o,u-.v;\"/");
  CHECK(marks_of("ŁódźÿžŽș") == "/' ':vv,");
  CHECK(marks_of("ßÆé") == "    '");  // after letters that fold to two
  CHECK(marks_of("日é") == " '");
}

}  // namespace nibble
