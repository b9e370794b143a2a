"""The integers of the shipped models, layer by layer, against the arithmetic that their documentation states, written in NumPy."""

import json
import os
import pathlib
import sys
import unittest

import numpy as np

import support

sys.path.insert(0, os.path.join(support.SOURCE_DIR, "scripts", "training"))
import model_file  # noqa: E402
import native  # noqa: E402


def convolve(layer, tensors, inputs):
    """One layer on [height, width, in] integers."""
    top, left, bottom, right = layer["pad"]
    rows, columns = layer["kernel"]
    padded = np.pad(inputs, ((top, bottom), (left, right), (0, 0))).astype(np.float64)
    weight = model_file.unpack_weight(layer, tensors[layer["name"] + ".weight"]).astype(np.float64)
    height, width = padded.shape[0] - rows + 1, padded.shape[1] - columns + 1
    sums = np.zeros((height, width, layer["out"]))  # far below 2^53: exact
    for y in range(rows):
        for x in range(columns):
            sums += padded[y:y + height, x:x + width] @ weight[:, y, x].T
    sums = sums.astype(np.int64) + tensors[layer["name"] + ".bias"]
    high, wide = layer["pool"]
    sums = sums[:height // high * high, :width // wide * wide].reshape(height // high, high, width // wide, wide, -1).max((1, 3))
    if "limit" not in layer:
        return sums
    multiplier = tensors[layer["name"] + ".multiplier"].astype(np.int64)
    shift = tensors[layer["name"] + ".shift"].astype(np.int64)
    return np.minimum((np.maximum(sums, 0) * multiplier + (1 << (shift - 1))) >> shift, layer["limit"])


class IntegerTest(support.ProgramTest):
    def check(self, precision, isas):
        path = os.path.join(support.SOURCE_DIR, "data", "models", f"nibble-{precision}.safetensors")
        tensors, metadata = model_file.read(pathlib.Path(path))
        layers = json.loads(metadata["graph"])["layers"]
        source = np.random.default_rng(5)
        for width in (4, 64, 252):
            line = np.full((32, width), 250, np.uint8)
            for _ in range(width // 3):  # strokes of ink, so that the layers have something to see
                y, x = source.integers(4, 26), source.integers(0, width)
                line[y:y + source.integers(1, 9), x:x + source.integers(1, 9)] = source.integers(0, 120)
            expected, values = [], ((255 - line.astype(np.int64)) >> 1)[:, :, None]
            for layer in layers:
                values = convolve(layer, tensors, values)
                expected.append(values)
            self.assertGreater(len(np.unique(expected[-2])), 10, "the test line must wake the network")
            for isa in isas:
                computed = native.run_layers(path, line, isa)
                self.assertEqual(len(computed), len(layers))
                for layer, one, other in zip(layers, expected, computed):
                    with self.subTest(precision=precision, width=width, isa=isa, layer=layer["name"]):
                        self.assertEqual(one.shape, other.shape)
                        self.assertEqual(int((one != other).sum()), 0)

    def isas(self):
        features = next(line for line in support.run("doctor").stdout.decode().splitlines() if line.startswith("features"))
        return features.split()[1:]

    def test_int8(self):
        self.check("int8", self.isas())

    def test_int4(self):
        self.check("int4", self.isas())


if __name__ == "__main__":
    unittest.main()
