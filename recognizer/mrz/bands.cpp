#include "recognizer/mrz/bands.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>

#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr double kPi = 3.14159265358979;
constexpr double kMaxLean = 25 * kPi / 180;
// The shortest zone has 30 characters about 1.4 heights apart in the blurred picture's terms; half
// of that leaves room for broken lines.
constexpr double kMinAspect = 9;
constexpr double kMinLength = 0.15;  // of the longer side
constexpr double kStrokeKernel = 0.014;
constexpr double kJoinKernel = 0.026;

/// A line of text in the working picture.
struct TextLine {
  Point centre;
  double length = 0;
  double height = 0;
  double angle = 0;  ///< of its direction, radians, clockwise on the screen

  Point along() const { return {std::cos(angle), std::sin(angle)}; }
  Point down() const { return {-std::sin(angle), std::cos(angle)}; }
};

double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
Point minus(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point moved(Point p, Point direction, double by) {
  return {p.x + direction.x * by, p.y + direction.y * by};
}

cv::Mat working_picture(const Image& image, double scale) {
  const cv::Mat grey = to_grey(mat_view(image));
  cv::Mat scaled;
  const auto side = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * scale)));
  };
  cv::resize(grey, scaled, cv::Size(side(grey.cols), side(grey.rows)), 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return scaled;
}

int odd(double value) { return std::max(3, static_cast<int>(value / 2) * 2 + 1); }

cv::Mat box(int width, int height) {
  return cv::getStructuringElement(cv::MORPH_RECT, cv::Size(width, height));
}

/// White where text along the rows is: dark strokes with many upright edges, joined along the row.
cv::Mat text_mask(const cv::Mat& grey) {
  const double side = std::max(grey.cols, grey.rows);
  cv::Mat strokes;
  const int stroke = odd(side * kStrokeKernel);
  cv::morphologyEx(grey, strokes, cv::MORPH_BLACKHAT, box(stroke, stroke));
  cv::Mat edges;
  cv::Sobel(strokes, edges, CV_16S, 1, 0, 3);
  cv::convertScaleAbs(edges, edges, 0.5);
  // Local contrast: the zone may lie in a shadow beside a bright background.
  cv::Mat joined;
  const int join = odd(side * kJoinKernel);
  cv::morphologyEx(edges, joined, cv::MORPH_CLOSE, box(join, 3));
  cv::Mat mask;
  cv::threshold(joined, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  cv::morphologyEx(mask, mask, cv::MORPH_OPEN, box(join, 3));
  cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, box(2 * join, 1));
  return mask;
}

/// The line that a rotated rectangle stands for, lying rather than standing.
TextLine make_line(const cv::RotatedRect& rectangle) {
  TextLine line;
  line.centre = {rectangle.center.x, rectangle.center.y};
  line.length = rectangle.size.width;
  line.height = rectangle.size.height;
  line.angle = rectangle.angle * kPi / 180;
  if (line.length < line.height) {
    std::swap(line.length, line.height);
    line.angle += kPi / 2;
  }
  while (line.angle > kPi / 2) line.angle -= kPi;
  while (line.angle <= -kPi / 2) line.angle += kPi;
  return line;
}

/// One line for two pieces of it.
TextLine join(const TextLine& a, const TextLine& b) {
  const TextLine& left = a.centre.x < b.centre.x ? a : b;
  const TextLine& right = a.centre.x < b.centre.x ? b : a;
  const Point start = moved(left.centre, left.along(), -left.length / 2);
  const Point end = moved(right.centre, right.along(), right.length / 2);
  TextLine line;
  line.centre = {(start.x + end.x) / 2, (start.y + end.y) / 2};
  line.length = distance(start, end);
  line.angle = std::atan2(end.y - start.y, end.x - start.x);
  line.height = std::max(a.height, b.height);
  return line;
}

/// Whether two pieces are of one line: on one another's axis, with a small gap.
bool continues(const TextLine& a, const TextLine& b) {
  const Point between = minus(b.centre, a.centre);
  const TextLine& longer = a.length > b.length ? a : b;
  const double offset = std::abs(dot(between, longer.down()));
  const double gap = std::abs(dot(between, longer.along())) - (a.length + b.length) / 2;
  const double height = std::min(a.height, b.height);
  return offset < 0.6 * height && gap < 5 * height && gap > -height &&
         std::max(a.height, b.height) < 2 * height;
}

void join_pieces(std::vector<TextLine>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t k = i + 1; k < lines.size(); ++k) {
      if (!continues(lines[i], lines[k])) continue;
      lines[i] = join(lines[i], lines[k]);
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(k));
      k = i;  // the longer line may reach further pieces
    }
  }
}

