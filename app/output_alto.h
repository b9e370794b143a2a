#pragma once

#include <memory>

#include "app/read_output.h"

namespace nibble {

/// ALTO 4.4: a Page a page, in it a TextBlock with a TextLine a field, String, SP and Glyph with
/// Variants. A block's tags name the field and the template; each page's file is the fileIdentifier
/// whose location is the page's ID. Boxes are pixels of the picture. Failed inputs have no page.
/// What precedes the pages depends on them, so they wait in a temporary file; throws
/// Error(write_failed) when it fails.
std::unique_ptr<ResultWriter> make_alto_writer(OutputFile& out, const ToolInfo& tool);

}  // namespace nibble
