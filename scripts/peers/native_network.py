"""The network by the library's C interface (recognizer/reader/training_api.h)."""
import ctypes

import numpy as np

HEIGHT = 32


class NativeNetwork:
    """A model file, packed for the best instruction set here or for `isa`."""

    def __init__(self, library, model, isa=""):
        self._library = ctypes.CDLL(str(library))
        handle, number = ctypes.c_void_p, ctypes.c_int
        self._library.nibble_open_model.restype = handle
        self._library.nibble_open_model.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        self._library.nibble_close_model.argtypes = [handle]
        self._library.nibble_class_count.argtypes = [handle]
        self._library.nibble_model_isa.argtypes = [handle]
        self._library.nibble_model_isa.restype = ctypes.c_char_p
        self._library.nibble_run_line.argtypes = [handle, handle, number, handle, number]
        self._model = self._library.nibble_open_model(str(model).encode(), isa.encode())
        if not self._model:
            raise SystemExit(f"{model}: cannot be used{' on ' + isa if isa else ''}: see `nibble model verify` and `nibble doctor`")
        self.isa = self._library.nibble_model_isa(self._model).decode()
        self.classes = self._library.nibble_class_count(self._model)

    def __del__(self):
        if getattr(self, "_model", None):
            self._library.nibble_close_model(self._model)

    def run(self, line):
        """Runs without taking the scores: what is timed. `line` is uint8, HEIGHT x width, rows without gaps."""
        return self._library.nibble_run_line(self._model, line.ctypes.data, line.shape[1], None, 0)

    def scores(self, line):
        """Natural-log probabilities [columns, classes] of a normalised line."""
        line = np.ascontiguousarray(line, np.uint8)
        assert line.shape[0] == HEIGHT
        columns = self.run(line)
        scores = np.empty((max(columns, 0), self.classes), np.float32)
        if columns < 0 or self._library.nibble_run_line(self._model, line.ctypes.data, line.shape[1], scores.ctypes.data, scores.size) != columns:
            raise ValueError(f"the network refused a line of {line.shape[1]} pixels")
        return scores
