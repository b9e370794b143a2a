#include "recognizer/mrz/find.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "recognizer/mrz/bands.h"
#include "recognizer/page/line_slope.h"

namespace nibble {
namespace {

constexpr std::array<int, 2> kSizes = {1000, 1800};
constexpr std::size_t kMaxBands = 12;
// Below these a line is text of another kind, or upside down.
constexpr double kMinPlausible = 0.35;
constexpr int kAlternatives = 10;

/// A way to cut the lines: how much room there is above and below them and at their ends, in shares
/// of their height.
struct Cut {
  double margin;
  double ends;
};
constexpr std::array<Cut, 5> kCuts = {
    {{0.12, 0.6}, {0.2, 1.2}, {0.05, 0.3}, {0.3, 0.6}, {0.12, 2.0}}};

Quad upside_down(const Quad& q) { return {q[2], q[3], q[0], q[1]}; }

/// Rows with text: from the first to the last whose change of grey along the row is above a share
/// of the greatest.
std::pair<int, int> text_rows(const Image& grey) {
  std::vector<double> change(static_cast<std::size_t>(grey.height), 0.0);
  for (int y = 0; y < grey.height; ++y) {
    const std::uint8_t* row = grey.row(y);
    for (int x = 2; x < grey.width; ++x)
      change[static_cast<std::size_t>(y)] += std::abs(row[x] - row[x - 2]);
  }
  std::vector<double> sorted = change;
  std::sort(sorted.begin(), sorted.end());
  const double low = sorted[sorted.size() / 20];
  const double high = sorted[sorted.size() - 1 - sorted.size() / 20];
  const double least = low + 0.35 * (high - low);
  // The run of such rows that holds the middle, since the next line may be in the crop.
  int top = grey.height / 2;
  int bottom = top;
  const auto has_text = [&](int y) { return change[static_cast<std::size_t>(y)] >= least; };
  while (top > 0 && (has_text(top - 1) || (top > 1 && has_text(top - 2)))) --top;
  while (bottom + 1 < grey.height &&
         (has_text(bottom + 1) || (bottom + 2 < grey.height && has_text(bottom + 2))))
    ++bottom;
  return {top, bottom};
}

/// The outline with the height that the text really has.
Quad fit_height(const Page& page, const Quad& quad) {
  FieldSpec field;
  field.name = "line";
  field.quad = quad;
  const FieldCrop crop = crop_field(page, field, 0.35);
  const auto [top, bottom] = text_rows(crop.image);
  const double height = quad_height(quad);
  if (bottom - top + 1 < 0.4 * height * crop.image.height / (1.7 * height)) return quad;
  const Quad inner = {Point{0, top - 0.5}, Point{crop.image.width - 1.0, top - 0.5},
                      Point{crop.image.width - 1.0, bottom + 0.5}, Point{0, bottom + 0.5}};
  // The crop is wider than the line by its margin.
  return widen(crop.to_page.map(inner), -0.35 * height, 0);
}

/// How much readings look like lines of a zone: certain, of its characters, with fillers. 0..1.
double plausibility(const std::vector<FieldResult>& lines) {
  double score = 0;
  int fillers = 0;
  for (const FieldResult& line : lines) {
    const auto count = static_cast<double>(line.reading.chars.size());
    if (count < 20) return 0;
    double allowed = 0;
    for (const ReadChar& c : line.reading.chars) {
      if (c.text.size() == 1 && mrz_allows(MrzClass::alphanumeric, c.text[0])) ++allowed;
      if (c.text == "<") ++fillers;
    }
    score += allowed / count * std::exp(std::log(std::max(line.reading.confidence, 1e-30)) / count);
  }
  return fillers < 2 ? 0 : score / static_cast<double>(lines.size());
}

class Finder {
 public:
  Finder(const Network& network, const Image& image, const ReadOptions& options, const Date& now)
      : network_(network), page_{image, 1, {}}, options_(options), now_(now) {
    options_.alternatives = std::max(options_.alternatives, kAlternatives);
    options_.second_look = 0;  // other cuts are tried where check digits don't match
  }

  /// Reads a place both ways up; keeps the best zone so far.
  void try_band(const MrzBand& band) {
    std::vector<Quad> lines;
    for (const Quad& quad : band.lines) lines.push_back(fit_height(page_, quad));
    std::vector<Quad> flipped;
    for (auto quad = lines.rbegin(); quad != lines.rend(); ++quad)
      flipped.push_back(upside_down(*quad));
    const double upright = read(lines, kCuts[0]);
    if (done()) return;
    const double turned = read(flipped, kCuts[0]);
    if (std::max(upright, turned) < kMinPlausible) return;
    for (std::size_t i = 1; i < kCuts.size() && !done(); ++i)
      read(upright >= turned ? lines : flipped, kCuts[i]);
  }

  bool done() const { return best_ && best_->reading.mrz.valid; }
  std::optional<FoundMrz> result() { return std::move(best_); }

 private:
  double read(const std::vector<Quad>& quads, const Cut& cut) {
    std::vector<FieldSpec> fields;
    for (const Quad& quad : quads) {
      FieldSpec field;
      field.name = "mrz" + std::to_string(fields.size() + 1);
      field.kind = "mrz";
      const double height = quad_height(quad);
      field.quad = widen(quad, std::max(0.0, cut.ends - cut.margin) * height, 0);
      if (!quad_problem(field.quad).empty()) return 0;
      fields.push_back(std::move(field));
    }
    options_.margin = cut.margin;
    options_.part = cut.margin;
    std::vector<FieldResult> lines = read_fields(network_, page_, fields, options_);
    const double plausible = plausibility(lines);
    if (plausible >= kMinPlausible) consider(std::move(lines), plausible);
    return plausible;
  }

  void consider(std::vector<FieldResult> lines, double plausible) {
    std::vector<Reading> readings;
    for (const FieldResult& line : lines) readings.push_back(line.reading);
    auto reading = correct_mrz(readings, now_);
    if (!reading) return;
    int matching = 0;
    for (const MrzCheck& check : reading->mrz.checks) matching += check.ok ? 1 : 0;
    const double share =
        static_cast<double>(matching) / static_cast<double>(reading->mrz.checks.size());
    const double score = (reading->mrz.valid ? 10 : 0) + (reading->mrz.checks_ok ? 3 : 0) +
                         2 * share + plausible - 0.01 * reading->cost;
    if (best_ && score <= best_score_) return;
    best_score_ = score;
    best_ = FoundMrz{std::move(*reading), std::move(lines)};
  }

  const Network& network_;
  Page page_;
  ReadOptions options_;
  const Date& now_;
  std::optional<FoundMrz> best_;
  double best_score_ = 0;
};

}  // namespace

std::optional<FoundMrz> find_mrz(const Network& network, const Image& image,
                                 const ReadOptions& options, const Date& now) {
  Finder finder(network, image, options, now);
  for (const int size : kSizes) {
    for (const MrzBand& band : find_mrz_bands(image, size, kMaxBands)) {
      finder.try_band(band);
      if (finder.done()) return finder.result();
    }
  }
  return finder.result();
}

}  // namespace nibble
