#include "nn/dtype.h"

#include <array>

namespace nibble {
namespace {

struct DTypeInfo {
  DType dtype;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<DTypeInfo, 4> kDTypes{
    {{DType::f32, "F32", 4}, {DType::s8, "I8", 1}, {DType::u8, "U8", 1}, {DType::s32, "I32", 4}}};

const DTypeInfo& info(DType dtype) {
  for (const DTypeInfo& known : kDTypes) {
    if (known.dtype == dtype) return known;
  }
  return kDTypes.front();
}

}  // namespace

std::string_view dtype_name(DType dtype) { return info(dtype).name; }

std::optional<DType> parse_dtype(std::string_view name) {
  for (const DTypeInfo& known : kDTypes) {
    if (known.name == name) return known.dtype;
  }
  return std::nullopt;
}

std::size_t dtype_size(DType dtype) { return info(dtype).size; }

}  // namespace nibble
