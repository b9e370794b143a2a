#pragma once

// CUDA's words for a host compiler: after this header a kernel's source compiles as it stands, and
// shim::launch runs it on the CPU, for the architecture in __CUDA_ARCH__.

#include <cstdint>

#include "tests/cuda/shim.h"

#ifndef __CUDA_ARCH__
#error "say which architecture's branch of the kernels to compile: -D__CUDA_ARCH__=750, 800 or 900"
#endif

// Static, so that a build with CUDA does not take them for the device's own.
#define __global__ [[maybe_unused]] static
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__

struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline int max(int a, int b) { return a > b ? a : b; }

inline int __dp4a(int a, int b, int c) {
  for (int i = 0; i < 32; i += 8)
    c += static_cast<std::int8_t>(a >> i) * static_cast<std::int8_t>(b >> i);
  return c;
}

#define NIBBLE_SHIM_SITE                                                       \
  ([] {                                                                        \
    static const int site = ::nibble::shim::register_site(__FILE__, __LINE__); \
    return site;                                                               \
  }())
#define threadIdx (::nibble::shim::thread_index())
#define blockIdx (::nibble::shim::block_index())
#define __syncthreads() ::nibble::shim::sync_block(NIBBLE_SHIM_SITE)
#define wait_for_copies() ::nibble::shim::land_copies(NIBBLE_SHIM_SITE)

namespace nibble::kernels::cuda {

extern uint4 shared_chunks[];

inline void copy_chunk_async(uint4* to, const uint4* from, bool valid) {
  shim::copy_chunk_async(to, from, valid);
}

inline void mma_m8n8k16_u8s8(int& d0, int& d1, std::uint32_t a, std::uint32_t b) {
  shim::multiply_with_warp(shim::kM8n8k16, {{a}, {b}, {&d0, &d1}});
}
inline void mma_m8n8k32_u4s4(int& d0, int& d1, std::uint32_t a, std::uint32_t b) {
  shim::multiply_with_warp(shim::kM8n8k32, {{a}, {b}, {&d0, &d1}});
}
inline void mma_m16n8k32_u8s8(int (&d)[4], const std::uint32_t (&a)[4],
                              const std::uint32_t (&b)[2]) {
  shim::multiply_with_warp(shim::kM16n8k32,
                           {{a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {&d[0], &d[1], &d[2], &d[3]}});
}
inline void mma_m16n8k64_u4s4(int (&d)[4], const std::uint32_t (&a)[4],
                              const std::uint32_t (&b)[2]) {
  shim::multiply_with_warp(shim::kM16n8k64,
                           {{a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {&d[0], &d[1], &d[2], &d[3]}});
}

}  // namespace nibble::kernels::cuda

#include "kernels/cuda/launch.cuh"
