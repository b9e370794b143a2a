#pragma once

#include <string>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/page_source.h"

namespace nibble {

/// What is refused of a file.
DecodeOptions decode_options(const Limits& limits);

/// What messages call a file of the caller's; the path "-" is standard input.
std::string file_name(const FileSource& file);

/// The pages of a file of the caller's; its bytes in memory, if it is those, outlive them. `grey`:
/// pictures of one channel. Throws as open_pages of a path does.
PageSource open_pages(const FileSource& file, const Limits& limits, bool grey);

/// The page of this number, from 1, out of pages none of which was taken yet; with an error where
/// there is no such page. `name` is the file's.
SourcePage take_page(PageSource& source, const std::string& name, int number);

}  // namespace nibble
