#pragma once

#include <string>

#include "app/support/options.h"

namespace nibble {

/// "nibble: <message>" on stderr, one line of valid UTF-8 (see printable_path); safe from any
/// thread.
void report_error(const std::string& message);

/// The same, unless --quiet.
void report_warning(const CommonOptions& options, const std::string& message);

/// The same, with --verbose alone.
void report_detail(const CommonOptions& options, const std::string& message);

}  // namespace nibble
