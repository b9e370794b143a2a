#include "recognizer/line/decode.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "nn/error.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

/// Scores of these probabilities, one list a column.
Logits lattice(const std::vector<std::vector<double>>& columns, int stride = 4) {
  Logits logits{
      static_cast<int>(columns.size()), static_cast<int>(columns.at(0).size()), stride, {}};
  for (const auto& column : columns) {
    for (const double p : column) logits.values.push_back(static_cast<float>(std::log(p)));
  }
  return logits;
}

/// Scores in which each column has `best` with probability 0.9.
Logits path(const std::vector<int>& best, int classes) {
  std::vector<std::vector<double>> columns;
  for (const int cls : best) {
    columns.emplace_back(static_cast<std::size_t>(classes), 0.1 / (classes - 1));
    columns.back().at(static_cast<std::size_t>(cls)) = 0.9;
  }
  return lattice(columns);
}

Logits random_lattice(int columns, int classes, double contrast, std::mt19937& random) {
  std::normal_distribution<double> normal(0, contrast);
  std::vector<std::vector<double>> lists;
  for (int x = 0; x < columns; ++x) {
    std::vector<double> list(static_cast<std::size_t>(classes));
    double sum = 0;
    for (double& p : list) sum += p = std::exp(normal(random));
    for (double& p : list) p /= sum;
    lists.push_back(list);
  }
  return lattice(lists);
}

/// What CTC makes of one path: repeats joined, blanks dropped.
std::string collapse(const std::vector<int>& classes, const std::vector<std::string>& alphabet) {
  std::string text;
  int previous = 0;
  for (const int cls : classes) {
    if (cls != 0 && cls != previous) text += alphabet.at(static_cast<std::size_t>(cls) - 1);
    previous = cls;
  }
  return text;
}

struct TextSum {
  double sum = 0;         ///< probability over all paths
  double best_path = 0;   ///< probability of the best one
  std::vector<int> best;  ///< that path
};

/// Every path there is, summed by its text.
std::map<std::string, TextSum> all_texts(const Logits& logits,
                                         const std::vector<std::string>& alphabet) {
  std::map<std::string, TextSum> texts;
  std::vector<int> classes(static_cast<std::size_t>(logits.columns), 0);
  while (true) {
    double p = 1;
    for (int x = 0; x < logits.columns; ++x)
      p *= std::exp(static_cast<double>(logits.column(x)[classes[static_cast<std::size_t>(x)]]));
    TextSum& text = texts[collapse(classes, alphabet)];
    text.sum += p;
    if (p > text.best_path) {
      text.best_path = p;
      text.best = classes;
    }
    auto digit = classes.begin();
    while (digit != classes.end() && ++*digit == logits.classes) *digit++ = 0;
    if (digit == classes.end()) return texts;
  }
}

std::string error_of(const Logits& logits, const std::vector<std::string>& alphabet, int beam,
                     int alternatives) {
  try {
    decode_beam(logits, alphabet, beam, alternatives);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "";
}

const std::vector<std::string> kLetters{"a", "b", " "};

}  // namespace

TEST_CASE("repeats are joined, blanks between them keep them apart") {
  for (const auto& decode : {+[](const Logits& l) { return decode_greedy(l, kLetters); },
                             +[](const Logits& l) { return decode_beam(l, kLetters); }}) {
    CHECK(decode(path({0, 1, 1, 0, 0, 1, 2, 2, 0}, 4)).text == "aab");
    CHECK(decode(path({1, 2, 1}, 4)).text == "aba");
    CHECK(decode(path({1, 0, 1, 0, 1}, 4)).text == "aaa");
    CHECK(decode(path({0, 0, 0}, 4)).text.empty());
    CHECK(decode(path({0, 0, 0}, 4)).chars.empty());
  }
}

TEST_CASE("a character's extent is its columns in pixels") {
  for (const auto& decode : {+[](const Logits& l) { return decode_greedy(l, kLetters); },
                             +[](const Logits& l) { return decode_beam(l, kLetters); }}) {
    const Reading reading = decode(path({0, 1, 1, 0, 1, 2, 2, 2}, 4));
    REQUIRE(reading.chars.size() == 3);
    CHECK(reading.chars[0].x0 == 4);
    CHECK(reading.chars[0].x1 == 12);
    CHECK(reading.chars[1].x0 == 16);
    CHECK(reading.chars[1].x1 == 20);
    CHECK(reading.chars[2].x0 == 20);
    CHECK(reading.chars[2].x1 == 32);
  }
  CHECK(decode_greedy(lattice({{0.1, 0.9}, {0.9, 0.1}}, 3), {"a"}).chars.at(0).x1 == 3);
}

