#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "recognizer/image/image.h"
#include "recognizer/kinds/features.h"
#include "recognizer/kinds/match_patches.h"
#include "recognizer/kinds/print_layout.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A kind of document with its reference picture.
struct TemplatePicture {
  Template document;
  Image picture;  ///< any size of the template's shape, 1 or 3 channels
};

/// Sizes at which the features of a reference picture are taken, in pixels of its longer side.
/// Features bear a change of scale of about a fifth, so that documents from a quarter of a
/// picture's longer side to all of it are met by one of these.
inline constexpr std::array<int, 3> kReferenceSides = {256, 362, 512};

/// A feature of a reference picture as an index keeps it.
struct KindFeature {
  BinaryDescriptor descriptor{};
  std::uint16_t x = 0;  ///< pixels of its level
  std::uint16_t y = 0;
  std::uint8_t angle = 0;  ///< 256 to the turn, from 0
  std::uint8_t level = 0;  ///< of kReferenceSides
  std::uint16_t kind = 0;  ///< its number in the index
};

/// What a kind of document is recognised by: the features and the squares of its static print.
struct KindPrint {
  int width = 0;  ///< of the template, in pixels
  int height = 0;
  std::array<cv::Size, kReferenceSides.size()> levels;
  std::vector<KindFeature> features;  ///< `kind` is left at 0
  PrintPatches patches;
  PrintLayout layout;
};

/// A picture with its longer side scaled to `side` pixels.
cv::Mat with_longer_side(const cv::Mat& picture, int side);

/// Takes features and squares of a reference picture, leaving out fields and variable areas. Throws
/// Error(bad_template) for a picture too small or too plain to be recognised.
KindPrint take_print(const TemplatePicture& kind);

/// The layout of a document in a grey picture, at the size at which those of references are taken.
PrintLayout picture_layout(const cv::Mat& grey, const Quad& quad);

/// Radians of KindFeature::angle, and the nearest angle of any radians.
double radians_of(std::uint8_t angle);
std::uint8_t angle_of(double radians);

}  // namespace nibble
