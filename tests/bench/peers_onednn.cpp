#include "tests/bench/peers.h"

#ifdef NIBBLE_ONEDNN

#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

namespace {

void run(const Shape& shape, const char* precision, dnnl::memory::data_type input, dnnl::memory::data_type weights,
         dnnl::memory::data_type output) {
  using dnnl::memory;
  dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const memory::desc a({shape.m, shape.k}, input, memory::format_tag::ab);
  const memory::desc b({shape.k, shape.n}, weights, memory::format_tag::any);  // packed ahead, as our weights are
  const memory::desc c({shape.m, shape.n}, output, memory::format_tag::ab);
  const dnnl::matmul::primitive_desc description(dnnl::matmul::desc(a, b, c), engine);
  const dnnl::matmul product(description);
  memory source(description.src_desc(), engine);
  memory packed(description.weights_desc(), engine);
  memory result(description.dst_desc(), engine);
  std::memset(source.get_data_handle(), input == memory::data_type::u8 ? 3 : 0, description.src_desc().get_size());
  std::memset(packed.get_data_handle(), input == memory::data_type::u8 ? 2 : 0, description.weights_desc().get_size());
  const std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, result}};
  report("onednn", precision, shape, [&] {
    product.execute(stream, arguments);
    stream.wait();
  });
}

}  // namespace

void run_onednn(const std::vector<Shape>& shapes) {
  using type = dnnl::memory::data_type;
  for (const Shape& shape : shapes) {
    run(shape, "f32", type::f32, type::f32, type::f32);
    run(shape, "int8", type::u8, type::s8, type::s32);
  }
}

#else

void run_onednn(const std::vector<Shape>&) {}

#endif
