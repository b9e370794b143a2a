#include "nn/memory_plan.h"

#include <algorithm>
#include <numeric>

#include "kernels/kernel.h"

namespace nibble {

std::size_t plan_memory(const std::vector<MemoryUse>& uses, std::vector<std::size_t>& places) {
  const auto aligned = [](std::size_t size) {
    return (size + kernels::kAlignment - 1) / kernels::kAlignment * kernels::kAlignment;
  };
  std::vector<std::size_t> order(uses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return uses[a].size > uses[b].size; });
  places.assign(uses.size(), 0);
  std::size_t arena = 0;
  std::vector<std::size_t> placed;  // by place
  for (const std::size_t i : order) {
    std::size_t place = 0;
    for (const std::size_t other : placed) {
      if (uses[other].last < uses[i].first || uses[other].first > uses[i].last) continue;
      if (place + uses[i].size <= places[other]) break;
      place = std::max(place, places[other] + aligned(uses[other].size));
    }
    places[i] = place;
    const auto above = [&](std::size_t at, std::size_t other) { return at < places[other]; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), place, above), i);
    arena = std::max(arena, place + aligned(uses[i].size));
  }
  return arena;
}

}  // namespace nibble
