#include "recognizer/line/read_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "nn/error.h"
#include "recognizer/base/bounds.h"
#include "recognizer/line/word_gaps.h"

namespace nibble {
namespace {

/// How a field is looked at: how much more or less than ReadOptions::part about it should become
/// part of its line, and the room that a line gets which had much more.
struct LookShape {
  double more;
  double room;
};
constexpr LookShape kFirstLook = {0, 0.3};
constexpr std::array<LookShape, 2> kOtherLooks = {{{-0.06, 0.2}, {0.06, 0.42}}};
// Lines whose scores are held in memory at once.
constexpr std::size_t kLooksAtOnce = 32;
// A narrower one would take from the line what its ink has beyond the field.
constexpr double kMinMargin = 0.25;
// Rounding in the template's arithmetic must not take a column away.
constexpr double kEpsilon = 1e-6;
// Characters of a usual field, e.g. a date: what ReadOptions::second_look is about.
constexpr double kUsualLength = 10;

/// Tells the observer and gives the milliseconds back.
double told(const ReadOptions& options, const char* stage, double ms) {
  if (options.observer != nullptr) observe(*options.observer, stage, ms);
  return ms;
}

void check_network(const Network& network) {
  if (network.graph().height == kLineHeight) return;
  throw Error(ErrorCode::bad_model, "the model reads lines of " +
                                        std::to_string(network.graph().height) +
                                        " rows, but lines have " + std::to_string(kLineHeight) +
                                        ": use a model made for this version");
}

Reading decode(const Logits& logits, const Network& network, const ReadOptions& options) {
  if (options.beam > 0)
    return decode_beam(logits, network.alphabet(), options.beam, options.alternatives);
  return decode_greedy(logits, network.alphabet(), options.alternatives);
}

// Extents along the line count from the edge of its first pixel, positions from the centre of a
// pixel.
Point crop_position(const LineImage& line, double x, double y) {
  const Point edge = line.to_crop({x, y});
  return {edge.x - 0.5, edge.y - 0.5};
}

Quad char_quad(const LineImage& line, const ReadChar& character, const Homography& to_source) {
  const Point a = crop_position(line, character.x0, kLineMargin);
  const Point b = crop_position(line, character.x1, kLineHeight - kLineMargin);
  return to_source.map(Quad{{a, {b.x, a.y}, b, {a.x, b.y}}});
}

// A crop that is to be read, normalised, and what it took so far.
struct Look {
  LineImage line;
  Homography to_source;
  double ms = 0;
};

CropPart expected_part(const Page& page, const FieldCrop& crop, double margin) {
  Quad quad = crop.field.quad;
  for (Point& p : quad) p = page.from_template(p);
  const double room = margin * quad_height(quad);
  const Quad part = inverse(crop.to_page).map(widen(quad, room, room));
  const auto [left, top, right, bottom] = bounds_of(part);
  return {std::ceil(left - kEpsilon), std::ceil(top - kEpsilon), std::floor(right + kEpsilon) + 1,
          std::floor(bottom + kEpsilon) + 1};
}

Look look_at(const Page& page, const FieldSpec& field, const ReadOptions& options,
             const LookShape& shape) {
  Stopwatch watch;
  const double part = std::clamp(options.part + shape.more, 0.0, kMaxMargin);
  const FieldCrop crop = crop_field(page, field, std::max({options.margin, part, kMinMargin}));
  const double ms = told(options, "crop", watch.lap());
  const LineSearch search{shape.room, expected_part(page, crop, part)};
  Look look{normalize_line(crop.image, search), compose(page.to_source, crop.to_page)};
  look.ms = ms + told(options, "normalize", watch.lap());
  return look;
}

FieldResult decode_look(const Look& look, const Logits& logits, const Network& network,
                        const ReadOptions& options) {
  FieldResult result;
  result.reading = decode(logits, network, options);
  restore_spaces(look.line, logits, network.alphabet(), result.reading);
  result.text = result.reading.text;
  result.value = result.text;
  result.char_quads.reserve(result.reading.chars.size());
  for (const ReadChar& character : result.reading.chars)
    result.char_quads.push_back(char_quad(look.line, character, look.to_source));
  return result;
}

// Runs the network over all of them in one call, which a device does at once, and decodes. The
// network's time is shared out by width.
std::vector<FieldResult> read_looks(const Network& network, const std::vector<Look>& looks,
                                    const ReadOptions& options) {
  if (looks.empty()) return {};
  Stopwatch watch;
  std::vector<TensorView<const std::uint8_t>> lines;
  double columns = 0;
  for (const Look& look : looks) {
    lines.push_back(look.line.view());
    columns += look.line.width;
  }
  const std::vector<Logits> logits = network.run(lines);
  const double ms_per_column = told(options, "network", watch.lap()) / columns;
  std::vector<FieldResult> results;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    results.push_back(decode_look(looks[i], logits[i], network, options));
    results.back().ms =
        looks[i].ms + looks[i].line.width * ms_per_column + told(options, "text", watch.lap());
  }
  return results;
}

// The reading whose text has the greatest sum of confidences; of equal texts the most confident
// one.
FieldResult most_supported(std::vector<FieldResult> readings) {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    double support = 0;
    for (const FieldResult& other : readings) {
      if (other.text == readings[i].text) support += other.reading.confidence;
    }
    if (support < most ||
        (support == most && readings[i].reading.confidence <= readings[best].reading.confidence))
      continue;
    most = support;
    best = i;
  }
  return std::move(readings[best]);
}

