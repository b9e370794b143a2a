"""Training and program agree: the same pixels, the same model file, the same alphabet."""

import os
import random
import struct
import sys
import unittest
import zlib

import numpy as np

import support

sys.path.insert(0, os.path.join(support.SOURCE_DIR, "scripts", "training"))
import alphabet  # noqa: E402
import model_file  # noqa: E402
import native  # noqa: E402
import text as texts  # noqa: E402


def read_grey_png(path):
    """The pixels of an 8-bit grey PNG, filters undone (PNG specification, section 9)."""
    with open(path, "rb") as file:
        data = file.read()
    position, idat = 8, b""
    while position < len(data):
        (length,), kind = struct.unpack(">I", data[position:position + 4]), data[position + 4:position + 8]
        body = data[position + 8:position + 8 + length]
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", body[:10])
            assert (depth, color) == (8, 0), (depth, color)
        elif kind == b"IDAT":
            idat += body
        position += length + 12
    raw = zlib.decompress(idat)
    rows, above = [], [0] * width
    for y in range(height):
        kind, row = raw[y * (width + 1)], list(raw[y * (width + 1) + 1:(y + 1) * (width + 1)])
        for x in range(width):
            left, up, corner = row[x - 1] if x else 0, above[x], above[x - 1] if x else 0
            estimate = left + up - corner
            paeth = min((abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner))[2]
            row[x] = (row[x] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(row)
        above = row
    return np.array(rows, np.uint8)


class PixelTest(support.ProgramTest):
    """What native.Normalizer gives to training is what the program gives to the network."""

    def test_same_pixels(self):
        normalize = native.Normalizer(os.environ["NIBBLE_C"])
        source = np.random.default_rng(7)
        for width, height in ((90, 20), (301, 32), (77, 47), (640, 18), (9, 64), (1, 1)):
            with self.subTest(width=width, height=height):
                crop = source.integers(0, 256, (height, width), np.uint8)
                crop[height // 4:height // 2 + 1, ::3] //= 4
                name = f"crop_{width}x{height}.png"
                path = self.write(name, support.png_bytes(width, height, [row.tobytes() for row in crop]))
                out = self.path(f"crops_{width}x{height}")
                result = support.run("read", path, "--line", "--model", self.model, "--precision", "f32", "--crops", out)
                self.assertEqual(0, result.returncode, result.stderr)
                lines = [entry for entry in os.listdir(out) if entry.endswith("_line.png")]
                self.assertEqual(1, len(lines), lines)
                np.testing.assert_array_equal(normalize(crop), read_grey_png(os.path.join(out, lines[0])))


class ModelFileTest(support.ProgramTest):
    """The model files that training writes are read by the program."""

    def test_written_model_is_accepted(self):
        metadata = support.model_metadata()
        tensors = {name: np.frombuffer(data, "<f4").reshape(shape)
                   for name, (shape, data) in support.model_tensors(support.graph(len(support.ALPHABET) + 1), 3).items()}
        path = self.write("trained.safetensors", model_file.serialize(tensors, metadata))
        result = support.run("model", "verify", path)
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn(b"sha256:", result.stdout)


class TextTest(unittest.TestCase):
    """The texts that lines are rendered from."""

    def test_texts_stay_in_the_alphabet(self):
        rng = random.Random(5)
        kinds = set()
        for _ in range(3000):
            kind, text = texts.draw_text(rng)
            kinds.add(kind)
            self.assertEqual(text, " ".join(text.split()))
            self.assertTrue(set(text) <= set(alphabet.ALPHABET), text)
        self.assertEqual({kind for _, kind, _ in texts.KINDS}, kinds)

    def test_alphabet_has_no_repeats(self):
        self.assertEqual(len(alphabet.ALPHABET), len(set(alphabet.ALPHABET)))

    def test_check_digit(self):
        # Worked examples of ICAO 9303 part 3, 4.9 and part 4, appendix.
        self.assertEqual("3", texts.check_digit("520727"))
        self.assertEqual("5", texts.check_digit("AB2134<<<"))
        self.assertEqual("6", texts.check_digit("L898902C3"))

    def test_mrz_lines_have_the_lengths_of_icao_9303(self):
        rng = random.Random(6)
        lengths = {len(texts.mrz_line(rng)) for _ in range(500)}
        self.assertEqual({30, 36, 44}, lengths)


if __name__ == "__main__":
    unittest.main()
