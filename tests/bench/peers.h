#pragma once

#include <functional>
#include <string>
#include <vector>

/// A matrix product that is timed: (M x K) x (K x N).
struct Shape {
  int m = 0, n = 0, k = 0;
};

/// Times `execute` as `nibble bench` times its kernels, and prints "name precision M N K gops",
/// separated by tabs.
void report(const char* name, const char* precision, const Shape& shape,
            const std::function<void()>& execute);

// One a library; each prints nothing when the library is not built in.
void run_onednn_products(const std::vector<Shape>& shapes);
/// 3x3 convolutions of u8 with s8, pads of 1, bias, scales and ReLU, to u8; a shape's m, n and k
/// are height, width and channels.
void run_onednn_convolutions(const std::vector<Shape>& shapes);
void run_blas(const std::vector<Shape>& shapes);
void run_gemmlowp(const std::vector<Shape>& shapes);
