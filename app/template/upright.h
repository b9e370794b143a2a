#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/image_file.h"

namespace nibble {

/// A document as the picture of a template shows it.
struct UprightDocument {
  Image picture;  ///< in colour, with nothing about it
  Document text;  ///< what is read on it, in its pixels; status error where nothing is
};

/// The longer side of a template's picture, in pixels, unless that enlarges it much: print of 2 mm
/// on a passport's page has 16 then.
inline constexpr int kTemplateSide = 1000;

/// Takes the document out of a photograph: by its outline, or the whole picture where it has none.
/// Its lines tell which way is up; the shape is that of ISO/IEC 7810's cards and pages where it is
/// near to one. What was assumed is said in `warnings`. Throws Error(no_document) when no text is
/// found.
UprightDocument make_upright(const Reader& reader, const Image& photo,
                             std::vector<std::string>& warnings);

/// A rectified page as the picture of a template of this size.
Image upright_picture(const Image& page, ImageSize size);

/// What is read on a picture that is the upright document.
Document read_upright(const Reader& reader, const Image& picture);

}  // namespace nibble
