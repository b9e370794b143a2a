#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "recognizer/image/image.h"

namespace nibble {

/// What is known of a page before its pixels are decoded: its size as stored, how it must be turned
/// (an EXIF value, 1 to 8), and the width of a stored pixel by its height.
struct PictureHeader {
  int width = 0;
  int height = 0;
  int orientation = 1;
  double pixel_aspect = 1;
};

/// Samples of a pixel as decoders hand them over, 8 bits each.
enum class PixelKind { grey, grey_alpha, rgb, rgb_alpha };

int channels_of(PixelKind kind);

/// What pixels that can be seen through are laid over.
enum class Ground : std::uint8_t { black = 0, white = 255 };

/// Makes the upright picture from the rows of a stored one, as they are decoded, so that no second
/// copy of the whole picture is needed: opacity is laid over white, colours become grey where that
/// is asked for (as cv::COLOR_RGB2GRAY does), and the rows are turned and mirrored into place.
class PictureRows {
 public:
  /// Takes all memory that it will need.
  PictureRows(const PictureHeader& header, PixelKind kind, bool grey,
              Ground ground = Ground::white);

  /// The next row from the top, `header.width` pixels. More rows than the picture has are dropped.
  /// Throws nothing, so that it may be called where a C library jumps.
  void put(const std::uint8_t* row) noexcept;

  /// Whether white that stood on nothing was laid over white, so that nothing can be seen.
  bool vanished() const;

  /// The picture, once all rows are put.
  Image take();

 private:
  void convert(const std::uint8_t* in, std::uint8_t* out) noexcept;
  template <int kFrom, int kTo>
  void convert_pixels(const std::uint8_t* in, std::uint8_t* out) noexcept;
  void place_band() noexcept;

  PictureHeader header_;
  PixelKind kind_;
  Image image_;
  std::vector<std::uint8_t> band_;  ///< rows that wait to become columns
  std::vector<std::uint8_t> row_;   ///< one converted row
  int rows_ = 0;                    ///< put
  int band_rows_ = 0;
  Ground ground_;
  std::uint8_t darkest_ = 255;  ///< value of any pixel with opacity, as it was laid over the ground
  std::uint8_t least_opaque_ = 255;
  std::uint8_t most_opaque_ = 0;
};

/// The picture that `decode(Ground)` gives as its PictureRows: over white, or over black where it
/// vanishes on white.
template <typename Decode>
Image over_ground(const Decode& decode) {
  std::optional<PictureRows> rows(decode(Ground::white));
  if (rows->vanished()) {
    rows.reset();
    rows.emplace(decode(Ground::black));
  }
  return rows->take();
}

/// Enlarges the shorter axis until the pixels are square; an aspect near 1 or beyond any scanner's
/// is left. `pixel_aspect` is that of the upright picture.
Image square_pixels(Image image, double pixel_aspect);

/// The width and height of a picture whose pixels were made square.
void square_size(int& width, int& height, double pixel_aspect);

}  // namespace nibble
