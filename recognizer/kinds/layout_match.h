#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "recognizer/base/geometry.h"
#include "recognizer/kinds/kind_index.h"
#include "recognizer/kinds/match.h"

namespace nibble {

/// The best match of a document with an outline in a grey picture, of the kinds whose layouts are
/// nearest to what is seen in it. Its time hardly grows with the kinds: each costs some thousand
/// additions, and only the nearest are compared by their print.
std::optional<TemplateMatch> match_layouts(const KindIndex& index, const Quad& outline,
                                           const cv::Mat& grey);

}  // namespace nibble
