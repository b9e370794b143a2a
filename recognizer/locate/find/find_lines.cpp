#include "recognizer/locate/find/find_lines.h"

#include <algorithm>
#include <cmath>

#include "nn/error.h"
#include "recognizer/locate/find/look.h"
#include "recognizer/locate/find/merge_lines.h"
#include "recognizer/locate/find/reading_order.h"

namespace nibble {
namespace {

// Half height in input pixels of lines about which another look is taken. Fields of the sample's
// frames and strings of receipts found: 0 (never) .933, .620; 2.5 .937, .634; 4 .921, .617 and
// twice the time.
constexpr double kSmallPrint = 2.5;
// Lines that are no text, most by far, cost more to read than all others. On the sample's frames
// and the real documents these bounds leave out 60 % of them and no string that would be found; at
// 0.75 and 0.8 one string, at 0 none either.
constexpr double kMinScore = 0.68;
constexpr double kMinShortScore = 0.75;
constexpr double kShortLine = 2;           // heights of capital letters
constexpr double kMaxEnlarged = 2;         // of a picture smaller than the first look
constexpr std::size_t kNextToNothing = 2;  // lines, so few that text may be too small to be seen
constexpr int kFurtherLooks = 2;

std::vector<LineOutline> small_lines(const Look& look) {
  std::vector<LineOutline> small;
  std::copy_if(
      look.lines.begin(), look.lines.end(), std::back_inserter(small),
      [&](const LineOutline& line) { return line.half_height * look.scale < kSmallPrint; });
  return small;
}

bool is_unlikely(const LineOutline& line) {
  const double heights = distance(line.quad[0], line.quad[1]) / (2 * line.half_height);
  return line.score < (heights < kShortLine ? kMinShortScore : kMinScore);
}

}  // namespace

std::vector<LineOutline> find_lines(const FinderRun& run, const Image& picture,
                                    const FindOptions& options) {
  if (picture.width < 1 || picture.height < 1 || (picture.channels != 1 && picture.channels != 3))
    throw Error(ErrorCode::usage, "a picture to find lines in needs pixels of 1 or 3 channels");
  double scale = std::min(
      kMaxEnlarged, static_cast<double>(options.side) / std::max(picture.width, picture.height));
  std::vector<Look> looks = {look_at_picture(run, picture, scale)};
  for (int i = 0; i < kFurtherLooks && scale < 1; ++i) {
    const Look& last = looks.back();
    const bool everywhere = options.thorough || last.lines.size() <= kNextToNothing;
    const std::vector<LineOutline> small = small_lines(last);
    if (!everywhere && small.empty()) break;
    scale = std::min(1.0, 2 * scale);
    looks.push_back(look_at_picture(run, picture, scale, everywhere ? nullptr : &small));
  }
  std::vector<LineOutline> lines = merge_looks(looks);
  std::erase_if(lines, is_unlikely);
  order_lines(lines);
  return lines;
}

}  // namespace nibble
