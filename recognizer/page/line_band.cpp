#include "recognizer/page/line_band.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace nibble {
namespace {

// Print is told from ground by its upright edges, of which it has far more, whatever its polarity;
// rules and bars above and below have none.
constexpr int kMinEdge = 8;          // grey levels over two pixels; weaker ones are noise
constexpr double kEdgeShare = 0.35;  // of the line's own strong edges
constexpr std::size_t kStrong = 4;   // that many edges of a row are stronger: specks
// Rows of the line by their number of edges, as shares of the richest row's.
constexpr double kTextShare = 0.2;
constexpr double kTraceShare = 0.03;  // where accents, ascenders and descenders stand alone
constexpr double kMinEdges = 4;       // of the richest row: two strokes
// How far those reach from the rows between, as shares of the height of these.
constexpr double kMaxReach = 0.6;
constexpr double kMaxAccentReach = 0.4;
constexpr double kMaxAccentGap = 0.14;
constexpr double kMaxGap = 0.07;  // within the line, a share of the crop's height
// The line lies about the crop's centre: at this share of its height from there a row weighs 1/e.
constexpr double kCentreSpread = 0.3;
constexpr double kMinLine = 0.08;      // share of the crop's height
constexpr double kNeighbourGap = 0.1;  // between the line and print beside it, of its height
constexpr double kMaxEnds = 1.0;       // blank columns at either end, the same
// Room above and below together, the same, in a line that is left as it is, and on each side where
// the ink goes on beyond what was expected.
constexpr double kMaxRoom = 0.9;
constexpr double kMinRoom = 0.05;
constexpr int kMinRows = 8;    // a smaller crop holds nothing beside its line
constexpr int kMaxRows = 144;  // of the crop in which the line is looked for

struct Rows {
  int top = 0;
  int bottom = 0;  ///< behind the last
  int height() const { return bottom - top; }
};

/// The upright edges of a crop that are as strong as those of its line.
class Edges {
 public:
  explicit Edges(const cv::Mat& grey) : grey_(grey) {
    const int middle = grey.rows / 2;
    const int reach = std::max(1, grey.rows / 5);
    int strong = 0;
    for (int y = std::max(0, middle - reach); y < std::min(grey.rows, middle + reach); ++y)
      strong = std::max(strong, strong_edge(y));
    least_ = std::max(kMinEdge, static_cast<int>(std::lround(kEdgeShare * strong)));
    for (int y = 0; y < grey.rows; ++y) counts_.push_back(count(y));
  }

  const std::vector<int>& counts() const { return counts_; }

  /// For each column whether there is an edge in these rows.
  std::vector<bool> columns(const Rows& rows) const {
    std::vector<bool> found(static_cast<std::size_t>(grey_.cols), false);
    for (int y = rows.top; y < rows.bottom; ++y) {
      const auto* row = grey_.ptr<std::uint8_t>(y);
      for (int x = 1; x + 1 < grey_.cols; ++x) {
        if (edge(row, x) >= least_) found[static_cast<std::size_t>(x)] = true;
      }
    }
    return found;
  }

 private:
  static int edge(const std::uint8_t* row, int x) { return std::abs(row[x + 1] - row[x - 1]); }

  int strong_edge(int y) const {
    std::array<int, 256> histogram{};
    const auto* row = grey_.ptr<std::uint8_t>(y);
    for (int x = 1; x + 1 < grey_.cols; ++x) ++histogram[static_cast<std::size_t>(edge(row, x))];
    std::size_t seen = 0;
    for (int level = 255; level > 0; --level) {
      seen += static_cast<std::size_t>(histogram[static_cast<std::size_t>(level)]);
      if (seen >= kStrong) return level;
    }
    return 0;
  }

  int count(int y) const {
    int found = 0;
    const auto* row = grey_.ptr<std::uint8_t>(y);
    for (int x = 1; x + 1 < grey_.cols; ++x) found += edge(row, x) >= least_ ? 1 : 0;
    return found;
  }

  const cv::Mat& grey_;
  int least_ = 0;
  std::vector<int> counts_;
};

/// Finds the rows of the line in the number of edges of each row.
class RowFinder {
 public:
  explicit RowFinder(const std::vector<int>& counts)
      : counts_(counts), rows_(static_cast<int>(counts.size())) {}

  /// An empty range when no line stands out.
  Rows find() {
    double heaviest = 0;
    for (int y = 0; y < rows_; ++y) {
      const double weight = counts(y) * centre_weight(y);
      if (weight <= heaviest) continue;
      heaviest = weight;
      peak_ = y;
    }
    richest_ = counts(peak_);
    if (richest_ < kMinEdges) return {};
    const Rows core = grow_core();
    if (core.height() < kMinLine * rows_) return {};
    return {reach(core, -1), reach(core, 1)};
  }

 private:
  int counts(int y) const { return counts_[static_cast<std::size_t>(y)]; }

  double centre_weight(int y) const {
    const double offset = ((y + 0.5) / rows_ - 0.5) / kCentreSpread;
    return std::exp(-offset * offset);
  }

  bool has_text(int y) const { return counts(y) >= kTextShare * richest_; }

