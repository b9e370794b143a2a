#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace nibble::python {

/// Bytes of shape (height, width) or (height, width, channels), with any strides.
using PixelArray = nanobind::ndarray<const std::uint8_t, nanobind::ro, nanobind::device::cpu>;

/// An array of shape (height, width, 3).
using ColorArray = nanobind::ndarray<nanobind::numpy, std::uint8_t, nanobind::shape<-1, -1, 3>>;

/// An array as the library takes pictures: where it lies if its rows are without gaps, else copied.
/// Needs no interpreter's lock.
class ArrayPicture {
 public:
  /// Throws Error(usage | too_large): shapes are checked, sizes beyond `limits` are not copied.
  explicit ArrayPicture(const PixelArray& array);
  const ImageView& view() const { return view_; }

 private:
  void copy(const PixelArray& array, std::size_t channels);

  ImageView view_;
  std::vector<std::uint8_t> copy_;
};

/// A picture in colour as an array that owns it.
ColorArray to_array(Picture picture);

}  // namespace nibble::python
