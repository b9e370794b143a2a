#pragma once

#include <string>

namespace nibble {

/// The whole of a file. Throws as read_file_bytes does.
std::string read_text_file(const std::string& path);

/// Writes a file as a whole, see write_file_bytes. Throws Error(write_failed).
void write_text_file(const std::string& path, const std::string& text);

}  // namespace nibble