  /// The rows about the richest one that have much of its number of edges.
  Rows grow_core() const {
    const int gap = static_cast<int>(kMaxGap * rows_);
    Rows core{peak_, peak_ + 1};
    for (int y = peak_ - 1; y >= 0 && core.top - y <= gap + 1; --y) {
      if (has_text(y)) core.top = y;
    }
    for (int y = peak_ + 1; y < rows_ && y - core.bottom <= gap; ++y) {
      if (has_text(y)) core.bottom = y + 1;
    }
    return core;
  }

  /// Where the line ends above (direction -1) or below (1): as far as some edges go on from the
  /// rows between, and across a gap such as accents leave. Where the next line's rows follow
  /// instead, at the poorest row before them.
  int reach(const Rows& core, int direction) const {
    const int begin = direction < 0 ? core.top - 1 : core.bottom;
    const int end = direction < 0 ? core.top : core.bottom;
    const double height = core.height();
    const double least = std::max(1.0, kTraceShare * richest_);
    int steps = 0;
    int blank = 0;
    for (int i = 0; i < kMaxReach * height; ++i) {
      const int y = begin + i * direction;
      if (y < 0 || y >= rows_) break;
      const bool neighbour = has_text(y);
      if (neighbour) return end + direction * poorest(begin, direction, i);
      if (counts(y) >= least) {
        if (blank > 0 && i >= kMaxAccentReach * height) break;
        steps = i + 1;
      } else if (++blank > std::max(1.0, kMaxAccentGap * height)) {
        break;
      }
    }
    return end + direction * steps;
  }

  /// Steps from `begin` to the poorest of `steps` rows.
  int poorest(int begin, int direction, int steps) const {
    int best = 0;
    for (int i = 1; i < steps; ++i) {
      if (counts(begin + i * direction) < counts(begin + best * direction)) best = i;
    }
    return best;
  }

  const std::vector<int>& counts_;
  int rows_;
  int peak_ = 0;
  double richest_ = 0;
};

/// From one position to another, in pixels.
struct Span {
  double begin = 0;
  double end = 0;
};

/// Columns of a picture for those of one `size` pixels wide.
std::vector<bool> stretched(const std::vector<bool>& columns, int size) {
  std::vector<bool> wide(static_cast<std::size_t>(size));
  for (std::size_t x = 0; x < wide.size(); ++x) wide[x] = columns[x * columns.size() / wide.size()];
  return wide;
}

/// Runs of columns with print, apart by `gap` pixels or more.
std::vector<Span> pieces_of(const std::vector<bool>& print, double gap) {
  std::vector<Span> pieces;
  for (std::size_t x = 0; x < print.size(); ++x) {
    if (!print[x]) continue;
    const auto at = static_cast<double>(x);
    if (pieces.empty() || at - pieces.back().end >= gap) pieces.push_back({at, at});
    pieces.back().end = at + 1;
  }
  return pieces;
}

/// The rows of the line with what is left about them.
Span cut_rows(const Span& ink, double rows, const LineSearch& search) {
  const double height = ink.end - ink.begin;
  Span cut{0, rows};
  if (search.expected) {
    cut.begin = std::min(search.expected->top, ink.begin - kMinRoom * height);
    cut.end = std::max(search.expected->bottom, ink.end + kMinRoom * height);
  }
  if (cut.end - cut.begin <= (1 + kMaxRoom) * height) return cut;
  return {ink.begin - search.room * height, ink.end + search.room * height};
}

/// The columns of the line: from its first print to its last, with blank ends.
Span cut_columns(const std::vector<bool>& print, double height, const LineSearch& search) {
  std::vector<Span> pieces = pieces_of(print, std::max(2.0, kNeighbourGap * height));
  const Span all{0, static_cast<double>(print.size())};
  if (pieces.empty()) return all;
  if (!search.expected)
    return {pieces.front().begin - kMaxEnds * height, pieces.back().end + kMaxEnds * height};
  const CropPart& expected = *search.expected;
  std::erase_if(pieces, [&](const Span& piece) {
    return piece.end <= expected.left || piece.begin >= expected.right;
  });
  if (pieces.empty()) return all;
  return {std::min(expected.left, pieces.front().begin - kMinRoom * height),
          std::max(expected.right, pieces.back().end + kMinRoom * height)};
}

}  // namespace

cv::Rect find_line_band(const cv::Mat& grey, const LineSearch& search) {
  const cv::Rect all(0, 0, grey.cols, grey.rows);
  if (grey.rows < kMinRows || grey.cols < kMinRows) return all;
  cv::Mat small = grey;
  const int factor = (grey.rows + kMaxRows - 1) / kMaxRows;
  if (factor > 1) {
    cv::resize(grey, small, cv::Size(std::max(1, grey.cols / factor), grey.rows / factor), 0, 0,
               cv::INTER_AREA);
  }
  const Edges edges(small);
  const Rows ink = RowFinder(edges.counts()).find();
  if (ink.height() < 1) return all;
  const double down = static_cast<double>(grey.rows) / small.rows;
  const Span rows = cut_rows({ink.top * down, ink.bottom * down}, grey.rows, search);
  std::vector<bool> print = edges.columns(ink);
  if (factor > 1) print = stretched(print, grey.cols);
  const Span columns = cut_columns(print, ink.height() * down, search);
  const auto pixel = [](double position) { return static_cast<int>(std::lround(position)); };
  const cv::Rect found = all & cv::Rect(cv::Point(pixel(columns.begin), pixel(rows.begin)),
                                        cv::Point(pixel(columns.end), pixel(rows.end)));
  return found.empty() ? all : found;
}

}  // namespace nibble
