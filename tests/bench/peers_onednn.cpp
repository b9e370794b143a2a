#include "tests/bench/peers.h"

#ifdef NIBBLE_ONEDNN

#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

namespace {

void run(const Shape& shape, const char* precision, dnnl::memory::data_type input,
         dnnl::memory::data_type weights, dnnl::memory::data_type output) {
  using dnnl::memory;
  dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const memory::desc a({shape.m, shape.k}, input, memory::format_tag::ab);
  const memory::desc b({shape.k, shape.n}, weights,
                       memory::format_tag::any);  // packed ahead, as our weights are
  const memory::desc c({shape.m, shape.n}, output, memory::format_tag::ab);
  const dnnl::matmul::primitive_desc description(dnnl::matmul::desc(a, b, c), engine);
  const dnnl::matmul product(description);
  memory source(description.src_desc(), engine);
  memory packed(description.weights_desc(), engine);
  memory result(description.dst_desc(), engine);
  std::memset(source.get_data_handle(), input == memory::data_type::u8 ? 3 : 0,
              description.src_desc().get_size());
  std::memset(packed.get_data_handle(), input == memory::data_type::u8 ? 2 : 0,
              description.weights_desc().get_size());
  const std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, result}};
  report("onednn", precision, shape, [&] {
    product.execute(stream, arguments);
    stream.wait();
  });
}

void run_convolution(int height, int width, int channels) {
  using dnnl::memory;
  using type = memory::data_type;
  dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const memory::desc image({1, channels, height, width}, type::u8, memory::format_tag::nhwc);
  const memory::desc weights({channels, channels, 3, 3}, type::s8, memory::format_tag::any);
  const memory::desc bias({channels}, type::s32, memory::format_tag::a);
  dnnl::post_ops relu;
  relu.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0, 0);
  dnnl::primitive_attr attributes;
  attributes.set_output_scales(
      1 << 1, std::vector<float>(static_cast<std::size_t>(channels), 0.01F));  // one a channel
  attributes.set_post_ops(relu);
  const dnnl::convolution_forward::desc convolution(dnnl::prop_kind::forward_inference,
                                                    dnnl::algorithm::convolution_auto, image,
                                                    weights, bias, image, {1, 1}, {1, 1}, {1, 1});
  const dnnl::convolution_forward::primitive_desc description(convolution, attributes, engine);
  const dnnl::convolution_forward forward(description);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, memory(image, engine)},
      {DNNL_ARG_WEIGHTS, memory(description.weights_desc(), engine)},
      {DNNL_ARG_BIAS, memory(bias, engine)},
      {DNNL_ARG_DST, memory(image, engine)}};
  for (auto& [argument, tensor] : arguments)
    std::memset(tensor.get_data_handle(), 1, tensor.get_desc().get_size());
  report("onednn", "int8", {height * width, channels, 9 * channels}, [&] {
    forward.execute(stream, arguments);
    stream.wait();
  });
}

}  // namespace

void run_onednn_convolutions(const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes) run_convolution(shape.m, shape.n, shape.k);
}

void run_onednn_products(const std::vector<Shape>& shapes) {
  using type = dnnl::memory::data_type;
  for (const Shape& shape : shapes) {
    run(shape, "f32", type::f32, type::f32, type::f32);
    run(shape, "int8", type::u8, type::s8, type::s32);
  }
}

#else

void run_onednn_products(const std::vector<Shape>&) {}
void run_onednn_convolutions(const std::vector<Shape>&) {}

#endif
