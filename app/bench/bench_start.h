#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/eval/eval_plan.h"

namespace nibble {

/// Wall time and largest resident memory of a program run to its end.
struct ProcessCost {
  double ms = 0;
  double megabytes = 0;
};

/// Runs a program. Throws Error(internal_error) where it cannot be started or fails.
ProcessCost run_process(const std::vector<std::string>& arguments);

/// The path of this program.
std::string this_program();

/// Measures what a whole process costs that reads one document with known corners, prints it and
/// adds it to a benchmark's result: the median time from start to end, and the largest memory.
/// Throws Error(internal_error) where this program cannot be started again.
void add_start(const EvalFrame& frame, const std::string& precision, int rounds,
               nlohmann::ordered_json& json);

}  // namespace nibble
