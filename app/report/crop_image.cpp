#include "app/report/crop_image.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "recognizer/page/mat_view.h"

namespace nibble {

Image fit_crop(const Image& crop, int height, int max_width, double max_scale) {
  const double scale = std::min({static_cast<double>(height) / crop.height,
                                 static_cast<double>(max_width) / crop.width, max_scale});
  Image small = make_image(std::max(1, static_cast<int>(crop.width * scale + 0.5)),
                           std::max(1, static_cast<int>(crop.height * scale + 0.5)), crop.channels);
  cv::Mat target = mat_view(small);
  cv::resize(mat_view(crop), target, target.size(), 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return small;
}

}  // namespace nibble
