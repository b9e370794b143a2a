#include "recognizer/reader/text_lines.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "recognizer/base/median.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr int kWorkingSide = 1600;      // pixels of the longer side at most
constexpr int kLetterHeight = 5;        // least, in working pixels
constexpr double kTallestLetter = 0.4;  // of the page's shorter side
constexpr double kMinContrast = 20;     // grey levels between ink and ground
constexpr double kHeightRatio = 2.2;    // between letters of one line
constexpr double kWordGap = 1.1;        // widest gap within a line, in heights
constexpr double kLineOverlap = 0.5;    // of the lower letter's height

struct Letter {
  cv::Rect box;
  int area = 0;
};

struct Line {
  std::vector<cv::Rect> letters;
  cv::Rect box;
};

// How much darker (or lighter) each pixel is than the ground around it. Letters are narrower than
// the ground's window.
cv::Mat ink_of(const cv::Mat& grey, bool light) {
  const int side = std::max(15, std::min(grey.cols, grey.rows) / 12) | 1;
  const cv::Mat window = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(side, side));
  cv::Mat ground;
  cv::morphologyEx(grey, ground, light ? cv::MORPH_OPEN : cv::MORPH_CLOSE, window);
  cv::blur(ground, ground, cv::Size(side, side));
  cv::Mat ink;
  if (light) {
    cv::subtract(grey, ground, ink);
  } else {
    cv::subtract(ground, grey, ink);
  }
  return ink;
}

// Ink is what stands out by more than half of what the strongest ink around stands out by.
cv::Mat binary_ink(const cv::Mat& ink) {
  const int side = std::max(15, std::min(ink.cols, ink.rows) / 16) | 1;
  cv::Mat strongest;
  cv::dilate(ink, strongest, cv::getStructuringElement(cv::MORPH_RECT, cv::Size(side, side)));
  cv::blur(strongest, strongest, cv::Size(side, side));
  cv::Mat threshold;
  strongest.convertTo(threshold, CV_8U, 0.45);
  threshold = cv::max(threshold, kMinContrast);
  return ink > threshold;
}

std::vector<Letter> find_letters(const cv::Mat& binary, std::vector<Letter>& marks) {
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centres;
  const int count = cv::connectedComponentsWithStats(binary, labels, stats, centres, 8, CV_32S);
  const double tallest = kTallestLetter * std::min(binary.cols, binary.rows);
  std::vector<Letter> letters;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (box.height > tallest || area < 3) continue;
    const bool is_letter =
        box.height >= kLetterHeight && box.width < 12 * box.height && area > 0.08 * box.area();
    (is_letter ? letters : marks).push_back({box, area});
  }
  return letters;
}

bool in_one_line(const cv::Rect& a, const cv::Rect& b) {
  const int least = std::min(a.height, b.height);
  const int most = std::max(a.height, b.height);
  if (most > kHeightRatio * least) return false;
  const int overlap = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (overlap < kLineOverlap * least) return false;
  const int gap = std::max(a.x, b.x) - std::min(a.x + a.width, b.x + b.width);
  return gap < kWordGap * most;
}

std::size_t root_of(std::vector<std::size_t>& parents, std::size_t i) {
  while (parents[i] != i) i = parents[i] = parents[parents[i]];
  return i;
}

std::vector<Line> join_letters(std::vector<Letter> letters) {
  std::sort(letters.begin(), letters.end(), [](const Letter& a, const Letter& b) {
    return a.box.x != b.box.x ? a.box.x < b.box.x : a.box.y < b.box.y;
  });
  std::vector<std::size_t> parents(letters.size());
  std::iota(parents.begin(), parents.end(), std::size_t{0});
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const cv::Rect& a = letters[i].box;
    for (std::size_t j = i + 1; j < letters.size(); ++j) {
      const cv::Rect& b = letters[j].box;
      if (b.x > a.x + a.width + kWordGap * kHeightRatio * a.height) break;
      if (in_one_line(a, b)) parents[root_of(parents, j)] = root_of(parents, i);
    }
  }
  std::vector<Line> lines(letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    Line& line = lines[root_of(parents, i)];
    line.letters.push_back(letters[i].box);
    line.box = line.letters.size() == 1 ? letters[i].box : line.box | letters[i].box;
  }
  // One blot is no text, unless it is as long as a word whose letters touch.
  std::erase_if(lines, [](const Line& line) {
    return line.letters.empty() ||
           (line.letters.size() == 1 && line.box.width < 1.5 * line.box.height) ||
           line.box.width < line.box.height;
  });
  return lines;
}

double median_height(const Line& line) {
  std::vector<int> heights;
  for (const cv::Rect& letter : line.letters) heights.push_back(letter.height);
  return median(std::move(heights));
}

