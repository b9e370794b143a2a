#include "recognizer/reader/found_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "recognizer/locate/find/reading_direction.h"
#include "recognizer/page/mat_view.h"
#include "recognizer/reader/text_lines.h"

namespace nibble {
namespace {

constexpr std::size_t kBatch = 32;  // readings
constexpr double kSureDirection = 0.5;
// How much surer the reading against the found direction must be, a character.
constexpr double kTurnedPrice = 1.05;

/// Geometric mean over the characters.
double mean_confidence(const Reading& reading) {
  if (reading.chars.empty()) return 0;
  return std::pow(reading.confidence, 1 / static_cast<double>(reading.chars.size()));
}

Page page_of(const Image& picture) {
  Page page;
  page.image = make_image(picture.width, picture.height, 1);
  to_grey(mat_view(picture)).copyTo(mat_view(page.image));
  return page;
}

/// A quad to read, and of which line.
struct Look {
  std::size_t line = 0;
  FieldSpec field;
};

std::vector<Look> looks_of(const std::vector<LineOutline>& lines) {
  std::vector<Look> looks;
  const auto add = [&](std::size_t i, const Quad& quad) {
    if (!quad_problem(quad).empty()) return;
    Look look{i, {}};
    look.field.quad = quad;
    look.field.kind = "text";
    looks.push_back(std::move(look));
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    add(i, lines[i].quad);
    if (lines[i].upright < kSureDirection) add(i, upside_down(lines[i].quad));
  }
  return looks;
}

std::string line_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "line" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

}  // namespace

std::vector<FieldResult> read_found_lines(const Network& network, const Image& picture,
                                          const std::vector<LineOutline>& lines,
                                          const ReadOptions& options) {
  const Page page = page_of(picture);
  const std::vector<Look> looks = looks_of(lines);
  std::vector<FieldResult> best(lines.size());
  for (std::size_t start = 0; start < looks.size(); start += kBatch) {
    const std::size_t end = std::min(start + kBatch, looks.size());
    std::vector<FieldSpec> fields;
    for (std::size_t i = start; i < end; ++i) fields.push_back(looks[i].field);
    std::vector<FieldResult> read = read_fields(network, page, fields, options);
    for (std::size_t i = start; i < end; ++i) {
      FieldResult& kept = best[looks[i].line];
      FieldResult& other = read[i - start];
      other.ms += kept.ms;
      const bool better =
          mean_confidence(other.reading) > kTurnedPrice * mean_confidence(kept.reading);
      const double ms = other.ms;
      if (better || kept.field.kind.empty()) kept = std::move(other);
      kept.ms = ms;
    }
  }
  std::erase_if(best, [](const FieldResult& line) { return !is_text(line); });
  for (std::size_t i = 0; i < best.size(); ++i) best[i].field.name = line_name(i + 1);
  return best;
}

}  // namespace nibble
