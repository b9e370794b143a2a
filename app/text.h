#pragma once

#include <string>

namespace nibble {

/// A file name (any bytes) as it may be printed on a terminal or in a log: valid UTF-8 passes, control characters, line separators,
/// text-direction overrides and bytes that are no UTF-8 become \xNN. For messages only; files are opened by the name as given.
std::string printable_path(const std::string& path);

}  // namespace nibble
