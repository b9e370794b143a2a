#pragma once

#include <cstdlib>
#include <string>

#include "nn/error.h"

// What the fuzz targets demand; a crash is how libFuzzer is told that it does not hold.

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Input is refused in one line, as what cannot be decoded, or passes the check.
template <typename Check>
void refuse_or_pass(Check check) {
  try {
    check();
  } catch (const nibble::Error& error) {
    require(error.code() == nibble::ErrorCode::decode_failed &&
            std::string(error.what()).find('\n') == std::string::npos);
  }
}
