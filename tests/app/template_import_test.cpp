#include "app/template/template_import.h"

#include "tests/catch.h"

using namespace nibble;

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
