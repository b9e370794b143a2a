// Linked once when the build is configured, to see that opencv_parts.cpp fits this OpenCV: it uses
// what pulls in most of the archives' parts.

#include <opencv2/imgproc.hpp>
#include <vector>

int main() {
  cv::Mat picture(64, 64, CV_8UC3, cv::Scalar(1, 2, 3));
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  cv::resize(grey, grey, {32, 32}, 0, 0, cv::INTER_AREA);
  const std::vector<cv::Point2f> corners = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  cv::warpPerspective(grey, grey, cv::getPerspectiveTransform(corners, corners), grey.size());
  cv::morphologyEx(grey, grey, cv::MORPH_CLOSE, cv::Mat());
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centres;
  cv::connectedComponentsWithStats(grey, labels, stats, centres);
  cv::matchTemplate(grey, grey(cv::Rect(0, 0, 8, 8)), labels, cv::TM_CCOEFF_NORMED);
  const cv::Mat product = cv::Mat::eye(3, 3, CV_64F) * cv::Mat::eye(3, 3, CV_64F);
  return cv::countNonZero(product) == 3 ? 0 : 1;
}
