// What OpenCV's archives are linked with instead of their own parts for LAPACK, threads and OpenGL
// (see opencv.cmake). The linker takes these first and leaves the archives' objects alone.

#include <opencv2/core/hal/interface.h>
#include <cstddef>
#include <opencv2/core.hpp>
#include <opencv2/core/opengl.hpp>

// OpenCV then uses its own code, as it does in any case for matrices below 100 x 100.
constexpr int kNone = CV_HAL_ERROR_NOT_IMPLEMENTED;
using Size = std::size_t;

int lapack_LU32f(float*, Size, int, float*, Size, int, int*) { return kNone; }
int lapack_LU64f(double*, Size, int, double*, Size, int, int*) { return kNone; }
int lapack_Cholesky32f(float*, Size, int, float*, Size, int, bool*) { return kNone; }
int lapack_Cholesky64f(double*, Size, int, double*, Size, int, bool*) { return kNone; }
int lapack_QR32f(float*, Size, int, int, int, float*, Size, float*, int*) { return kNone; }
int lapack_QR64f(double*, Size, int, int, int, double*, Size, double*, int*) { return kNone; }
int lapack_SVD32f(float*, Size, float*, float*, Size, float*, Size, int, int, int) { return kNone; }
int lapack_SVD64f(double*, Size, double*, double*, Size, double*, Size, int, int, int) {
  return kNone;
}
int lapack_gemm32f(const float*, Size, const float*, Size, float, const float*, Size, float, float*,
                   Size, int, int, int, int) {
  return kNone;
}
int lapack_gemm64f(const double*, Size, const double*, Size, double, const double*, Size, double,
                   double*, Size, int, int, int, int) {
  return kNone;
}
int lapack_gemm32fc(const float*, Size, const float*, Size, float, const float*, Size, float,
                    float*, Size, int, int, int, int) {
  return kNone;
}
int lapack_gemm64fc(const double*, Size, const double*, Size, double, const double*, Size, double,
                    double*, Size, int, int, int, int) {
  return kNone;
}

namespace cv {

// The loop of OpenCV's functions, all of it on the calling thread.
ParallelLoopBody::~ParallelLoopBody() = default;
void parallel_for_(const Range& range, const ParallelLoopBody& body, double) {
  if (!range.empty()) body(range);
}
int getNumThreads() { return 1; }
int getNumberOfCPUs() { return 1; }
int getThreadNum() { return 0; }
void setNumThreads(int) {}
const char* currentParallelFramework() { return nullptr; }

// Reached for arrays that lie in OpenGL's memory alone.
void ogl::Buffer::create(int, int, int, Target, bool) {
  CV_Error(Error::OpenGlNotSupported, "OpenGL is left out");
}
void ogl::Buffer::release() { CV_Error(Error::OpenGlNotSupported, "OpenGL is left out"); }

}  // namespace cv
