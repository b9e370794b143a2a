#pragma once

#include <string>

namespace nibble {

/// The path of a program that is installed with the library, e.g. "nibble-pdf", which in a build
/// tree lies beside it; empty where it is missing. It is looked for from where the library, or the
/// program that it is linked into, lies, so that an installation may be moved, and so is
/// data_folder() of nibble.hpp.
std::string helper_program(const std::string& name);

}  // namespace nibble
