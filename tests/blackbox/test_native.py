"""The library's C interface runs a model as the program does."""

import os
import pathlib
import sys
import tempfile
import unittest

import numpy as np

import support
from test_training import read_grey_png

sys.path.insert(0, os.path.join(support.SOURCE_DIR, "scripts", "peers"))
import scoring  # noqa: E402
from native_network import NativeNetwork  # noqa: E402

MODELS = os.path.join(support.SOURCE_DIR, "data", "models")
SAMPLES = os.path.join(support.SOURCE_DIR, "data", "samples")
# Above this the program does not look at a field a second time with other margins.
SURE = 0.85


def greedy(scores):
    """The classes of the best path: repeats merged, blanks dropped."""
    best = scores.argmax(1)
    return [int(c) for i, c in enumerate(best) if c != 0 and (i == 0 or c != best[i - 1])]


class NativeTest(unittest.TestCase):
    def network(self, precision, isa=""):
        return NativeNetwork(os.environ["NIBBLE_C"], os.path.join(MODELS, f"nibble-{precision}.safetensors"), isa)

    def test_same_text_as_the_program(self):
        with tempfile.TemporaryDirectory(prefix="nibble-test-") as folder:
            folder = pathlib.Path(folder)
            result = support.run("eval", SAMPLES, "--no-rules", "--limit", "2", "--precision", "f32,int4", "--calibration", "none", "--crops", str(folder / "crops"), "--predictions",
                                 str(folder / "p.tsv"))
            self.assertEqual(0, result.returncode, result.stderr)
            rows = [row for row in scoring.read_table(folder / "p.tsv") if float(row["confidence"]) > SURE]
            networks = {precision: self.network(precision) for precision in ("f32", "int4")}
            letters = {}
            for row in rows:
                line = read_grey_png(folder / "crops" / row["type"] / row["frame"] / (row["field"] + "_line.png"))
                classes = greedy(networks[row["precision"]].scores(line))
                self.assertEqual(len(row["raw"]), len(classes), row)
                for character, number in zip(row["raw"], classes):
                    self.assertEqual(character, letters.setdefault(number, character))
            self.assertEqual({"f32", "int4"}, {row["precision"] for row in rows})
            self.assertGreater(len(letters), 20)
            self.assertEqual(len(letters), len(set(letters.values())))

    def test_scores_are_log_probabilities(self):
        line = np.random.default_rng(3).integers(0, 256, (32, 101), np.uint8)
        for precision in ("f32", "int8", "int4"):
            scores = self.network(precision).scores(line)
            self.assertEqual((26, self.network(precision).classes), scores.shape)
            np.testing.assert_allclose(np.exp(scores.astype(np.float64)).sum(1), 1, atol=1e-5)

    def test_instruction_set_is_the_one_asked_for(self):
        portable, best = self.network("int4", "portable"), self.network("int4")
        self.assertEqual("portable", portable.isa)
        line = np.random.default_rng(4).integers(0, 256, (32, 64), np.uint8)
        np.testing.assert_array_equal(portable.scores(line), best.scores(line))

    def test_what_cannot_be_used_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "no-such-set"):
            self.network("int4", "no-such-set")
        with self.assertRaisesRegex(SystemExit, "nibble-none"):
            self.network("none")
        with self.assertRaises(ValueError):
            self.network("int4").scores(np.zeros((32, 0), np.uint8))
        with self.assertRaises(ValueError):
            self.network("int4").scores(np.zeros((32, 100_000), np.uint8))


if __name__ == "__main__":
    unittest.main()
