#pragma once

#include <map>
#include <string>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// How a labelled field was found in a picture.
struct FieldFinding {
  bool covered = false;   ///< one line holds it, along the same axis and about as high
  bool directed = false;  ///< and that line is read in its direction
  bool read = false;      ///< its text stands in one line that was read
};

/// Whether one of the found lines holds a field (both in the same pixels): nine tenths of the
/// field's middle line lie in it, it is at most three times as high and at least a third, and their
/// axes differ by less than 20 degrees.
FieldFinding find_field(const Quad& field, const std::vector<Quad>& lines);

/// Whether a text stands in one of the lines: after upper-casing, O = 0 and without white space.
bool text_is_in(const std::string& text, const std::vector<std::string>& lines);

/// Sums over fields and pictures.
struct FindScore {
  int pictures = 0;
  int empty = 0;  ///< pictures in which no line was read
  int fields = 0;
  int covered = 0;
  int directed = 0;
  int read = 0;
  int lines_found = 0;
  int lines_read = 0;
  double find_ms = 0;
  double read_ms = 0;

  void add(const FieldFinding& field);
  void add(const FindScore& picture);
};

/// Scores of all pictures, and of those of each condition and type.
struct FindTable {
  FindScore all;
  std::map<std::string, FindScore> conditions;
  std::map<std::string, FindScore> types;
};

}  // namespace nibble
