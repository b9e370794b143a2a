#include "app/read_document.h"

#include <new>
#include <stdexcept>

#include "app/annotate.h"
#include "app/template_import.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

ReadTask card_task() {
  ReadTask task;
  task.document = Template{"card", 856, 540, {}, {}};
  return task;
}

}  // namespace

TEST_CASE("a picture of the template's shape is the whole document, another asks for a quad") {
  const ReadTask task = card_task();
  std::vector<std::string> warnings;
  CHECK(choose_quad(task, 1712, 1080, warnings) == rectangle(1712, 1080));
  CHECK(warnings.size() == 1);
  CHECK_NOTHROW(choose_quad(task, 856, 555, warnings));  // 2.7 % off
  CHECK_THROWS_AS(choose_quad(task, 856, 560, warnings), Error);
  CHECK_THROWS_AS(choose_quad(task, 540, 856, warnings), Error);
}

TEST_CASE("a given quad is taken as it is, unless it cannot be an outline") {
  ReadTask task = card_task();
  task.quad = Quad{Point{-3, 2}, Point{400, 5}, Point{390, 300}, Point{2, 310}};
  std::vector<std::string> warnings;
  CHECK(choose_quad(task, 10, 1000, warnings) == *task.quad);
  CHECK(warnings.empty());
  std::swap((*task.quad)[1], (*task.quad)[2]);
  CHECK_THROWS_AS(choose_quad(task, 10, 1000, warnings), Error);
}

TEST_CASE("whatever is thrown while an input is read is a failure of this input, in one line") {
  CHECK_FALSE(failure_in("a.png", [] {}).has_value());
  const auto bad_quad =
      failure_in("a.png", [] { throw Error(ErrorCode::bad_quad, "it crosses itself"); });
  REQUIRE(bad_quad.has_value());
  CHECK(bad_quad->code == ErrorCode::bad_quad);
  CHECK(bad_quad->message == "a.png: it crosses itself");
  CHECK(failure_in("a.png", [] {
          throw Error(ErrorCode::write_failed, "a.png: cannot be written");
        })->message == "a.png: cannot be written");
  const auto library = failure_in("a\n.png", [] {
    throw std::runtime_error("error: (-215:Assertion failed) size > 0\nin function 'warp'\n");
  });
  REQUIRE(library.has_value());
  CHECK(library->code == ErrorCode::internal_error);
  CHECK(library->message == "a\\x0A.png: error: (-215:Assertion failed) size > 0");
  CHECK(failure_in("a.png", [] { throw std::bad_alloc(); })->code == ErrorCode::too_large);
}

TEST_CASE("text for a drawing font loses its diacritics") {
  CHECK(fold_to_ascii("AZ az 09 <>") == "AZ az 09 <>");
  CHECK(fold_to_ascii("ÇELİK ŞAHİN Ağır") == "CELIK SAHIN Agir");
  CHECK(fold_to_ascii("Müller Straße Ærø") == "Muller Strasse AEro");
  CHECK(fold_to_ascii("Škoda Łódź Őr Țară Ștefan") == "Skoda Lodz Or Tara Stefan");
  CHECK(fold_to_ascii("Ÿ Ž ž ſ") == "Y Z z s");
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

TEST_CASE("the layout of a date is told by its digits") {
  CHECK(guess_date_format("22.05.1975") == "dd.mm.yyyy");
  CHECK(guess_date_format("24 08 1991") == "dd mm yyyy");
  CHECK(guess_date_format("05/22/1975") == "mm/dd/yyyy");
  CHECK(guess_date_format("1975-05-22") == "yyyy-mm-dd");
  CHECK(guess_date_format("22.05.75") == "dd.mm.yy");
  CHECK(guess_date_format("22.05-1975").empty());
  CHECK(guess_date_format("22. 05. 1975").empty());
  CHECK(guess_date_format("22.05.1975 X").empty());
  CHECK(guess_date_format("22.05").empty());
}
