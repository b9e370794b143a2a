#pragma once

// C interface of the library, for training: Python calls the same normaliser as the program.

#ifdef __cplusplus
#include <cstdint>
extern "C" {
#else
#include <stdint.h>
#endif

/// Rows of a normalised line.
int nibble_line_height(void);

/// White columns at either end of a normalised line.
int nibble_line_padding(void);

/// Normalises a grey crop (width x height pixels, rows `stride` bytes apart) into `line`: nibble_line_height() rows of
/// `capacity` bytes each, filled with white to the right of the line. Returns the line's width in pixels, -1 for bad
/// arguments, or -2 when the line is wider than `capacity`.
int nibble_normalize_line(const uint8_t* grey, int width, int height, int stride, uint8_t* line, int capacity);

#ifdef __cplusplus
}
#endif
