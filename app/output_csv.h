#pragma once

#include <memory>

#include "app/read_output.h"

namespace nibble {

/// Comma-separated values (RFC 4180: lines end with CR LF, cells are quoted where they must be) in
/// UTF-8: a header, then a row a field. Failed inputs have no rows.
std::unique_ptr<ResultWriter> make_csv_writer(OutputFile& out);

}  // namespace nibble
