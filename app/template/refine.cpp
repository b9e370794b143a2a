#include "app/template/refine.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "recognizer/base/alignment.h"
#include "recognizer/base/bounds.h"
#include "recognizer/base/unicode.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

/// Whether two readings are of one print: a fifth of the characters may be misread.
bool same_text(const std::string& a, const std::string& b) {
  const std::u32string first = decode_utf8(a), second = decode_utf8(b);
  return 5 * edit_distance(first, second) <=
         static_cast<int>(std::max(first.size(), second.size()));
}

/// Whether both begin at one place, a line's height off at most. Their lengths may differ.
bool same_place(const Quad& a, const Quad& b) {
  const Bounds first = bounds_of(a), second = bounds_of(b);
  const double height = std::min(first.bottom - first.top, second.bottom - second.top);
  const double rows = std::abs(first.top + first.bottom - second.top - second.bottom) / 2;
  return rows < 0.6 * height && first.left < second.right && second.left < first.right;
}

Quad around(const Quad& a, const Quad& b) {
  const Bounds first = bounds_of(a), second = bounds_of(b);
  const double left = std::min(first.left, second.left), top = std::min(first.top, second.top);
  const double right = std::max(first.right, second.right);
  const double bottom = std::max(first.bottom, second.bottom);
  return {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
}

std::string free_field_name(const std::vector<ProposedLine>& lines) {
  for (int number = 1;; ++number) {
    const std::string name = "text_" + std::to_string(number);
    const auto taken = [&](const ProposedLine& line) { return line.spec.name == name; };
    if (std::none_of(lines.begin(), lines.end(), taken)) return name;
  }
}

void compare_lines(std::vector<ProposedLine>& lines, const std::vector<ProposedLine>& others,
                   const std::string& alphabet) {
  for (const ProposedLine& other : others) {
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const ProposedLine& line) {
      return same_place(line.spec.quad, other.spec.quad);
    });
    const auto taken = [&](const ProposedLine& line) { return line.spec.name == other.spec.name; };
    const bool free_name = std::none_of(lines.begin(), lines.end(), taken);
    if (same == lines.end()) {
      if (other.role != LineRole::field || !free_name) continue;
      lines.push_back(other);
      lines.back().why = "on the second document, " + other.why;
      continue;
    }
    if (same->named) {
      same->spec.quad = around(same->spec.quad, other.spec.quad);
    } else if (same_text(same->text, other.text)) {
      same->role = LineRole::print;
      same->why = "the same on both documents";
    } else if (other.role == LineRole::field && free_name) {
      const Quad both = around(same->spec.quad, other.spec.quad);
      same->role = LineRole::field;
      same->spec = other.spec;
      same->spec.quad = both;
      same->why = "another text on the second document, " + other.why;
    } else if (same->role != LineRole::field) {
      same->role = LineRole::field;
      same->spec = {free_field_name(lines), around(same->spec.quad, other.spec.quad), "text", "",
                    alphabet};
      same->why = "another text on the second document";
    }
  }
}

constexpr int kBlock = 16;           // pixels of the template
constexpr double kUnlike = 0.35;     // correlation of what is not the same print
constexpr double kLeastArea = 0.01;  // of the document: what is smaller is noise

/// Blocks that have detail on one of the documents and look unlike on the other.
cv::Mat unlike_blocks(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat blocks = cv::Mat::zeros(a.rows / kBlock, a.cols / kBlock, CV_8U);
  for (int y = 0; y < blocks.rows; ++y) {
    for (int x = 0; x < blocks.cols; ++x) {
      const cv::Rect place(x * kBlock, y * kBlock, kBlock, kBlock);
      cv::Scalar mean, deviation_a, deviation_b;
      cv::meanStdDev(a(place), mean, deviation_a);
      cv::meanStdDev(b(place), mean, deviation_b);
      if (std::max(deviation_a[0], deviation_b[0]) < 12) continue;
      cv::Mat correlation;
      cv::matchTemplate(a(place), b(place), correlation, cv::TM_CCOEFF_NORMED);
      if (correlation.at<float>(0, 0) < kUnlike) blocks.at<std::uint8_t>(y, x) = 255;
    }
  }
  return blocks;
}

std::vector<Quad> unlike_areas(const Image& first, const Image& second) {
  cv::Mat a, b;
  cv::GaussianBlur(to_grey(mat_view(first)), a, {0, 0}, 1.5);
  cv::GaussianBlur(to_grey(mat_view(second)), b, {0, 0}, 1.5);
  cv::Mat blocks = unlike_blocks(a, b), labels, stats, centres;
  cv::morphologyEx(blocks, blocks, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  const int count = cv::connectedComponentsWithStats(blocks, labels, stats, centres);
  std::vector<Quad> areas;
  for (int i = 1; i < count; ++i) {
    const double share =
        stats.at<int>(i, cv::CC_STAT_AREA) * 1.0 * kBlock * kBlock / (a.rows * a.cols);
    if (share < kLeastArea) continue;
    const double left = stats.at<int>(i, cv::CC_STAT_LEFT) * kBlock;
    const double top = stats.at<int>(i, cv::CC_STAT_TOP) * kBlock;
    const double right = left + stats.at<int>(i, cv::CC_STAT_WIDTH) * kBlock - 1;
    const double bottom = top + stats.at<int>(i, cv::CC_STAT_HEIGHT) * kBlock - 1;
    areas.push_back({{{left, top}, {right, top}, {right, bottom}, {left, bottom}}});
  }
  return areas;
}

}  // namespace

void refine(TemplateProposal& proposal, const Image& picture, const Document& text,
            const std::string& alphabet) {
  compare_lines(proposal.lines, propose_lines(text, alphabet), alphabet);
  for (const Quad& area : unlike_areas(proposal.picture, picture)) {
    const auto holds = [&](const ProposedLine& line) { return overlap(area, line.spec.quad) > 0; };
    const auto known = [&](const Quad& other) { return overlap(area, other) > 0; };
    if (std::none_of(proposal.lines.begin(), proposal.lines.end(), holds) &&
        std::none_of(proposal.variable.begin(), proposal.variable.end(), known))
      proposal.variable.push_back(area);
  }
}

}  // namespace nibble
