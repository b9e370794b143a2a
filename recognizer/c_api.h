#pragma once

// C interface of the library, for training: Python calls the same normaliser and the same network as the program.

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

/// Receives a layer's output: its number, extent and values (height x width x channels) of `size` bytes each: 1 for the levels of an integer
/// network, 4 for floats and for the 32-bit sums of an integer network's last layer.
typedef void (*nibble_layer_callback)(void* user, int layer, int height, int width, int channels, int size, const void* values);

/// Runs a normalised line (nibble_line_height() rows of `width` bytes) through the model file `model` on the instruction set `isa` (null or
/// empty: the best one here) and calls back after each layer. Returns the number of layers, or -1 for a model, line or instruction set that
/// cannot be used.
int nibble_run_layers(const char* model, const char* isa, const uint8_t* line, int width, nibble_layer_callback callback, void* user);

#ifdef __cplusplus
}
#endif
