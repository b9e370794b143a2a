#pragma once

#include <string>
#include <vector>

#include "app/eval/eval_plan.h"
#include "recognizer/page/page.h"

namespace nibble {

/// Makes the folder of --crops. Throws Error(write_failed).
void prepare_crops(const std::string& folder);

/// Writes the crop of each field as FOLDER/TYPE/FRAME/FIELD.png and its normalised line as
/// FIELD_line.png. Throws Error(write_failed), also for a field whose name cannot be a file's.
void write_crops(const EvalFrame& frame, const Page& page, const std::vector<FieldSpec>& fields,
                 double margin, const std::string& folder);

}  // namespace nibble
