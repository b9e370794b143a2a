#pragma once

#include "include/nibble/nibble.hpp"  // Error and ErrorCode, which the library's callers see
