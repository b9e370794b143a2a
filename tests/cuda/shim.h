#pragma once

// A GPU's block of threads on the CPU: every thread a fiber, warps taking turns at random.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/cuda/fragment_model.h"

/// CUDA's 128-bit vector.
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

namespace nibble::shim {

struct Index {
  unsigned x = 0;
  unsigned y = 0;
};
const Index& thread_index();
const Index& block_index();

/// Places in the source where threads wait, found as they are reached. A test may disable one: it
/// then does nothing.
struct Site {
  std::string file;
  int line;
};
const std::vector<Site>& sites();
void disable_site(int site);  ///< an index into sites(); -1 disables none
int register_site(const char* file, int line);

void sync_block(int site);
void land_copies(int site);
void copy_chunk_async(uint4* to, const uint4* from, bool valid);
/// The warp's product, run when all of its lanes have come.
void multiply_with_warp(const Product& product, const LaneOperands& operands);

/// Runs a kernel with every thread a fiber and warps taking turns at random. A fault in the
/// kernel's use of the machine (a barrier that not all reach, shared memory overrun, a misaligned
/// copy) comes back as text; empty when there was none.
std::string launch(const std::function<void()>& kernel, int grid_x, int grid_y,
                   std::size_t shared_bytes);

/// Seeds the order of warps and lanes.
void seed(std::uint32_t value);

}  // namespace nibble::shim
