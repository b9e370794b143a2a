// The shim's fragments against NVIDIA's published layouts, written down here as published and
// independently of the model: the formulas of the PTX ISA, "Matrix Fragments for mma", and the
// thread-value layouts of CuTe's MMA traits, (shape):(stride) over column-major matrices.

#include <random>
#include <vector>

#include "tests/catch.h"
#include "tests/cuda/fragment_model.h"

namespace nibble::shim {
namespace {

struct Mode {
  int shape;
  int stride;
};

// A thread-value layout: the modes of the thread, then those of the value, each from the fastest to
// the slowest.
struct Layout {
  std::vector<Mode> thread;
  std::vector<Mode> value;

  static int offset(const std::vector<Mode>& modes, int coordinate) {
    int sum = 0;
    for (const Mode& mode : modes) {
      sum += coordinate % mode.shape * mode.stride;
      coordinate /= mode.shape;
    }
    return sum;
  }
  // `extent`: rows of A and D, columns of B; the published matrices of B are indexed (column, k).
  Place at(int lane, int v, int extent) const {
    const int index = offset(thread, lane) + offset(value, v);
    return {index % extent, index / extent};
  }
};

struct Published {
  Product product;
  Layout a, b, d;
};

const Published kCute[] = {
    {kM8n8k16,
     {{{4, 32}, {8, 1}}, {{4, 8}}},
     {{{4, 32}, {8, 1}}, {{4, 8}}},
     {{{4, 16}, {8, 1}}, {{2, 8}}}},
    {kM8n8k32,
     {{{4, 64}, {8, 1}}, {{8, 8}}},
     {{{4, 64}, {8, 1}}, {{8, 8}}},
     {{{4, 16}, {8, 1}}, {{2, 8}}}},
    {kM16n8k32,
     {{{4, 64}, {8, 1}}, {{4, 16}, {2, 8}, {2, 256}}},
     {{{4, 32}, {8, 1}}, {{4, 8}, {2, 128}}},
     {{{4, 32}, {8, 1}}, {{2, 16}, {2, 8}}}},
    {kM16n8k64,
     {{{4, 128}, {8, 1}}, {{8, 16}, {2, 8}, {2, 512}}},
     {{{4, 64}, {8, 1}}, {{8, 8}, {2, 256}}},
     {{{4, 32}, {8, 1}}, {{2, 16}, {2, 8}}}},
};

// The PTX ISA's formulas: element i of the fragment, counted over the registers.
Place ptx_a(const Product& product, int lane, int i) {
  const int group = lane >> 2;
  const int in_group = lane % 4;
  if (product.rows == 8) return {group, product.bits == 8 ? in_group * 4 + i : in_group * 8 + i};
  if (product.bits == 8)
    return {i < 4 || (8 <= i && i < 12) ? group : group + 8,
            in_group * 4 + (i & 3) + (i < 8 ? 0 : 16)};
  return {i < 8 || (16 <= i && i < 24) ? group : group + 8,
          in_group * 8 + (i & 7) + (i < 16 ? 0 : 32)};
}

Place ptx_b(const Product& product, int lane, int i) {
  const int group = lane >> 2;
  const int in_group = lane % 4;
  if (product.rows == 8) return {group, product.bits == 8 ? in_group * 4 + i : in_group * 8 + i};
  if (product.bits == 8) return {group, in_group * 4 + (i & 3) + (i < 4 ? 0 : 16)};
  return {group, in_group * 8 + (i & 7) + (i < 8 ? 0 : 32)};
}

Place ptx_d(const Product& product, int lane, int i) {
  const int group = lane >> 2;
  const int in_group = lane % 4;
  if (product.rows == 8) return {group, in_group * 2 + i};
  return {i < 2 ? group : group + 8, in_group * 2 + (i & 1)};
}

TEST_CASE("fragments lie as published") {
  for (const Published& published : kCute) {
    const Product& product = published.product;
    const int elements = product.elements();
    for (int lane = 0; lane < 32; ++lane) {
      INFO("m" << product.rows << "n8k" << product.depth << " lane " << lane);
      for (int i = 0; i < product.registers_a() * elements; ++i) {
        const Place place = place_a(product, lane, i / elements, i % elements);
        CHECK(place == ptx_a(product, lane, i));
        CHECK(place == published.a.at(lane, i, product.rows));
      }
      for (int i = 0; i < product.registers_b() * elements; ++i) {
        const Place place = place_b(product, lane, i / elements, i % elements);
        CHECK(place == ptx_b(product, lane, i));
        CHECK(place == published.b.at(lane, i, 8));
      }
      for (int i = 0; i < product.registers_d(); ++i) {
        CHECK(place_d(lane, i) == ptx_d(product, lane, i));
        CHECK(place_d(lane, i) == published.d.at(lane, i, product.rows));
      }
    }
  }
}

// Matrices dealt out by the published layouts, multiplied by the model and gathered by the
// published layouts.
TEST_CASE("the model multiplies matrices laid out as published") {
  std::mt19937 random(1);
  for (const Published& published : kCute) {
    const Product& product = published.product;
    const int range = 1 << product.bits;
    int a[16][64], b[8][64], expected[16][8] = {};
    for (auto& row : a) {
      for (int& value : row) value = static_cast<int>(random()) & (range - 1);
    }
    for (auto& row : b) {
      for (int& value : row) value = (static_cast<int>(random()) & (range - 1)) - range / 2;
    }
    for (int m = 0; m < product.rows; ++m) {
      for (int n = 0; n < 8; ++n) {
        for (int k = 0; k < product.depth; ++k) expected[m][n] += a[m][k] * b[n][k];
      }
    }
    LaneOperands lanes[32] = {};
    int sums[32][4] = {};
    const auto deal = [&](std::uint32_t* registers, int i, int value) {
      const int elements = product.elements();
      registers[i / elements] |=
          (static_cast<std::uint32_t>(value) & static_cast<std::uint32_t>(range - 1))
          << (i % elements * product.bits);
    };
    for (int lane = 0; lane < 32; ++lane) {
      for (int i = 0; i < product.registers_a() * product.elements(); ++i) {
        const Place at = published.a.at(lane, i, product.rows);
        deal(lanes[lane].a, i, a[at.outer][at.inner]);
      }
      for (int i = 0; i < product.registers_b() * product.elements(); ++i) {
        const Place at = published.b.at(lane, i, 8);
        deal(lanes[lane].b, i, b[at.outer][at.inner]);
      }
      for (int i = 0; i < 4; ++i) lanes[lane].d[i] = &sums[lane][i];
    }
    multiply(product, lanes);
    for (int lane = 0; lane < 32; ++lane) {
      for (int i = 0; i < product.registers_d(); ++i) {
        const Place at = published.d.at(lane, i, product.rows);
        CHECK(sums[lane][i] == expected[at.outer][at.inner]);
      }
    }
  }
}

}  // namespace
}  // namespace nibble::shim