TEST_CASE("spaces at the ends go, spaces inside stay") {
  for (const auto& decode : {+[](const Logits& l) { return decode_greedy(l, kLetters); },
                             +[](const Logits& l) { return decode_beam(l, kLetters); }}) {
    const Reading reading = decode(path({3, 0, 3, 1, 3, 3, 2, 0, 3, 0, 3}, 4));
    CHECK(reading.text == "a b");
    REQUIRE(reading.chars.size() == 3);
    CHECK(reading.chars[0].x0 == 12);
    CHECK(reading.chars[1].text == " ");
    CHECK(reading.chars[2].x1 == 28);
    CHECK(decode(path({3, 0, 3}, 4)).text.empty());
    CHECK(decode(path({3, 0, 3}, 4)).chars.empty());
  }
}

TEST_CASE("a character's confidence is its greatest probability, the line's their product") {
  const Logits logits =
      lattice({{0.1, 0.6, 0.3}, {0.1, 0.8, 0.1}, {0.05, 0.2, 0.75}, {0.9, 0.05, 0.05}});
  for (const Reading& reading :
       {decode_greedy(logits, {"a", "b"}), decode_beam(logits, {"a", "b"})}) {
    REQUIRE(reading.text == "ab");
    CHECK(reading.chars[0].confidence == Approx(0.8));
    CHECK(reading.chars[1].confidence == Approx(0.75));
    CHECK(reading.confidence == Approx(0.6));
  }
}

TEST_CASE("an empty line is as sure as its least empty column") {
  const Logits logits =
      lattice({{0.7, 0.1, 0.1, 0.1}, {0.5, 0.05, 0.05, 0.4}, {0.9, 0.05, 0.04, 0.01}});
  CHECK(decode_greedy(logits, kLetters).confidence == Approx(0.8));
  CHECK(decode_greedy(logits, {"a", "b", "c"}).confidence == Approx(0.5));
  CHECK(decode_greedy({0, 4, 4, {}}, kLetters).confidence == 0);
  CHECK(decode_beam({0, 4, 4, {}}, kLetters).chars.empty());
}

TEST_CASE("alternatives come best first, the blank as no text") {
  // Two columns of "a": each alternative has its better column, the blank its worse one.
  const Logits logits = lattice({{0.20, 0.50, 0.25, 0.05}, {0.03, 0.60, 0.06, 0.31}});
  const Reading reading = decode_greedy(logits, {"a", "b", "c"}, 3);
  REQUIRE(reading.chars.size() == 1);
  const std::vector<Alternative>& list = reading.chars[0].alternatives;
  REQUIRE(list.size() == 3);
  CHECK(list[0].text == "c");
  CHECK(list[0].confidence == Approx(0.31));
  CHECK(list[1].text == "b");
  CHECK(list[1].confidence == Approx(0.25));
  CHECK(list[2].text.empty());
  CHECK(list[2].confidence == Approx(0.03));
  CHECK(decode_greedy(logits, {"a", "b", "c"}, 1).chars[0].alternatives.size() == 1);
  CHECK(decode_greedy(logits, {"a", "b", "c"}, 0).chars[0].alternatives.empty());
  CHECK(decode_greedy(logits, {"a", "b", "c"}, 99).chars[0].alternatives.size() == 3);
}

TEST_CASE("characters of several bytes stay whole") {
  const std::vector<std::string> alphabet{"\xC5\xA0", "\xC3\xA9", "\xF0\x9D\x94\xB8"};
  for (const Reading& reading : {decode_greedy(path({1, 2, 0, 3}, 4), alphabet),
                                 decode_beam(path({1, 2, 0, 3}, 4), alphabet)}) {
    CHECK(reading.text == "\xC5\xA0\xC3\xA9\xF0\x9D\x94\xB8");
    REQUIRE(reading.chars.size() == 3);
    CHECK(reading.chars[2].text == "\xF0\x9D\x94\xB8");
  }
}

