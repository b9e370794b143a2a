#pragma once

// What training and comparisons need (scripts/training/native.py): Python calls the same normaliser
// and the same network as the program. Private: it is built with the program but not installed, and
// changes with the scripts. The interface for users of the library is include/nibble/nibble.h.

#define NIBBLE_TRAINING_API __attribute__((visibility("default")))

#ifdef __cplusplus
#include <cstdint>
extern "C" {
#else
#include <stdint.h>
#endif

/// Rows of a normalised line.
NIBBLE_TRAINING_API int nibble_line_height(void);

/// White columns at either end of a normalised line.
NIBBLE_TRAINING_API int nibble_line_padding(void);

/// Normalises a grey crop (width x height pixels, rows `stride` bytes apart) into `line`:
/// nibble_line_height() rows of `capacity` bytes each, filled with white to the right of the line.
/// Returns the line's width in pixels, -1 for bad arguments, or -2 when the line is wider than
/// `capacity`.
NIBBLE_TRAINING_API int nibble_normalize_line(const uint8_t* grey, int width, int height,
                                              int stride, uint8_t* line, int capacity);

/// Normalises the line of a field in a grey crop, as the reader does: `part` holds what should
/// become the line, left, top, right and bottom in the crop's pixels, and is given back as what
/// did; `room` is left above and below a line that had much more (LineSearch). Otherwise as
/// nibble_normalize_line.
NIBBLE_TRAINING_API int nibble_normalize_part(const uint8_t* grey, int width, int height,
                                              int stride, double* part, double room, uint8_t* line,
                                              int capacity);

/// Receives a layer's output: its number, extent and values (height x width x channels) of `size`
/// bytes each: 1 for the levels of an integer network, 4 for floats and for the 32-bit sums of an
/// integer network's last layer.
typedef void (*nibble_layer_callback)(void* user, int layer, int height, int width, int channels,
                                      int size, const void* values);

/// Runs a normalised line (nibble_line_height() rows of `width` bytes) through the model file
/// `model` on the instruction set `isa` (null or empty: the best one here) and calls back after
/// each layer. Returns the number of layers, or -1 for a model, line or instruction set that cannot
/// be used.
NIBBLE_TRAINING_API int nibble_run_layers(const char* model, const char* isa, const uint8_t* line,
                                          int width, nibble_layer_callback callback, void* user);

/// A network with the memory that it writes to: for one thread at a time.
typedef struct NibbleModel NibbleModel;

/// Reads a model file and packs it for an instruction set (null or empty: the best one here).
/// Returns null for a model or an instruction set that cannot be used.
NIBBLE_TRAINING_API NibbleModel* nibble_open_model(const char* path, const char* isa);

/// Frees a model; null is allowed.
NIBBLE_TRAINING_API void nibble_close_model(NibbleModel* model);

/// The instruction set that runs, e.g. "portable".
NIBBLE_TRAINING_API const char* nibble_model_isa(const NibbleModel* model);

/// Classes of a column of scores: the blank, then the alphabet's characters.
NIBBLE_TRAINING_API int nibble_class_count(const NibbleModel* model);

/// Runs the network on a normalised line of nibble_line_height() rows of `width` bytes and writes
/// the natural-log probabilities of the classes, column after column, to `scores`, which has room
/// for `capacity` values. A null `scores` takes none. Returns the number of columns, -1 for bad
/// arguments or a line that the network refuses, or -2 when `capacity` is too small.
NIBBLE_TRAINING_API int nibble_run_line(NibbleModel* model, const uint8_t* line, int width,
                                        float* scores, int capacity);

#ifdef __cplusplus
}
#endif
