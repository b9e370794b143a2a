#include "tests/cuda/fragment_model.h"

namespace nibble::shim {
namespace {

constexpr int kMaxRows = 16;
constexpr int kMaxDepth = 64;
constexpr int kColumns = 8;

// Elements of a register in order, sign-extended if wanted.
void unpack(std::uint32_t word, int bits, bool is_signed, std::int16_t* out) {
  for (int i = 0; i < 32 / bits; ++i) {
    const auto value = static_cast<int>((word >> (i * bits)) & ((1U << bits) - 1));
    out[i] = static_cast<std::int16_t>(is_signed && value >= 1 << (bits - 1) ? value - (1 << bits)
                                                                             : value);
  }
}

}  // namespace

Place place_a(const Product& product, int lane, int r, int i) {
  const int row_halves = product.rows / 8;
  return {lane / 4 + r % row_halves * 8, (lane % 4 + r / row_halves * 4) * product.elements() + i};
}

Place place_b(const Product& product, int lane, int r, int i) {
  return {lane / 4, (lane % 4 + r * 4) * product.elements() + i};
}

Place place_d(int lane, int r) { return {lane / 4 + r / 2 * 8, lane % 4 * 2 + r % 2}; }

void multiply(const Product& product, LaneOperands (&lanes)[32]) {
  std::int16_t a[kMaxRows][kMaxDepth] = {};
  std::int16_t b[kColumns][kMaxDepth] = {};
  for (int lane = 0; lane < 32; ++lane) {
    for (int r = 0; r < product.registers_a(); ++r) {
      const Place at = place_a(product, lane, r, 0);
      unpack(lanes[lane].a[r], product.bits, false, &a[at.outer][at.inner]);
    }
    for (int r = 0; r < product.registers_b(); ++r) {
      const Place at = place_b(product, lane, r, 0);
      unpack(lanes[lane].b[r], product.bits, true, &b[at.outer][at.inner]);
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    for (int r = 0; r < product.registers_d(); ++r) {
      const Place at = place_d(lane, r);
      int sum = 0;
      for (int k = 0; k < kMaxDepth; ++k) sum += a[at.outer][k] * b[at.inner][k];
      // As the hardware, which wraps around without .satfinite.
      *lanes[lane].d[r] = static_cast<int>(static_cast<std::uint32_t>(*lanes[lane].d[r]) +
                                           static_cast<std::uint32_t>(sum));
    }
  }
}

}  // namespace nibble::shim
