#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nibble {

/// The middle one of the values in their order, of an even number the upper one; 0 for none.
template <typename Value>
Value median(std::vector<Value> values) {
  if (values.empty()) return Value{};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace nibble
