#pragma once

#include <cassert>
#include <cstddef>
#include <vector>

namespace nibble {

/// Extent of an activation tensor of one line: height x width x channels, stored in that order
/// (NHWC with N = 1).
struct Shape {
  int height = 0;
  int width = 0;
  int channels = 0;

  std::size_t size() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
           static_cast<std::size_t>(channels);
  }
  bool operator==(const Shape&) const = default;
};

/// A view of a dense tensor that somebody else owns.
template <typename T>
struct TensorView {
  T* data = nullptr;
  Shape shape;

  T& at(int y, int x, int c) const {
    assert(y >= 0 && y < shape.height && x >= 0 && x < shape.width && c >= 0 && c < shape.channels);
    return data[(static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
                 static_cast<std::size_t>(x)) *
                    static_cast<std::size_t>(shape.channels) +
                static_cast<std::size_t>(c)];
  }
};

/// Scores of the classes in each column of a line: natural-log probabilities, `classes` values a
/// column, column after column. Class 0 is the CTC blank; class i > 0 is character i - 1 of the
/// model's alphabet.
struct Logits {
  int columns = 0;
  int classes = 0;
  int stride = 4;  ///< input pixels per column
  std::vector<float> values;

  const float* column(int x) const {
    return values.data() + static_cast<std::size_t>(x) * static_cast<std::size_t>(classes);
  }
};

}  // namespace nibble
