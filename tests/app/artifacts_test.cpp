#include "app/support/artifacts.h"

#include "tests/catch.h"

using namespace nibble;

TEST_CASE("no picture of a run is written over another", "[artifacts]") {
  WrittenFiles written;
  // The field b_c of a and the field c of a_b, in one folder; and one that has the second's name.
  CHECK(written.claim("out/a_b_c.png") == "out/a_b_c.png");
  CHECK(written.claim("out/a_b_c.png") == "out/a_b_c_2.png");
  CHECK(written.claim("out/a_b_c_2.png") == "out/a_b_c_2_2.png");
  CHECK(written.claim("out/../out/a_b_c.png") == "out/../out/a_b_c_3.png");
  CHECK(written.claim("other/a_b_c.png") == "other/a_b_c.png");
  CHECK(written.claim("plain") == "plain");
  CHECK(written.claim("plain") == "plain_2");
}
