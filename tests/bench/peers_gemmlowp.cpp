#include "tests/bench/peers.h"

#ifdef NIBBLE_GEMMLOWP

#include <public/gemmlowp.h>

#include <cstdint>
#include <tuple>

// Our weights are its left side (N x K), our activations its right side.
void run_gemmlowp(const std::vector<Shape>& shapes) {
  using gemmlowp::MapOrder;
  using gemmlowp::MatrixMap;
  gemmlowp::GemmContext context;
  context.set_max_num_threads(1);
  for (const Shape& shape : shapes) {
    const std::vector<std::uint8_t> weights(
        static_cast<std::size_t>(shape.n) * static_cast<std::size_t>(shape.k), 3);
    const std::vector<std::uint8_t> inputs(
        static_cast<std::size_t>(shape.m) * static_cast<std::size_t>(shape.k), 5);
    std::vector<std::int32_t> sums(static_cast<std::size_t>(shape.m) *
                                   static_cast<std::size_t>(shape.n));
    const MatrixMap<const std::uint8_t, MapOrder::RowMajor> left(weights.data(), shape.n, shape.k,
                                                                 shape.k);
    const MatrixMap<const std::uint8_t, MapOrder::ColMajor> right(inputs.data(), shape.k, shape.m,
                                                                  shape.k);
    MatrixMap<std::int32_t, MapOrder::ColMajor> result(sums.data(), shape.n, shape.m, shape.n);
    report("gemmlowp", "int8", shape, [&] {
      gemmlowp::GemmWithOutputPipeline<std::uint8_t, std::int32_t,
                                       gemmlowp::DefaultL8R8BitDepthParams>(
          &context, left, right, &result, -8, -7, std::tuple<>());
    });
  }
}

#else

void run_gemmlowp(const std::vector<Shape>&) {}

#endif
