#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

// What the readers of data sets share.

namespace nibble {

/// Position in the order of preference when a frame is there in several formats (MIDV-500 is
/// published as TIFF); -1 for no picture.
int picture_rank(const std::filesystem::path& path);

/// What is in a folder, sorted, without hidden files and the shadow files that macOS puts beside
/// them. Empty when there is no such folder.
std::vector<std::filesystem::path> list_folder(const std::filesystem::path& folder);

/// The pictures of a folder by their name without extension; of several formats the preferred one.
std::map<std::string, std::filesystem::path> list_pictures(const std::filesystem::path& folder);

bool is_folder(const std::filesystem::path& path);
bool is_file(const std::filesystem::path& path);

/// The text of a ground truth of at most `most_bytes` without a byte order mark. Throws
/// Error(file_not_found | decode_failed).
std::string read_truth_file(const std::filesystem::path& path, std::uintmax_t most_bytes);

}  // namespace nibble
