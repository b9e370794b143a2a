#pragma once

#include <string>

#include "recognizer/base/geometry.h"

namespace nibble {

/// A field of a template: where it is and what may stand in it.
struct FieldSpec {
  std::string name;      ///< e.g. "field04", "birth_date"
  Quad quad{};           ///< template pixels
  std::string kind;      ///< date, docnum, latin, mrz, text, other; empty when unknown
  std::string format;    ///< e.g. "dd.mm.yyyy"; empty when unknown
  std::string alphabet;  ///< characters allowed, UTF-8; empty for all
};

}  // namespace nibble
