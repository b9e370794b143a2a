#pragma once

#include <string>

namespace nibble {

/// A file name (any bytes) as it may be printed on a terminal or in a log: valid UTF-8 passes,
/// control characters, line separators, text-direction overrides and bytes that are no UTF-8 become
/// \xNN. For messages only; files are opened by the name as given.
std::string printable_path(const std::string& path);

/// The extension of a file name in lower case, with its dot; empty when there is none.
std::string lower_extension(const std::string& path);

/// The text up to its first line break.
std::string first_line(const std::string& text);

}  // namespace nibble
