#pragma once

#include <string>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// The document upright: its picture, and the way back to the picture it came from.
struct Page {
  Image image;           ///< 3 channels or 1, as the source
  double scale = 1;      ///< page pixels per template pixel
  Homography to_source;  ///< page pixels -> source pixels

  /// A position in the template -> a position in the page.
  Point from_template(Point p) const {
    return {(p.x + 0.5) * scale - 0.5, (p.y + 0.5) * scale - 0.5};
  }
};

/// A field of a template: where it is and what may stand in it.
struct FieldSpec {
  std::string name;      ///< e.g. "field04", "birth_date"
  Quad quad{};           ///< template pixels
  std::string kind;      ///< date, docnum, latin, mrz, text, other; empty when unknown
  std::string format;    ///< e.g. "dd.mm.yyyy"; empty when unknown
  std::string alphabet;  ///< characters allowed, UTF-8; empty for all
};

/// A kind of document: the size of its reference picture and its fields.
struct Template {
  std::string name;
  int width = 0;        ///< pixels
  int height = 0;       ///< pixels
  std::string picture;  ///< file name of the reference picture beside the template; empty when
                        ///< there is none
  std::vector<FieldSpec> fields;
  std::vector<Quad> variable{};  ///< areas besides the fields that differ from holder to holder:
                                 ///< photo, signature; template pixels
};

/// Parses template JSON (schema in data/templates/README.md) and checks it: a positive size, unique
/// field names, quads with area that lie inside the picture (or at most 2 pixels outside it).
/// `name` stands in messages. Throws Error(bad_template).
Template parse_template(const std::string& json, const std::string& name);

/// The JSON text of a template, stable across runs.
std::string template_to_json(const Template& document);

/// Takes the document outlined by `quad` (source pixels) out of a picture and makes it upright, at
/// the resolution of the source: scale 0.25 to 4, at most 4000 pixels a side. width and height are
/// those of the template. Corners may lie outside the picture; what is not in it gets the picture's
/// mean colour. With PageColor::grey the page has one channel, which is all that reading needs and
/// takes a third of the time. Throws Error(bad_quad).
enum class PageColor { source, grey };
Page rectify(const Image& source, const Quad& quad, int width, int height,
             PageColor color = PageColor::source);

/// The picture of one field, upright, cut from a page.
struct FieldCrop {
  FieldSpec field;
  Image image;         ///< 1 channel
  Homography to_page;  ///< crop pixels -> page pixels
};

/// Largest margin of a crop; a larger one would take in the lines above and below.
inline constexpr double kMostMargin = 2;

/// Cuts the field with a margin (share of the field's height, 0 to 2, on all four sides) out of a
/// page. An upright field is copied pixel by pixel, a slanted one is warped, and a long one is
/// turned along its text (line_slope); outside the page its border is replicated. Throws
/// Error(bad_quad).
FieldCrop crop_field(const Page& page, const FieldSpec& field, double margin = 0.1);

/// All fields of a template, in its order.
std::vector<FieldCrop> crop_fields(const Page& page, const std::vector<FieldSpec>& fields,
                                   double margin = 0.1);

}  // namespace nibble
