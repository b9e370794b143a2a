"""The library's C interface: training sees the pixels that the program sees."""
import ctypes
import os
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _load(path):
    path = path or os.environ.get("NIBBLE_C")
    if not path:
        builds = sorted(ROOT.glob("build/*/libnibble_c.so"), key=lambda build: build.stat().st_mtime)
        if not builds:
            raise SystemExit("libnibble_c.so is not built: run `cmake --preset release && cmake --build --preset release`")
        path = builds[-1]
    return ctypes.CDLL(str(path))


class Normalizer:
    """normalize_line() of recognizer/page/normalize.h. The library is NIBBLE_C, or the newest build/*/libnibble_c.so."""

    def __init__(self, path=None):
        self._library = _load(path)
        pointer = ctypes.POINTER(ctypes.c_uint8)
        self._library.nibble_normalize_line.argtypes = [pointer, ctypes.c_int, ctypes.c_int, ctypes.c_int, pointer, ctypes.c_int]
        self._library.nibble_normalize_line.restype = ctypes.c_int
        self._library.nibble_normalize_part.argtypes = [pointer, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_double),
                                                        ctypes.c_double, pointer, ctypes.c_int]
        self._library.nibble_normalize_part.restype = ctypes.c_int
        self.height = self._library.nibble_line_height()
        self.padding = self._library.nibble_line_padding()

    def __call__(self, grey):
        """A grey uint8 crop [height, width] -> the normalised line [32, width'] (uint8, dark on light)."""
        grey = np.ascontiguousarray(grey, dtype=np.uint8)
        height, width = grey.shape
        capacity = self._capacity(width)
        line = np.empty((self.height, capacity), np.uint8)
        pointer = ctypes.POINTER(ctypes.c_uint8)
        result = self._library.nibble_normalize_line(grey.ctypes.data_as(pointer), width, height, width, line.ctypes.data_as(pointer), capacity)
        if result < 0:
            raise ValueError(f"normalize_line refused a crop of {width} x {height} pixels ({result})")
        return line[:, :result].copy()

    def _capacity(self, width):
        """The width of a line that is one pixel high in the crop."""
        return self.height * width + 2 * self.padding + 2

    def part(self, grey, expected, room=0.3):
        """(line, found): as above for what should become the line, (left, top, right, bottom) in a crop that holds more; `found` is what did."""
        grey = np.ascontiguousarray(grey, dtype=np.uint8)
        height, width = grey.shape
        capacity = self._capacity(width)
        line = np.empty((self.height, capacity), np.uint8)
        pointer = ctypes.POINTER(ctypes.c_uint8)
        found = (ctypes.c_double * 4)(*expected)
        result = self._library.nibble_normalize_part(grey.ctypes.data_as(pointer), width, height, width, found, room, line.ctypes.data_as(pointer),
                                                     capacity)
        if result < 0:
            raise ValueError(f"normalize_line refused a part of a crop of {width} x {height} pixels ({result})")
        return line[:, :result].copy(), tuple(found)


def run_layers(model, line, isa="", path=None):
    """Every layer's output of an integer model for a normalised line [32, width] (uint8): arrays [height, width, channels], bytes but for
    the last one's 32-bit sums."""
    library = _load(path)
    callback_type = ctypes.CFUNCTYPE(None, ctypes.c_void_p, *[ctypes.c_int] * 5, ctypes.c_void_p)
    outputs = []

    def keep(_, layer, height, width, channels, size, values):
        data = ctypes.string_at(values, height * width * channels * size)
        outputs.append(np.frombuffer(data, np.uint8 if size == 1 else "<i4").reshape(height, width, channels))

    line = np.ascontiguousarray(line, dtype=np.uint8)
    pixels = line.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
    library.nibble_run_layers.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint8), ctypes.c_int, callback_type, ctypes.c_void_p]
    if library.nibble_run_layers(os.fsencode(model), isa.encode(), pixels, line.shape[1], callback_type(keep), None) < 0:
        raise ValueError(f"{model} could not be run on {isa or 'this machine'}")
    return outputs