TEST_CASE("the beam sums paths where the best path misleads") {
  // Best path: two blanks, 0.36. "a" has three paths: 0.4 * 0.4 + 2 * 0.24 = 0.64.
  const Logits logits = lattice({{0.6, 0.4}, {0.6, 0.4}});
  CHECK(decode_greedy(logits, {"a"}).text.empty());
  CHECK(decode_beam(logits, {"a"}).text == "a");
}

TEST_CASE("a wide beam finds the most probable text of all paths") {
  std::mt19937 random(5);
  const std::vector<std::string> alphabet{"a", "b", "c"};
  for (int round = 0; round < 300; ++round) {
    const Logits logits = random_lattice(1 + round % 6, 4, 0.5 + 0.5 * (round % 5), random);
    const auto texts = all_texts(logits, alphabet);
    const auto best =
        std::max_element(texts.begin(), texts.end(),
                         [](const auto& a, const auto& b) { return a.second.sum < b.second.sum; });
    const Reading reading = decode_beam(logits, alphabet, 5000);
    INFO("round " << round << " best text " << best->first << " of " << best->second.sum);
    REQUIRE(reading.text == best->first);
    REQUIRE(texts.at(reading.text).sum >= texts.at(decode_greedy(logits, alphabet).text).sum);
  }
}

TEST_CASE("a narrow beam is seldom worse than the best path and one prefix still reads") {
  std::mt19937 random(6);
  const std::vector<std::string> alphabet{"a", "b", "c"};
  double greedy = 0;
  double narrow = 0;
  for (int round = 0; round < 200; ++round) {
    const Logits logits = random_lattice(6, 4, 1.5, random);
    const auto texts = all_texts(logits, alphabet);
    greedy += texts.at(decode_greedy(logits, alphabet).text).sum;
    narrow += texts.at(decode_beam(logits, alphabet, 4).text).sum;
    REQUIRE(texts.count(decode_beam(logits, alphabet, 1).text) == 1);
  }
  CHECK(narrow > greedy);
}

TEST_CASE("the beam's characters stand on the best path of their text") {
  std::mt19937 random(8);
  const std::vector<std::string> alphabet{"a", "b", "c"};
  for (int round = 0; round < 300; ++round) {
    const Logits logits = random_lattice(1 + round % 6, 4, 1.5, random);
    const auto texts = all_texts(logits, alphabet);
    const Reading reading = decode_beam(logits, alphabet, 5000, 0);
    const std::vector<int>& best = texts.at(reading.text).best;
    std::vector<std::pair<int, int>> expected;
    for (std::size_t x = 0; x < best.size(); ++x) {
      if (best[x] == 0) continue;
      const bool goes_on = x > 0 && best[x - 1] == best[x];
      if (!goes_on) expected.emplace_back(static_cast<int>(x) * 4, 0);
      expected.back().second = static_cast<int>(x + 1) * 4;
    }
    std::vector<std::pair<int, int>> extents;
    for (const ReadChar& c : reading.chars)
      extents.emplace_back(static_cast<int>(c.x0), static_cast<int>(c.x1));
    INFO("round " << round << " text " << reading.text);
    REQUIRE(extents == expected);
  }
}

TEST_CASE("beams agree on a large alphabet, whatever classes they leave out early") {
  std::mt19937 random(9);
  std::vector<std::string> alphabet;
  for (int i = 0; i < 90; ++i) alphabet.emplace_back(1, static_cast<char>('!' + i));
  for (int round = 0; round < 20; ++round) {
    const Logits logits = random_lattice(40, 91, 4, random);
    const Reading narrow = decode_beam(logits, alphabet, 60);
    CHECK(narrow.text == decode_beam(logits, alphabet, 120).text);
    CHECK(decode_beam(logits, alphabet, 60).confidence == narrow.confidence);
  }
}

TEST_CASE("calls that cannot be meant are usage errors") {
  const Logits logits = path({1}, 4);
  CHECK_THAT(error_of(logits, {"a"}, 8, 3), Contains("4 classes") && Contains("1 characters"));
  CHECK_THAT(error_of(logits, kLetters, 0, 3), Contains("beam of 0"));
  CHECK_THAT(error_of(logits, kLetters, 8, -1), Contains("below 0"));
  CHECK(error_of(logits, kLetters, 1, 0).empty());
  Logits cut = logits;
  cut.values.pop_back();
  CHECK_THROWS_AS(decode_greedy(cut, kLetters), Error);
}

}  // namespace nibble::test
