#pragma once

#include "app/read_arguments.h"

namespace nibble {

/// `nibble read --compare`: every input read in each shipped precision (or those of --precision),
/// texts and times side by side and where they disagree, as text, json or jsonl. Gives the exit
/// code. Throws Error.
ExitCode run_compare(const ReadArguments& arguments);

}  // namespace nibble
