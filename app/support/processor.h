#pragma once

#include <string>

namespace nibble {

/// The processor's name as the system has it, or "unknown".
std::string processor_name();

}  // namespace nibble
