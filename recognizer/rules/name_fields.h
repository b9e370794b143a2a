#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/parse.h"

namespace nibble {

/// A field that was named without a template.
struct NamedField {
  FieldResult result;              ///< with name and kind; rules have yet to be applied
  std::string caption;             ///< the print that named it; empty for none
  std::string source;              ///< caption, number, zone or form
  bool sure = false;               ///< else no one should accept it unseen
  std::vector<std::size_t> lines;  ///< that became it, with nothing left over
};

/// Finds the fields among the lines of a picture that were read, without knowing the kind of
/// document: by captions (in the languages of data/captions), by the numbers of driving licences,
/// by agreement with `zone` (null: none; one that is not valid names what is printed just so) and
/// by form. Names are the standard ones, each once. What is not sure to be what its name says gets
/// no name.
std::vector<NamedField> name_fields(const std::vector<FieldResult>& lines, const Mrz* zone,
                                    const Date& now);

/// The zone among the lines: two or three that follow on one another; a valid one where there is
/// one.
std::optional<Mrz> zone_among(const std::vector<FieldResult>& lines, const Date& now);

/// The confidence of a named field from that of its text, and its decision: a name that is not sure
/// is for a person to see.
void judge_name(NamedField& field);

}  // namespace nibble
