#pragma once

#include <string>
#include <vector>

namespace nibble {

/// What a table of labels (fields.tsv) says of one field in one frame.
struct FieldLabel {
  std::string type;       ///< e.g. "43_tur_id"
  std::string frame;      ///< e.g. "CA/CA43_01"
  std::string field;      ///< e.g. "field04"
  std::string group;      ///< date, docnum, latin, mrz, other
  bool official = false;  ///< the value is the data set's own
  bool clean = false;     ///< counts for headline figures
  std::string value;      ///< UTF-8, the truth
};

/// Parses a table of labels: UTF-8, tab separated without quoting, a header with at least the
/// columns type, frame, field, group, official_value, clean and value in any order. `name` stands
/// in messages. Throws Error(decode_failed) naming the line of a bad row: wrong number of columns,
/// a flag that is not 0 or 1, a frame that is not CC/NAME, a field labelled twice.
std::vector<FieldLabel> parse_field_labels(const std::string& text, const std::string& name);

/// Reads and parses a table of labels. Throws Error(file_not_found) too.
std::vector<FieldLabel> read_field_labels(const std::string& path);

/// The group of a value without a label: `mrz` with a '<'; `date` when it is made of six to eight
/// digits in two or more runs of separators (. - / space); `docnum` with any other digit; else
/// `latin`.
std::string guess_group(const std::string& value);

}  // namespace nibble
