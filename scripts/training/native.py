"""The library's C interface: training sees the pixels that the program sees."""
import ctypes
import os
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Normalizer:
    """normalize_line() of recognizer/normalize.h. The library is NIBBLE_C, or the newest build/*/libnibble_c.so."""

    def __init__(self, path=None):
        path = path or os.environ.get("NIBBLE_C") or self._newest_build()
        self._library = ctypes.CDLL(str(path))
        pointer = ctypes.POINTER(ctypes.c_uint8)
        self._library.nibble_normalize_line.argtypes = [pointer, ctypes.c_int, ctypes.c_int, ctypes.c_int, pointer, ctypes.c_int]
        self._library.nibble_normalize_line.restype = ctypes.c_int
        self.height = self._library.nibble_line_height()
        self.padding = self._library.nibble_line_padding()

    @staticmethod
    def _newest_build():
        builds = sorted(ROOT.glob("build/*/libnibble_c.so"), key=lambda path: path.stat().st_mtime)
        if not builds:
            raise SystemExit("libnibble_c.so is not built: run `cmake --preset release && cmake --build --preset release`")
        return builds[-1]

    def __call__(self, grey):
        """A grey uint8 crop [height, width] -> the normalised line [32, width'] (uint8, dark on light)."""
        grey = np.ascontiguousarray(grey, dtype=np.uint8)
        height, width = grey.shape
        capacity = int(width * self.height / height) + 2 * self.padding + 2
        line = np.empty((self.height, capacity), np.uint8)
        pointer = ctypes.POINTER(ctypes.c_uint8)
        result = self._library.nibble_normalize_line(grey.ctypes.data_as(pointer), width, height, width, line.ctypes.data_as(pointer), capacity)
        if result < 0:
            raise ValueError(f"normalize_line refused a crop of {width} x {height} pixels ({result})")
        return line[:, :result]
