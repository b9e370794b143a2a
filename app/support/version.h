#pragma once

namespace nibble {

/// The commit that the program was built of, shortened, with "-dirty" after it where tracked files
/// differed from it; "unknown" when it was not built in a checkout. Defined in a source that the
/// build writes (cmake/commit.cmake).
const char* build_commit();

}  // namespace nibble
