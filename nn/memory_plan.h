#pragma once

#include <cstddef>
#include <vector>

namespace nibble {

/// A stretch of memory and the steps of a run during which it holds something.
struct MemoryUse {
  std::size_t size = 0;  ///< bytes
  int first = 0;         ///< the step that writes it
  int last = 0;          ///< the last step that reads it
};

/// Places in one arena, aligned to kernels::kAlignment: those in use in one step do not overlap.
/// The largest are placed first, each as low as it fits. Returns the size of the arena.
std::size_t plan_memory(const std::vector<MemoryUse>& uses, std::vector<std::size_t>& places);

}  // namespace nibble
