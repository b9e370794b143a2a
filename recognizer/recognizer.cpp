#include "recognizer/recognizer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "nn/error.h"
#include "recognizer/normalize.h"
#include "recognizer/word_gaps.h"

namespace nibble {
namespace {

using Clock = std::chrono::steady_clock;

// How much narrower and wider the margins of the second look are, as shares of the field's height.
constexpr double kMarginChange = 0.06;
// Characters of a usual field, e.g. a date: what ReadOptions::second_look is about.
constexpr double kUsualLength = 10;

double milliseconds_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

void check_network(const Network& network) {
  if (network.graph().height == kLineHeight) return;
  throw Error(ErrorCode::bad_model, "the model reads lines of " + std::to_string(network.graph().height) + " rows, but lines have " +
                                        std::to_string(kLineHeight) + ": use a model made for this version");
}

Reading decode(const Logits& logits, const Network& network, const ReadOptions& options) {
  if (options.beam > 0) return decode_beam(logits, network.alphabet(), options.beam, options.alternatives);
  return decode_greedy(logits, network.alphabet(), options.alternatives);
}

// Extents along the line count from the edge of its first pixel, positions from the centre of a pixel.
Point crop_position(const LineImage& line, double x, double y) {
  const Point edge = line.to_crop({x, y});
  return {edge.x - 0.5, edge.y - 0.5};
}

Quad char_quad(const LineImage& line, const ReadChar& character, const Homography& to_source) {
  const Point a = crop_position(line, character.x0, kLineMargin);
  const Point b = crop_position(line, character.x1, kLineHeight - kLineMargin);
  return to_source.map(Quad{{a, {b.x, a.y}, b, {a.x, b.y}}});
}

// Normalises a crop, runs the network and decodes; fills in what follows from that.
void read_crop(const Network& network, const Image& crop, const Homography& to_source, const ReadOptions& options, FieldResult& result) {
  const LineImage line = normalize_line(crop);
  const Logits logits = network.run(line.view());
  result.reading = decode(logits, network, options);
  restore_spaces(line, logits, network.alphabet(), result.reading);
  result.text = result.reading.text;
  result.value = result.text;
  result.char_quads.reserve(result.reading.chars.size());
  for (const ReadChar& character : result.reading.chars) result.char_quads.push_back(char_quad(line, character, to_source));
}

FieldResult read_with_margin(const Network& network, const Page& page, const FieldSpec& field, double margin, const ReadOptions& options) {
  FieldResult result;
  result.field = field;
  const FieldCrop crop = crop_field(page, field, margin);
  read_crop(network, crop.image, compose(page.to_source, crop.to_page), options, result);
  return result;
}

// The reading whose text has the greatest sum of confidences; of equal texts the most confident one.
FieldResult most_supported(std::vector<FieldResult> readings) {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    double support = 0;
    for (const FieldResult& other : readings) {
      if (other.text == readings[i].text) support += other.reading.confidence;
    }
    if (support < most || (support == most && readings[i].reading.confidence <= readings[best].reading.confidence)) continue;
    most = support;
    best = i;
  }
  return std::move(readings[best]);
}

// A reading's confidence is a product over its characters, so a long line may have less before it is doubtful.
bool is_doubtful(const Reading& reading, double second_look) {
  const double usual_lengths = std::max(1.0, static_cast<double>(reading.chars.size()) / kUsualLength);
  return reading.confidence < std::pow(second_look, usual_lengths);
}

FieldResult read_field(const Network& network, const Page& page, const FieldSpec& field, const ReadOptions& options) {
  const auto start = Clock::now();
  std::vector<FieldResult> readings;
  readings.push_back(read_with_margin(network, page, field, options.margin, options));
  if (is_doubtful(readings[0].reading, options.second_look)) {
    for (const double change : {-kMarginChange, kMarginChange}) {
      readings.push_back(read_with_margin(network, page, field, std::clamp(options.margin + change, 0.0, kMostMargin), options));
    }
  }
  FieldResult result = most_supported(std::move(readings));
  for (std::size_t i = 0; i < field.quad.size(); ++i) result.quad[i] = page.to_source.map(page.from_template(field.quad[i]));
  result.ms = milliseconds_since(start);
  return result;
}

}  // namespace

std::vector<FieldResult> read_fields(const Network& network, const Page& page, const std::vector<FieldSpec>& fields,
                                     const ReadOptions& options) {
  check_network(network);
  std::vector<FieldResult> results;
  results.reserve(fields.size());
  for (const FieldSpec& field : fields) results.push_back(read_field(network, page, field, options));
  return results;
}

FieldResult read_line(const Network& network, const Image& line, const ReadOptions& options) {
  check_network(network);
  const auto start = Clock::now();
  FieldResult result;
  result.field.name = "line";
  result.field.quad = rectangle(line.width, line.height);
  result.quad = result.field.quad;
  read_crop(network, line, Homography{}, options, result);
  result.ms = milliseconds_since(start);
  return result;
}

}  // namespace nibble
