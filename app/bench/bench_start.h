#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/eval/eval_plan.h"

namespace nibble {

/// Measures what a whole process costs that reads one document with known corners, prints it and
/// adds it to a benchmark's result: the median time from start to end, and the largest memory.
/// Throws Error(internal_error) where this program cannot be started again.
void add_start(const EvalFrame& frame, const std::string& precision, int rounds,
               nlohmann::ordered_json& json);

}  // namespace nibble
