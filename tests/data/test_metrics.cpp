#include <algorithm>

#include "data/metrics.h"
#include "recognizer/base/alignment.h"
#include "recognizer/base/unicode.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

Sample sample(const std::string& truth, const std::string& text, const std::string& type = "t",
              const std::string& condition = "CA") {
  return {type, condition, "latin", truth, text, 2.0, false};
}

std::string upper(const std::string& text) {
  std::string result;
  for (const char32_t c : to_upper(decode_utf8(text))) result += encode_utf8(c);
  return result;
}

}  // namespace

TEST_CASE("capitals are those of Python's str.upper") {
  // Left: a text. Right: what Python 3.11 makes of it.
  CHECK(upper("azAZ09 <.@[`{") == "AZAZ09 <.@[`{");
  CHECK(upper("àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿßµªº×") == "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ÷ØÙÚÛÜÝÞŸSSΜªº×");
  CHECK(upper("āăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĳĵķĸĺļľŀłńņňŉŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžſ") ==
        "ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮIĲĴĶĸĹĻĽĿŁŃŅŇʼNŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŹŻŽS");
  CHECK(upper("ĀĶĹŇŊŸŹŽİ") == "ĀĶĹŇŊŸŹŽİ");
  CHECK(upper("șțȘȚ ǎǐ ơư ẁẽỹ əƏ ﬁ") == "ȘȚȘȚ ǍǏ ƠƯ ẀẼỸ ƏƏ FI");
  CHECK(upper("абвгдежзийклмнопрстуфхцчшщъыьэюя ёђѓєѕіїјљњћќўџ ґ") ==
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ ЁЂЃЄЅІЇЈЉЊЋЌЎЏ Ґ");
  CHECK(upper("αάβγδεέζηήθιίϊκλμνξοόπρσςτυύϋφχψωώ") == "ΑΆΒΓΔΕΈΖΗΉΘΙΊΪΚΛΜΝΞΟΌΠΡΣΣΤΥΎΫΦΧΨΩΏ");
  CHECK(upper("\u0390\u03B0") == "\u0399\u0308\u0301\u03A5\u0308\u0301");
  CHECK(upper("ɓɔəʒ ƀƙǆ ԱԲաբ აბ") == "ƁƆƏƷ ɃƘǄ ԱԲԱԲ ᲐᲑ");
}

TEST_CASE("normalised text is upper-case, O = 0, trimmed") {
  CHECK(normalize_text(" \t\xC2\xA0\xE2\x80\x83oOö\xE3\x80\x80\n") == U"00Ö");
  CHECK(normalize_text("\x1C\x1F\xC2\x85\u1680a\u200A\u2028\u2029\u202F\u205F") == U"A");
  CHECK(normalize_text("\u200Ba") == U"\u200BA");  // no white space for Python either
  CHECK(normalize_text("straße") == U"STRASSE");
  CHECK(normalize_text(" \r\n").empty());
}

TEST_CASE("UTF-8 is decoded strictly") {
  CHECK(decode_utf8("aé€😀") == U"aé€😀");
  for (const char* bad : {"\xC0\x80", "\xE0\x80\xAF", "\xF0\x80\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80", "\xFF"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_utf8(bad));
    CHECK(decode_utf8(bad) == std::u32string(std::string(bad).size(), 0xFFFD));
  }
  CHECK(decode_utf8("\xE2\x82z\xF0\x9F\x98") == U"\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD");
  CHECK(decode_utf8(std::string_view("a\0b", 3)) == std::u32string_view(U"a\0b", 3));
  CHECK(is_utf8("é€😀"));
  CHECK(valid_utf8("a\xFF"
                   "b") ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("edit distance counts code points") {
  CHECK(edit_distance(U"kitten", U"sitting") == 3);
  CHECK(edit_distance(U"ÇĞ", U"CG") == 2);
  CHECK(edit_distance(U"", U"abc") == 3);
  CHECK(edit_distance(U"abc", U"") == 3);
}

TEST_CASE("an alignment has as many differences as the distance") {
  const auto pairs = align(U"22.05.1975", U"22 05197 5");
  int differences = 0;
  for (const AlignedPair& pair : pairs) differences += pair.truth != pair.read ? 1 : 0;
  CHECK(differences == edit_distance(U"22.05.1975", U"22 05197 5"));
  CHECK(align(U"AB", U"B") == std::vector<AlignedPair>{{U'A', 0}, {U'B', U'B'}});
  CHECK(align(U"", U"x") == std::vector<AlignedPair>{{0, U'x'}});
}

TEST_CASE("scores follow their definitions") {
  // Normalised distances 0, 0, 1, 3 (10 edits, but no more than the truth's length counts); lengths
  // 5, 2, 4, 3.
  const Score score = score_samples({sample("OSLO1", "oslo1"), sample("AB", "AB"),
                                     sample("ČABC", "CABC"), sample("XYZ", "QQQQQQQQQQ")});
  CHECK(score.count == 4);
  CHECK(score.exact == 1.0 / 4);
  CHECK(score.exact_norm == 2.0 / 4);
  CHECK(score.pcr == 1 - 4.0 / 14);
  CHECK(score.cer == (4 + 0 + 1 + 10) / 14.0);
  CHECK(score.ms == 2.0);
}

TEST_CASE("a length is the truth's own, before capitals make it longer") {
  const Score score = score_samples({sample("ß", "AB")});
  CHECK(score.pcr == 0);
}

TEST_CASE("no samples and empty truths give finite figures") {
  CHECK(score_samples({}).pcr == 0);
  CHECK(score_samples({}).exact == 0);
  const Score empty = score_samples({sample("", "")});
  CHECK(empty.exact == 1);
  CHECK(empty.cer == 0);
}

TEST_CASE("missing readings count as empty text") {
  Sample missing = sample("ABCD", "");
  missing.missing = true;
  const Score score = score_samples({missing, sample("AB", "AB")});
  CHECK(score.missing == 1);
  CHECK(score.exact == 0.5);
  CHECK(score.pcr == 1 - 4.0 / 6);
  CHECK(confusions({missing}).empty());
}

TEST_CASE("intervals are drawn over clips, not fields") {
  std::vector<Sample> one_clip_each;
  std::vector<Sample> two_clips;
  for (int i = 0; i < 40; ++i) {
    const std::string text = i % 2 == 0 ? "A" : "B";
    one_clip_each.push_back(sample("A", text, "type" + std::to_string(i)));
    two_clips.push_back(sample("A", text, "t", i % 2 == 0 ? "CA" : "CS"));
  }
  const Score independent = score_samples(one_clip_each);
  CHECK(independent.clips == 40);
  CHECK(independent.exact_norm_interval.low == Approx(0.5 - 0.155).margin(0.04));
  CHECK(independent.exact_norm_interval.high == Approx(0.5 + 0.155).margin(0.04));
  const Score dependent = score_samples(two_clips);
  CHECK(dependent.clips == 2);
  CHECK(dependent.exact_norm_interval.low == 0);
  CHECK(dependent.exact_norm_interval.high == 1);
  CHECK(score_samples(one_clip_each).pcr_interval.low == independent.pcr_interval.low);
}

TEST_CASE("a table has a score for every part") {
  Sample date = sample("1", "1", "u", "XX");
  date.group = "date";
  const ScoreTable table = score_table({sample("A", "B"), date});
  CHECK(table.all.exact == 0.5);
  CHECK(table.groups.at("date").exact == 1);
  CHECK(table.groups.at("latin").exact == 0);
  CHECK(table.conditions.at("XX").count == 1);
  CHECK(table.types.at("u").exact == 1);
}

TEST_CASE("confusions are counted by frequency") {
  const auto found =
      confusions({sample("0A0", "OAO"), sample("Č", "C"), sample("A.A", "AA"), sample("B", "B B")});
  REQUIRE(found.size() == 5);
  CHECK(found[0] == Confusion{"0", "O", 2});
  CHECK(std::count(found.begin(), found.end(), Confusion{".", "", 1}) == 1);
  CHECK(std::count(found.begin(), found.end(), Confusion{"", " ", 1}) == 1);
  CHECK(std::count(found.begin(), found.end(), Confusion{"Č", "C", 1}) == 1);
}