// Dots and commas belong to the line beside which they stand.
void add_marks(const std::vector<Letter>& marks, std::vector<Line>& lines) {
  for (Line& line : lines) {
    const double height = median_height(line);
    const cv::Rect letters = line.box;
    const int x = cvRound(0.7 * height);
    const int y = cvRound(0.3 * height);
    const cv::Rect around(letters.x - x, letters.y - y, letters.width + 2 * x,
                          letters.height + 2 * y);
    for (const Letter& mark : marks) {
      if (mark.box.height < height && mark.box.width < height && (mark.box & around) == mark.box)
        line.box |= mark.box;
    }
  }
}

/// The part of an outline that lies in another, as a share of its own area.
double covered(const cv::Rect& box, const cv::Rect& by) {
  return static_cast<double>((box & by).area()) / box.area();
}

// Dark and light ink are looked for apart, and the gaps between letters of the one look like
// letters of the other: of lines in one place that with more letters is kept.
std::vector<Line> without_gaps(std::vector<Line> lines) {
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.letters.size() > b.letters.size();
  });
  std::vector<Line> kept;
  for (const Line& line : lines) {
    const auto apart = [&](const Line& other) {
      return covered(line.box, other.box) < 0.3 && covered(other.box, line.box) < 0.3;
    };
    if (std::all_of(kept.begin(), kept.end(), apart)) kept.push_back(line);
  }
  return kept;
}

/// Rows from the top, each from the left: a line belongs to the row whose first line it overlaps by
/// half its height.
void order(std::vector<Line>& lines) {
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.box.y < b.box.y; });
  std::vector<Line> ordered;
  while (!lines.empty()) {
    const cv::Rect first = lines.front().box;
    const auto in_row = [&](const Line& line) {
      const int overlap = std::min(first.y + first.height, line.box.y + line.box.height) -
                          std::max(first.y, line.box.y);
      return overlap > 0.5 * std::min(first.height, line.box.height);
    };
    const auto rest = std::stable_partition(lines.begin(), lines.end(), in_row);
    std::sort(lines.begin(), rest, [](const Line& a, const Line& b) { return a.box.x < b.box.x; });
    ordered.insert(ordered.end(), lines.begin(), rest);
    lines.erase(lines.begin(), rest);
  }
  lines = std::move(ordered);
}

std::string line_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "line" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

}  // namespace

bool is_text(const FieldResult& line) {
  // Faint and small print that is read in part right has 0.6 and more, and what is no text mostly
  // less.
  constexpr double kMinConfidence = 0.6;  // geometric mean over the characters
  constexpr std::size_t kFew = 2;  // so few characters may be chance, unless they are read for sure
  constexpr double kMinOfFew = 0.9;
  constexpr double kWidestCharacter = 1.5;  // heights, with the space beside it
  const std::vector<ReadChar>& chars = line.reading.chars;
  const auto has_sign = [](const ReadChar& c) {
    return c.text.size() > 1 || std::isalnum(static_cast<unsigned char>(c.text[0])) != 0;
  };
  if (std::none_of(chars.begin(), chars.end(), has_sign)) return false;
  const auto count = static_cast<double>(chars.size());
  const double mean = std::pow(line.reading.confidence, 1 / count);
  if (mean < (chars.size() > kFew ? kMinConfidence : kMinOfFew)) return false;
  return distance(line.quad[0], line.quad[1]) <= kWidestCharacter * count * quad_height(line.quad);
}

std::vector<FieldSpec> find_text_lines(const Page& page) {
  cv::Mat grey = to_grey(mat_view(page.image));
  const double factor =
      std::min(1.0, static_cast<double>(kWorkingSide) / std::max(grey.cols, grey.rows));
  if (factor < 1) cv::resize(grey, grey, cv::Size(), factor, factor, cv::INTER_AREA);

  std::vector<Line> lines;
  for (const bool light : {false, true}) {
    std::vector<Letter> marks;
    std::vector<Line> found = join_letters(find_letters(binary_ink(ink_of(grey, light)), marks));
    add_marks(marks, found);
    lines.insert(lines.end(), found.begin(), found.end());
  }
  lines = without_gaps(std::move(lines));
  order(lines);

  std::vector<FieldSpec> fields;
  const double scale = factor * page.scale;  // working pixels per template pixel
  for (const Line& line : lines) {
    Quad quad = rectangle(line.box.width, line.box.height);
    for (Point& p : quad)
      p = {(p.x + line.box.x + 0.5) / scale - 0.5, (p.y + line.box.y + 0.5) / scale - 0.5};
    FieldSpec field;
    field.name = line_name(fields.size() + 1);
    field.quad = quad;
    field.kind = "text";
    fields.push_back(field);
  }
  return fields;
}

}  // namespace nibble
