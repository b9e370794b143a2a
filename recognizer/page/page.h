#pragma once

#include <string>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"
#include "recognizer/page/field_spec.h"

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

/// Takes the document outlined by `quad` (source pixels) out of a picture and makes it upright, at
/// the resolution of the source: scale 0.25 to 4, at most 4000 pixels a side. width and height are
/// those of the template. Corners may lie outside the picture; what is not in it gets the picture's
/// mean colour. With PageColor::grey the page has one channel, which is all that reading needs and
/// takes a third of the time. Throws Error(bad_quad).
enum class PageColor { source, grey };
Page rectify(const Image& source, const Quad& quad, int width, int height,
             PageColor color = PageColor::source);

/// A picture (1 or 3 channels) as a page of its own pixels, in grey.
Page picture_page(const Image& picture);

/// The picture of one field, upright, cut from a page.
struct FieldCrop {
  FieldSpec field;
  Image image;         ///< 1 channel
  Homography to_page;  ///< crop pixels -> page pixels
};

/// Largest margin of a crop; a larger one would take in the lines above and below.
inline constexpr double kMaxMargin = 2;

/// Cuts the field with a margin (share of the field's height, 0 to 2, on all four sides) out of a
/// page. An upright field is copied pixel by pixel, a slanted one is warped, and a long one is
/// turned along its text (line_slope); outside the page its border is replicated. Throws
/// Error(bad_quad).
FieldCrop crop_field(const Page& page, const FieldSpec& field, double margin = 0.1);

/// All fields of a template, in its order.
std::vector<FieldCrop> crop_fields(const Page& page, const std::vector<FieldSpec>& fields,
                                   double margin = 0.1);

}  // namespace nibble