// A reading's confidence is a product over its characters, so a long line may have less before it
// is doubtful.
bool is_doubtful(const Reading& reading, double second_look) {
  const double usual_lengths =
      std::max(1.0, static_cast<double>(reading.chars.size()) / kUsualLength);
  return reading.confidence < std::pow(second_look, usual_lengths);
}

// Reads lines with less and with more room about them.
void look_otherwise(const Network& network, const Page& page, const ReadOptions& options,
                    std::span<FieldResult* const> results) {
  std::vector<Look> looks;
  for (const FieldResult* result : results) {
    for (const LookShape& shape : kOtherLooks)
      looks.push_back(look_at(page, result->spec, options, shape));
  }
  std::vector<FieldResult> others = read_looks(network, looks, options);
  for (std::size_t k = 0; k < results.size(); ++k) {
    FieldResult& result = *results[k];
    std::vector<FieldResult> readings;
    readings.push_back(result);
    double ms = result.ms;
    for (std::size_t i = 0; i < kOtherLooks.size(); ++i) {
      readings.push_back(std::move(others[kOtherLooks.size() * k + i]));
      ms += readings.back().ms;
      readings.back().spec = result.spec;
      readings.back().quad = result.quad;
    }
    result = most_supported(std::move(readings));
    result.ms = ms;
  }
}

}  // namespace

std::vector<FieldResult> read_fields(const Network& network, const Page& page,
                                     const std::vector<FieldSpec>& fields,
                                     const ReadOptions& options) {
  check_network(network);
  std::vector<Look> looks;
  looks.reserve(fields.size());
  for (const FieldSpec& field : fields) looks.push_back(look_at(page, field, options, kFirstLook));
  std::vector<FieldResult> results = read_looks(network, looks, options);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    results[i].spec = fields[i];
    for (std::size_t k = 0; k < fields[i].quad.size(); ++k)
      results[i].quad[k] = page.to_source.map(page.from_template(fields[i].quad[k]));
  }
  look_again(network, page, options, results);
  return results;
}

void look_again(const Network& network, const Page& page, const ReadOptions& options,
                std::vector<FieldResult>& results) {
  std::vector<FieldResult*> doubtful;
  for (FieldResult& result : results) {
    if (is_doubtful(result.reading, options.second_look)) doubtful.push_back(&result);
  }
  for (std::size_t start = 0; start < doubtful.size(); start += kLooksAtOnce) {
    const std::size_t count = std::min(kLooksAtOnce, doubtful.size() - start);
    look_otherwise(network, page, options, {doubtful.data() + start, count});
  }
}

LineImage field_line(const Page& page, const FieldSpec& field, const ReadOptions& options) {
  return look_at(page, field, options, kFirstLook).line;
}

FieldResult read_line(const Network& network, const Image& line, const ReadOptions& options) {
  check_network(network);
  Stopwatch watch;
  Look look{normalize_line(line), {}};
  look.ms = told(options, "normalize", watch.lap());
  std::vector<Look> looks;
  looks.push_back(std::move(look));
  FieldResult result = std::move(read_looks(network, looks, options).front());
  result.spec.name = "line";
  result.spec.quad = rectangle(line.width, line.height);
  result.quad = result.spec.quad;
  return result;
}

}  // namespace nibble
