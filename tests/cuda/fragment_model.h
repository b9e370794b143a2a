#pragma once

#include <cstdint>

/// The tensor cores' products as plain loops over the registers of 32 lanes.
namespace nibble::shim {

/// An integer product D += A * B of a warp: A is rows x depth and unsigned, B is depth x 8 and
/// signed, of `bits` bits each.
struct Product {
  int rows;   ///< 8 or 16
  int depth;  ///< the inner extent
  int bits;   ///< 8 or 4

  int elements() const { return 32 / bits; }                      ///< of a register
  int registers_b() const { return depth / (4 * elements()); }    ///< of a lane
  int registers_a() const { return registers_b() * (rows / 8); }  ///< of a lane
  int registers_d() const { return rows / 4; }                    ///< of a lane
};

inline constexpr Product kM8n8k16{8, 16, 8};
inline constexpr Product kM8n8k32{8, 32, 4};
inline constexpr Product kM16n8k32{16, 32, 8};
inline constexpr Product kM16n8k64{16, 64, 4};

/// Row (A, D) or column (B) of an element, and its place in the inner extent (A, B) or column (D).
struct Place {
  int outer;
  int inner;
  bool operator==(const Place&) const = default;
};

/// Where the elements of a lane's registers stand: register `r`, element `i` of it, counted from
/// the low bits.
Place place_a(const Product& product, int lane, int r, int i);
Place place_b(const Product& product, int lane, int r, int i);
Place place_d(int lane, int r);

/// The registers that one lane brings; `d` points to its accumulators.
struct LaneOperands {
  std::uint32_t a[4];
  std::uint32_t b[2];
  int* d[4];
};

/// Computes the product of a whole warp.
void multiply(const Product& product, LaneOperands (&lanes)[32]);

}  // namespace nibble::shim