std::vector<TextLine> find_lines(const cv::Mat& grey) {
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(text_mask(grey), outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<TextLine> lines;
  for (const auto& outline : outlines) {
    const TextLine line = make_line(cv::minAreaRect(outline));
    if (std::abs(line.angle) < kMaxLean && line.height >= 4 && line.length > 1.5 * line.height)
      lines.push_back(line);
  }
  join_pieces(lines);
  const double least = kMinLength * std::max(grey.cols, grey.rows);
  std::erase_if(lines, [&](const TextLine& line) {
    return line.length < least || line.length < kMinAspect * line.height;
  });
  return lines;
}

/// How much line b looks like the one below a in a zone, 0 for not at all.
double next_line_score(const TextLine& a, const TextLine& b) {
  const Point between = minus(b.centre, a.centre);
  const double height = (a.height + b.height) / 2;
  const double pitch = dot(between, a.down()) / height;
  const double longer = std::max(a.length, b.length);
  const double similar = std::min(a.length, b.length) / longer;
  const double aligned = 1 - std::abs(dot(between, a.along())) / (0.5 * longer);
  if (pitch < 1 || pitch > 4.5 || std::abs(a.angle - b.angle) > 0.06 || similar < 0.6 ||
      aligned < 0.6)
    return 0;
  const double heights = std::min(a.height, b.height) / std::max(a.height, b.height);
  return heights < 0.5 ? 0 : similar * aligned * heights;
}

struct Group {
  std::vector<TextLine> lines;
  double score = 0;
};

std::vector<Group> group_lines(const std::vector<TextLine>& lines) {
  std::vector<Group> groups;
  for (const TextLine& first : lines) {
    for (const TextLine& second : lines) {
      const double pair = next_line_score(first, second);
      if (pair <= 0) continue;
      groups.push_back({{first, second}, pair});
      for (const TextLine& third : lines) {
        const double next = next_line_score(second, third);
        const double steps = distance(first.centre, second.centre) /
                             std::max(1.0, distance(second.centre, third.centre));
        if (next > 0 && steps > 0.7 && steps < 1.4)
          groups.push_back({{first, second, third}, std::min(pair, next)});
      }
    }
  }
  return groups;
}

/// The lines' outlines, all from the leftmost start to the rightmost end.
std::vector<Quad> outlines(const Group& group) {
  const Point along = group.lines[0].along();
  double left = 1e9;
  double right = -1e9;
  for (const TextLine& line : group.lines) {
    left = std::min(left, dot(line.centre, along) - line.length / 2);
    right = std::max(right, dot(line.centre, along) + line.length / 2);
  }
  std::vector<Quad> quads;
  for (const TextLine& line : group.lines) {
    const double centre = dot(line.centre, along);
    const Point start = moved(line.centre, line.along(), left - centre);
    const Point end = moved(line.centre, line.along(), right - centre);
    const double half = line.height / 2;
    quads.push_back({moved(start, line.down(), -half), moved(end, line.down(), -half),
                     moved(end, line.down(), half), moved(start, line.down(), half)});
  }
  return quads;
}

}  // namespace

std::vector<MrzBand> find_mrz_bands(const Image& image, int size, std::size_t most) {
  const double scale = static_cast<double>(size) / std::max(image.width, image.height);
  const cv::Mat level = working_picture(image, scale);
  cv::Mat turned;
  cv::rotate(level, turned, cv::ROTATE_90_CLOCKWISE);
  std::vector<MrzBand> bands;
  for (const bool upright : {true, false}) {
    const auto to_source = [&](Point p) {
      const Point q = upright ? p : Point{p.y, static_cast<double>(level.rows) - 1 - p.x};
      return Point{(q.x + 0.5) / scale - 0.5, (q.y + 0.5) / scale - 0.5};
    };
    for (const Group& group : group_lines(find_lines(upright ? level : turned))) {
      MrzBand band{outlines(group), group.score};
      for (Quad& quad : band.lines)
        std::transform(quad.begin(), quad.end(), quad.begin(), to_source);
      bands.push_back(std::move(band));
    }
  }
  // Three lines hold two pairs, which fit no worse; longer zones are likelier than chance
  // neighbours.
  std::stable_sort(bands.begin(), bands.end(), [](const MrzBand& a, const MrzBand& b) {
    const auto value = [](const MrzBand& band) {
      return band.score * std::sqrt(distance(band.lines[0][0], band.lines[0][1])) *
             (band.lines.size() == 3 ? 1.1 : 1.0);
    };
    return value(a) > value(b);
  });
  if (bands.size() > most) bands.resize(most);
  return bands;
}

}  // namespace nibble
