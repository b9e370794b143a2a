#pragma once

#include "app/commands/read_arguments.h"
#include "app/support/exit_codes.h"

namespace nibble {

/// `nibble read --clip`: all inputs are frames of one document; one result. Gives the exit code.
/// Throws Error.
ExitCode run_clip(const ReadArguments& arguments);

}  // namespace nibble
