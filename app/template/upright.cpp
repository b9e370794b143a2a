#include "app/template/upright.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "recognizer/base/bounds.h"
#include "recognizer/image/view.h"
#include "recognizer/page/mat_view.h"
#include "recognizer/page/page.h"

namespace nibble {
namespace {

// Beside a document there may be other print, but not as much as on it.
constexpr double kTextInside = 0.7;

/// How far the lines run along a direction: the sum of their lengths, those that run against it
/// subtracted.
double length_along(const Document& text, Point from, Point to) {
  const double length = std::max(distance(from, to), 1.0);
  double sum = 0;
  for (const FoundLine& line : text.lines) {
    const double x = line.quad[1].x - line.quad[0].x, y = line.quad[1].y - line.quad[0].y;
    sum += line.confidence * (x * (to.x - from.x) + y * (to.y - from.y)) / length;
  }
  return sum;
}

/// Whether an outline holds what is printed: on the picture of a document without anything about it
/// the strongest outline may be that of its portrait.
bool holds_text(const Quad& quad, const Document& text) {
  const Homography to_square = homography(quad, rectangle(1, 1));
  double inside = 0, all = 0;
  for (const FoundLine& line : text.lines) {
    const double length = line.confidence * distance(line.quad[0], line.quad[1]);
    const Point start = to_square.map(line.quad[0]), end = to_square.map(line.quad[2]);
    const auto within = [](Point p) { return std::abs(p.x) <= 0.5 && std::abs(p.y) <= 0.5; };
    all += length;
    if (within(start) && within(end)) inside += length;
  }
  return inside >= kTextInside * all;
}

/// The corners begun at the one where the text begins: an outline does not tell which way is up.
Quad turned_upright(const Quad& quad, const Document& text) {
  std::size_t best = 0;
  double most = 0;
  for (std::size_t turn = 0; turn < 4; ++turn) {
    const double along = length_along(text, quad[turn], quad[(turn + 1) % 4]);
    if (along > most) {
      most = along;
      best = turn;
    }
  }
  Quad upright{};
  for (std::size_t i = 0; i < 4; ++i) upright[i] = quad[(i + best) % 4];
  return upright;
}

/// Width by height of ISO/IEC 7810's ID-1, and of ID-2 and ID-3, which are alike.
constexpr std::array<double, 2> kShapes = {85.60 / 53.98, 105.0 / 74.0};
// Corners that are off by a pixel or two; the shapes are 11 % apart.
constexpr double kShapeTolerance = 0.05;

double known_shape(double shape) {
  for (const double known : kShapes) {
    if (std::abs(shape / known - 1) <= kShapeTolerance) return known;
    if (std::abs(shape * known - 1) <= kShapeTolerance) return 1 / known;
  }
  return shape;
}

// Captions of a small picture are found better on a larger one; beyond this nothing is gained.
constexpr double kMostEnlarged = 3;

// Of a phone's main camera (26 mm on 36 mm of film), in longer sides of the picture.
constexpr double kUsualFocus = 0.72;

/// Width by height of a rectangle that a camera sees as `quad`, from the slant that its corners
/// tell (Zhang and He, Whiteboard scanning and image enhancement, 2007); the camera looks at the
/// picture's middle.
double shape_of(const Quad& quad, const Image& photo) {
  std::array<cv::Vec3d, 4> m;  // in longer sides of the picture, from its middle
  const double side = std::max(photo.width, photo.height);
  for (std::size_t i = 0; i < 4; ++i)
    m[i] = {(quad[i].x - photo.width / 2.0) / side, (quad[i].y - photo.height / 2.0) / side, 1};
  const double k2 = m[0].cross(m[2]).dot(m[3]) / m[1].cross(m[2]).dot(m[3]);
  const double k3 = m[0].cross(m[2]).dot(m[1]) / m[3].cross(m[2]).dot(m[1]);
  const cv::Vec3d across = k2 * m[1] - m[0], down = k3 * m[3] - m[0];
  // Seen from the front the corners do not tell how far away they are, and it does not matter.
  const double squared = -(across[0] * down[0] + across[1] * down[1]) / (across[2] * down[2]);
  const bool told = std::isfinite(squared) && squared > 0.25 && squared < 4;
  const double focus = told ? squared : kUsualFocus * kUsualFocus;
  const auto length = [&](const cv::Vec3d& n) {
    return std::sqrt((n[0] * n[0] + n[1] * n[1]) / focus + n[2] * n[2]);
  };
  return length(across) / length(down);
}

ImageSize template_size(const Quad& quad, const Image& photo, bool whole) {
  const double width = std::max(distance(quad[0], quad[1]), distance(quad[3], quad[2]));
  const double height = std::max(distance(quad[0], quad[3]), distance(quad[1], quad[2]));
  const double shape = whole ? width / height : known_shape(shape_of(quad, photo));
  const double longer = std::min<double>(kMostEnlarged * std::max(width, height), kTemplateSide);
  const double across = shape >= 1 ? longer : longer * shape;
  const auto pixels = [](double length) {
    return std::max(1, static_cast<int>(std::lround(length)));
  };
  return {pixels(across), pixels(across / shape)};
}

Quad scaled(Quad quad, double scale) {
  for (Point& corner : quad)
    corner = {(corner.x + 0.5) * scale - 0.5, (corner.y + 0.5) * scale - 0.5};
  return quad;
}

/// Adds the fields of another reading of the document, `scale` times as small, whose names and
/// places are not taken.
void add_fields(Document& text, const Document& other, double scale) {
  for (Field field : other.fields) {
    field.quad = scaled(field.quad, scale);
    const auto same = [&](const Field& known) {
      return known.name == field.name || overlap(known.quad, field.quad) > 0;
    };
    if (std::none_of(text.fields.begin(), text.fields.end(), same)) text.fields.push_back(field);
  }
}

}  // namespace

Image upright_picture(const Image& page, ImageSize size) {
  Image picture = make_image(size.width, size.height, page.channels);
  cv::Mat pixels = mat_view(picture);
  cv::resize(mat_view(page), pixels, pixels.size(), 0, 0,
             page.width < size.width ? cv::INTER_CUBIC : cv::INTER_AREA);
  return picture;
}

Document read_upright(const Reader& reader, const Image& picture) {
  Request request;
  request.type = Request::Type::text;
  request.quad = rectangle(picture.width, picture.height);
  return reader.read(view_of(picture), request);
}

UprightDocument make_upright(const Reader& reader, const Image& photo,
                             std::vector<std::string>& warnings) {
  Request request;
  request.type = Request::Type::text;
  const Document seen = reader.read(view_of(photo), request);
  if (!seen.ok()) throw Error(seen.error, seen.message);
  if (seen.lines.empty()) throw Error(ErrorCode::no_document, "no text was found on it");
  const bool whole =
      seen.placement->source == Placement::Source::whole || !holds_text(seen.placement->quad, seen);
  if (whole)
    warnings.emplace_back("no outline was found: the whole picture is taken as the document");
  const Quad outline = whole ? rectangle(photo.width, photo.height) : seen.placement->quad;
  const Quad quad = turned_upright(outline, seen);
  UprightDocument upright;
  const ImageSize size = template_size(quad, photo, whole);
  const Image page = rectify(photo, quad, size.width, size.height).image;
  upright.picture = upright_picture(page, size);
  upright.text = read_upright(reader, upright.picture);
  if (!upright.text.ok() || upright.text.lines.empty())
    throw Error(ErrorCode::no_document, "no text was found on the document that it shows");
  // What is small is found better when enlarged, what is large when not.
  if (page.width < size.width)
    add_fields(upright.text, read_upright(reader, page),
               static_cast<double>(size.width) / page.width);
  return upright;
}

}  // namespace nibble
