#include "recognizer/base/ordered_loop.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

#include "tests/catch.h"

using nibble::for_each_ordered;

TEST_CASE("results come in order and once, whatever the number of jobs") {
  for (const int jobs : {1, 2, 5}) {
    std::vector<std::size_t> seen;
    for_each_ordered(
        100, jobs,
        [](std::size_t i) {
          // The first of each ten is the slowest, so that later ones are ready before it.
          if (i % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));
          return i * i;
        },
        [&](std::size_t i, std::size_t square) {
          CHECK(square == i * i);
          seen.push_back(i);
          return true;
        });
    REQUIRE(seen.size() == 100);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
  }
}

TEST_CASE("no more than two results a job wait, however slow the consumer is") {
  std::atomic<std::size_t> produced{0};
  std::size_t consumed = 0;
  std::size_t most = 0;
  for_each_ordered(
      60, 2, [&](std::size_t i) { return produced++, i; },
      [&](std::size_t, std::size_t) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++consumed;
        most = std::max(most, produced.load() - consumed);
        return true;
      });
  CHECK(consumed == 60);
  CHECK(most <= 5);  // 2 * jobs beside the one that is consumed
}

TEST_CASE("a consumer that has enough stops the work") {
  for (const int jobs : {1, 3}) {
    std::atomic<int> produced{0};
    for_each_ordered(
        1000, jobs, [&](std::size_t) { return ++produced; },
        [](std::size_t i, int) { return i < 4; });
    CHECK(produced >= 5);
    CHECK(produced <= 5 + 2 * jobs + jobs);
  }
}

TEST_CASE("a consumer that throws ends the threads first") {
  for (const int jobs : {1, 3}) {
    const auto throwing = [](std::size_t, int) -> bool { throw std::runtime_error("full"); };
    CHECK_THROWS_AS(for_each_ordered(
                        50, jobs, [](std::size_t) { return 1; }, throwing),
                    std::runtime_error);
  }
}
