#pragma once

namespace nibble {

/// Natural-log softmax of a row of `classes` values, in place, within 1e-6 of the exact one. The
/// exponentials are computed here, since those of the C library are slow one by one and differ
/// between machines. Returns whether all results are finite.
bool log_softmax_row(float* values, int classes);

}  // namespace nibble
