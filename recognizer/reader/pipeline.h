#pragma once

#include <memory>

#include "include/nibble/nibble.hpp"
#include "recognizer/clip/look.h"
#include "recognizer/image/image.h"
#include "recognizer/reader/known_kinds.h"
#include "recognizer/reader/place.h"
#include "recognizer/reader/read_stage.h"

namespace nibble {

/// Reads one picture as the request says and fills in what was read: placement, fields, zone,
/// lines, warnings, times (all but decode and total). `look`, if asked for, gets what a clip wants
/// of it. Throws Error(no_document | bad_quad), after which the document holds what was found
/// before.
void read_picture(const LineReader& reader, const PreparedRequest& prepared, const Image& picture,
                  Document& document, FrameLook* look = nullptr);

}  // namespace nibble
