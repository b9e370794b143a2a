#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "recognizer/image/image.h"

namespace nibble {

/// Decodes one page (1 is the first) of a JPEG, PNG, TIFF or PDF file into 8-bit grey (1 channel)
/// or RGB (3 channels), told apart by content and not by name. 16-bit, palette, alpha (laid over
/// white), CMYK/YCCK and subsampled YCbCr pictures are converted, and EXIF or TIFF orientation is
/// applied, so the picture stands upright; a PDF's page is drawn at 300 pixels an inch, a very
/// large one at fewer. Throws Error(file_not_found | decode_failed | too_large).
Image load_image(const std::string& path, int page = 1);

/// The same from memory; `name` stands in messages.
Image decode_image(const std::byte* bytes, std::size_t size, const std::string& name, int page = 1);

/// Number of pages: that of a TIFF or PDF, else 1.
int count_pages(const std::string& path);

/// The same from memory; `name` stands in messages.
int count_pages(const std::byte* bytes, std::size_t size, const std::string& name);

/// Width and height after orientation, without decoding the pixels (but for a PDF).
struct ImageSize {
  int width = 0;
  int height = 0;
};
ImageSize probe_image(const std::string& path);

/// Writes .png or .jpg (quality 92) by the name's extension, to a temporary file renamed at the
/// end. Throws Error(usage | write_failed).
void save_image(const Image& image, const std::string& path);

/// The extensions (lower case, with dot) by which pictures are found in folders.
const std::vector<std::string>& image_extensions();

}  // namespace nibble
