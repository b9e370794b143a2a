#pragma once

#include <string>
#include <vector>

#include "recognizer/image/image.h"

namespace nibble {

/// A picture of one text line with its text.
struct LabelledLine {
  std::string path;
  std::string text;  ///< UTF-8
};

/// Reads FOLDER/labels.tsv: one line a picture, the file's name and its text with a tab between.
/// Pictures are not opened yet. Throws Error(file_not_found | decode_failed).
std::vector<LabelledLine> read_line_set(const std::string& folder);

/// The same of the text of such a file.
std::vector<LabelledLine> parse_line_set(const std::string& text, const std::string& folder);

}  // namespace nibble
