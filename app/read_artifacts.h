#pragma once

#include <string>
#include <vector>

#include "app/read_document.h"
#include "recognizer/image/image.h"
#include "recognizer/page/page.h"

namespace nibble {

/// Makes the folders of --annotate and --crops and decides which of the two --annotate names: a
/// folder when there are several inputs, when it is one already or when it has no picture's
/// extension. Throws Error(usage | write_failed).
void prepare_artifacts(ReadTask& task, const std::vector<ReadInput>& inputs);

/// Throws Error(usage) when the results would be written over one of the inputs.
void check_output(const std::string& output, const std::vector<ReadInput>& inputs);

/// Writes a picture about a page to where --annotate of the task says. Throws Error(write_failed).
void write_picture(const Image& picture, const ReadTask& task, const std::string& stem, int page);

/// Writes what --annotate and --crops ask for about one page: the picture with what was read drawn
/// in, and each field's crop with its normalised line. `page` is null for a single line. Throws
/// Error(write_failed).
void write_artifacts(const Image& image, const Page* page, const ReadTask& task,
                     const std::string& stem, const DocumentResult& result);

}  // namespace nibble
