#pragma once

#include <memory>

#include "app/read_output.h"

namespace nibble {

/// hOCR 1.2 as XHTML: an ocr_page a page, in it an ocr_line a field with its name as x_field,
/// ocrx_word and ocrx_cinfo. Boxes are pixels of the picture, confidences percent. Failed inputs
/// have no page.
std::unique_ptr<ResultWriter> make_hocr_writer(OutputFile& out, const ToolInfo& tool);

}  // namespace nibble
