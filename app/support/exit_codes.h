#pragma once

#include "nn/error.h"

namespace nibble {

/// Exit code of a command.
using ExitCode = int;
inline constexpr ExitCode kExitOk = 0;
inline constexpr ExitCode kExitSomeFailed = 1;
inline constexpr ExitCode kExitUsage = 2;
inline constexpr ExitCode kExitResource = 3;  ///< model, template or device
inline constexpr ExitCode kExitGate = 4;      ///< a gate (--max-drop, --min-confidence) was not met
inline constexpr ExitCode kExitInterrupted = 130;

/// The exit code of an error that ends the program.
ExitCode exit_code_of(ErrorCode code);

}  // namespace nibble
