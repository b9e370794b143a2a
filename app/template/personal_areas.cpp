#include "app/template/personal_areas.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "recognizer/base/bounds.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

/// Sums over rectangles of a grid.
class GridSums {
 public:
  explicit GridSums(const cv::Mat& cells) { cv::integral(cells, sums_, CV_64F); }

  double sum(const cv::Rect& area) const {
    return sums_.at<double>(area.y, area.x) + sums_.at<double>(area.br().y, area.br().x) -
           sums_.at<double>(area.y, area.br().x) - sums_.at<double>(area.br().y, area.x);
  }

 private:
  cv::Mat sums_;
};

constexpr int kCells = 96;  // along the document's longer side

/// How much more each cell has than the document's mean of what a portrait has and a guilloche has
/// not: changes of tone over a hundredth of the document and more.
cv::Mat detail_of(const Image& document, cv::Size grid) {
  cv::Mat grey = to_grey(mat_view(document)), across, down, detail;
  const double coarse = std::max(grey.cols, grey.rows) / 100.0;
  cv::GaussianBlur(grey, grey, {0, 0}, coarse);
  cv::Sobel(grey, across, CV_32F, 1, 0);
  cv::Sobel(grey, down, CV_32F, 0, 1);
  cv::magnitude(across, down, detail);
  // An edge counts as one, however strong: an emblem would outweigh a face.
  cv::min(detail, 4 * cv::mean(detail)[0], detail);
  cv::resize(detail, detail, grid, 0, 0, cv::INTER_AREA);
  return detail - cv::mean(detail)[0];
}

cv::Mat occupied(const Image& document, const std::vector<Quad>& texts, cv::Size grid) {
  cv::Mat cells = cv::Mat::zeros(grid, CV_32F);
  const double x = static_cast<double>(grid.width) / document.width;
  const double y = static_cast<double>(grid.height) / document.height;
  for (const Quad& text : texts) {
    const Bounds box = bounds_of(text);
    const cv::Point first(static_cast<int>(box.left * x), static_cast<int>(box.top * y));
    const cv::Point last(static_cast<int>(box.right * x), static_cast<int>(box.bottom * y));
    cells(cv::Rect(first, last + cv::Point(1, 1)) & cv::Rect({}, grid)) = 1;
  }
  return cells;
}

// ISO/IEC 19794-5's portraits are 35 x 45 mm; documents trim them to between 2:3 and square.
constexpr double kNarrowest = 0.66, kWidest = 1.0;

/// Mean colours along a line of pixels just outside the area; empty where that is no part of the
/// picture.
cv::Mat border(const cv::Mat& pixels, const cv::Rect& line) {
  if ((line & cv::Rect({}, pixels.size())) != line) return {};
  cv::Mat colours;
  pixels(line).convertTo(colours, CV_32F);
  cv::blur(colours, colours, {9, 9}, {-1, -1}, cv::BORDER_REPLICATE);
  return colours;
}

}  // namespace

std::vector<Quad> find_portrait(const Image& document, const std::vector<Quad>& texts) {
  const double scale = static_cast<double>(kCells) / std::max(document.width, document.height);
  const cv::Size grid(std::max(1, static_cast<int>(document.width * scale)),
                      std::max(1, static_cast<int>(document.height * scale)));
  const GridSums detail(detail_of(document, grid)), taken(occupied(document, texts, grid));
  cv::Rect best;
  double most = 0;
  for (int height = std::max(4, grid.height / 4); height <= grid.height; ++height) {
    const int narrowest = static_cast<int>(std::ceil(kNarrowest * height));
    for (int width = narrowest; width <= std::min<int>(grid.width, kWidest * height); ++width) {
      for (int y = 0; y + height <= grid.height; ++y) {
        for (int x = 0; x + width <= grid.width; ++x) {
          const cv::Rect area(x, y, width, height);
          if (taken.sum(area) > 0) continue;
          const double found = detail.sum(area);
          if (found <= most) continue;
          most = found;
          best = area;
        }
      }
    }
  }
  if (best.empty()) return {};
  const double left = best.x / scale, top = best.y / scale;
  const double right = best.br().x / scale - 1, bottom = best.br().y / scale - 1;
  return {{{{left, top}, {right, top}, {right, bottom}, {left, bottom}}}};
}

void blank_area(Image& document, const Quad& area) {
  cv::Mat pixels = mat_view(document);
  const Bounds box = bounds_of(area);
  const double about = 2 + 0.1 * (box.bottom - box.top);
  const cv::Point first(static_cast<int>(std::floor(box.left - about)),
                        static_cast<int>(std::floor(box.top - about)));
  const cv::Point last(static_cast<int>(std::ceil(box.right + about)),
                       static_cast<int>(std::ceil(box.bottom + about)));
  const cv::Rect hidden = cv::Rect(first, last + cv::Point(1, 1)) & cv::Rect({}, pixels.size());
  if (hidden.empty()) return;
  const cv::Mat above = border(pixels, {hidden.x, hidden.y - 1, hidden.width, 1});
  const cv::Mat below = border(pixels, {hidden.x, hidden.br().y, hidden.width, 1});
  const cv::Mat before = border(pixels, {hidden.x - 1, hidden.y, 1, hidden.height});
  const cv::Mat behind = border(pixels, {hidden.br().x, hidden.y, 1, hidden.height});
  const int channels = pixels.channels();
  const float plain = static_cast<float>(cv::mean(pixels)[0]);  // of an area that fills the picture
  for (int y = 0; y < hidden.height; ++y) {
    std::uint8_t* row = pixels.ptr(hidden.y + y) + static_cast<std::ptrdiff_t>(hidden.x) * channels;
    for (int x = 0; x < hidden.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        float sum = 0, weights = 0;
        const auto add = [&](const cv::Mat& edge, int at, int away) {
          if (edge.empty()) return;
          const float weight = 1.0F / static_cast<float>(away + 1);
          sum += weight * edge.ptr<float>()[at * channels + c];
          weights += weight;
        };
        add(above, x, y);
        add(below, x, hidden.height - 1 - y);
        add(before, y, x);
        add(behind, y, hidden.width - 1 - x);
        row[x * channels + c] =
            cv::saturate_cast<std::uint8_t>(weights > 0 ? sum / weights : plain);
      }
    }
  }
}

}  // namespace nibble
