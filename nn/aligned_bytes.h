#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

#include "kernels/kernel.h"

namespace nibble {

/// Memory for kernels: aligned to kernels::kAlignment, zero at first.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(std::size_t size)
      : memory_(
            ::operator new (std::max<std::size_t>(size, 1), std::align_val_t{kernels::kAlignment})),
        size_(size) {
    std::memset(memory_.get(), 0, std::max<std::size_t>(size, 1));
  }

  std::byte* get() const { return static_cast<std::byte*>(memory_.get()); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(void* memory) const {
      ::operator delete (memory, std::align_val_t{kernels::kAlignment});
    }
  };
  std::unique_ptr<void, Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace nibble
