#pragma once

#include <cstdint>

#include "recognizer/image/image.h"
#include "recognizer/kinds/match.h"

namespace nibble {

/// A made-up kind of document, drawn from its number: paper, guilloche, an emblem, a heading,
/// captions, fields and a photo's place in a layout of their own. The words are those that captions
/// of many documents share. The same number always gives the same kind, named "kind00042".
TemplatePicture synthetic_kind(std::uint32_t number);

/// A later generation of a kind: the same print but for the emblem, which is another one.
TemplatePicture synthetic_generation(std::uint32_t number);

/// A photograph (1080 x 1440 pixels, RGB) of a document: aslant on a table full of blots, turned by
/// any angle, a little blurred and with noise. What stands in its fields is drawn from `seed`, too.
Image synthetic_photograph(const TemplatePicture& kind, std::uint32_t seed);

}  // namespace nibble
