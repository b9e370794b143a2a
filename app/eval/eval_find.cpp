#include "app/eval/eval_find.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "app/support/interrupts.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "nn/error.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/stopwatch.h"
#include "recognizer/base/text.h"
#include "recognizer/image/codecs.h"
#include "recognizer/image/image_file.h"
#include "recognizer/locate/find/finder.h"
#include "recognizer/page/mat_view.h"
#include "recognizer/reader/found_lines.h"

namespace nibble {
namespace {

constexpr double kAround = 1.2;   // of a missed field that its picture shows, in its heights
constexpr int kMaxPicture = 900;  // pixels of its width

/// The findings of one frame's clean fields, or why there are none.
struct FrameFindings {
  FindScore score;
  std::vector<FindMiss> misses;
  std::string error;
};

/// The field's place on the picture.
Quad place_of(const EvalFrame& frame, const EvalField& field) {
  const Homography to_picture =
      homography(rectangle(frame.template_width, frame.template_height), frame.frame.quad);
  return to_picture.map(field.spec.quad);
}

void draw_quad(cv::Mat& picture, const Quad& quad, const Homography& from_source,
               const cv::Scalar& colour) {
  std::vector<cv::Point> corners;
  for (const Point& p : from_source.map(quad)) corners.emplace_back(cvRound(p.x), cvRound(p.y));
  cv::polylines(picture, corners, true, colour, 1, cv::LINE_AA);
  cv::line(picture, corners[0], corners[3], colour, 3, cv::LINE_AA);  // where the text begins
}

/// The field upright with what is around it, the field green and the lines found there red.
std::vector<std::byte> miss_png(const Image& picture, const Quad& field,
                                const std::vector<Quad>& lines) {
  const double height = quad_height(field);
  const Quad around = widen(field, kAround * height, kAround * height);
  const double length = (distance(around[0], around[1]) + distance(around[3], around[2])) / 2;
  const double scale = std::min(kMaxPicture / length, std::max(1.0, 32 / height));
  const cv::Size size(std::max(1, cvRound(length * scale)),
                      std::max(1, cvRound(quad_height(around) * scale)));
  const Homography to_source = homography(rectangle(size.width, size.height), around);
  Image crop = make_image(size.width, size.height, picture.channels);
  cv::Mat target = mat_view(crop);
  cv::warpPerspective(mat_view(picture), target, matrix(to_source), size,
                      cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  if (crop.channels == 1) {
    Image colour = make_image(size.width, size.height, 3);
    cv::cvtColor(target, mat_view(colour), cv::COLOR_GRAY2RGB);
    crop = std::move(colour);
    target = mat_view(crop);
  }
  const Homography from_source = inverse(to_source);
  for (const Quad& line : lines) draw_quad(target, line, from_source, {210, 40, 40});
  draw_quad(target, field, from_source, {0, 150, 60});
  return encode_png(crop, "miss");
}

void score_frame(const EvalFrame& frame, const Image& picture, const FoundPage& page,
                 FrameFindings& findings) {
  FindScore& score = findings.score;
  score.pictures = 1;
  score.empty = page.texts.empty() ? 1 : 0;
  score.lines_found = static_cast<int>(page.lines.size());
  score.lines_read = static_cast<int>(page.texts.size());
  score.find_ms = page.find_ms;
  score.read_ms = page.read_ms;
  for (const EvalField& field : frame.fields) {
    if (!field.clean) continue;
    const Quad place = place_of(frame, field);
    FieldFinding finding = find_field(place, page.lines);
    finding.read = text_is_in(field.truth, page.texts);
    score.add(finding);
    if (finding.directed && finding.read) continue;
    findings.misses.push_back({frame.type, frame.frame.id, field.spec.name, field.truth, finding,
                               miss_png(picture, place, page.lines)});
  }
}

FrameFindings find_in_frame(const EvalFrame& frame, const TextReader& read) {
  FrameFindings findings;
  try {
    const Image picture = load_image(frame.frame.image);
    score_frame(frame, picture, read(picture), findings);
  } catch (const Error& error) {
    findings.error = error.what();
    if (findings.error.find(frame.frame.image) == std::string::npos)
      findings.error = frame.frame.image + ": " + findings.error;
  } catch (const std::exception& error) {
    findings.error = frame.frame.image + ": " + first_line(error.what());
  }
  return findings;
}

}  // namespace

TextReader text_reader(const CommonOptions& options, Precision precision, double margin) {
  struct Networks {
    LoadedModel reader;
    PictureNetwork finder;
  };
  LoadedModel reader = load_network(options, precision);
  PictureNetwork finder = load_finder(reader_options(options, precision));
  const auto networks =
      std::make_shared<const Networks>(Networks{std::move(reader), std::move(finder)});
  return [networks, margin](const Image& picture) {
    FoundPage page;
    Stopwatch watch;
    const std::vector<LineOutline> lines = find_lines(networks->finder, picture);
    page.find_ms = watch.lap();
    ReadOptions reading;
    reading.margin = margin;
    for (FieldResult& line : read_found_lines(networks->reader.network, picture, lines, reading))
      page.texts.push_back(std::move(line.text));
    page.read_ms = watch.lap();
    for (const LineOutline& line : lines) page.lines.push_back(line.quad);
    return page;
  };
}

FindEvaluation evaluate_finding(const EvalPlan& plan, const TextReader& read, int jobs,
                                std::size_t most_pictures) {
  FindEvaluation evaluation;
  std::size_t pictures = 0;
  const auto produce = [&](std::size_t i) { return find_in_frame(plan.frames[i], read); };
  for_each_ordered(plan.frames.size(), jobs, produce, [&](std::size_t i, FrameFindings findings) {
    const EvalFrame& frame = plan.frames[i];
    if (!findings.error.empty()) {
      report_error(findings.error);
      ++evaluation.frames_failed;
    }
    FindTable& table = evaluation.scores;
    table.all.add(findings.score);
    table.conditions[frame.frame.condition].add(findings.score);
    table.types[frame.type].add(findings.score);
    for (FindMiss& miss : findings.misses) {
      if (pictures++ >= most_pictures) miss.png.clear();
      evaluation.misses.push_back(std::move(miss));
    }
    evaluation.interrupted = interrupted();
    return !evaluation.interrupted;
  });
  return evaluation;
}

}  // namespace nibble
