#include "include/nibble/nibble.hpp"

namespace nibble {

const char* version() { return NIBBLE_VERSION; }

}  // namespace nibble
