#include <Eigen/Core>

#include "tests/bench/peers.h"

#ifdef NIBBLE_OPENBLAS
#include <cblas.h>
#endif

void run_blas(const std::vector<Shape>& shapes) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
#ifdef NIBBLE_OPENBLAS
  openblas_set_num_threads(1);
#endif
  for (const Shape& shape : shapes) {
    const Matrix a = Matrix::Constant(shape.m, shape.k, 0.5F);
    const Matrix b = Matrix::Constant(shape.k, shape.n, 0.25F);
    Matrix c(shape.m, shape.n);
    report("eigen", "f32", shape, [&] { c.noalias() = a * b; });
#ifdef NIBBLE_OPENBLAS
    report("openblas", "f32", shape, [&] {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, shape.m, shape.n, shape.k, 1, a.data(),
                  shape.k, b.data(), shape.n, 0, c.data(), shape.n);
    });
#endif
  }
}
