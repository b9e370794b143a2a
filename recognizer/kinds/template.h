#pragma once

#include <string>
#include <vector>

#include "recognizer/page/field_spec.h"

namespace nibble {

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

}  // namespace nibble
