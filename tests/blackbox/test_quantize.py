"""nibble quantize: a float model calibrated on pictures of lines."""

import json
import os
import unittest

from support import SOURCE_DIR, ProgramTest, run

FLOAT = os.path.join(SOURCE_DIR, "data", "models", "nibble-f32.safetensors")
SAMPLE = os.path.join(SOURCE_DIR, "data", "samples", "01_norravia_id")


class QuantizeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.lines = self.path("lines")
        frame = os.path.join(SAMPLE, "images", "TA", "TA01_01.jpg")
        quad = os.path.join(SAMPLE, "ground_truth", "TA", "TA01_01.json")
        result = run("read", frame, "--template", "norravia_id", "--quad-json", quad, "--crops", self.lines)
        self.assertEqual(0, result.returncode, result.stderr)
        pictures = self.pictures = sorted(name for _, _, names in os.walk(self.lines) for name in names)
        self.write(os.path.join("lines", "labels.tsv"), "".join(f"{name}\tTEXT\n" for name in pictures).encode())

    def test_calibrated(self):
        out, report = self.path("int8.safetensors"), self.path("report.json")
        result = run("quantize", FLOAT, "--precision", "int8", "--lines", self.lines, "--method", "mse", "--report", report, "-o", out)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        info = run("model", "info", out).stdout.decode()
        self.assertRegex(info, r'quantization: \{"precision":"int8","method":"mse","lines":%d,"equalized":true\}' % len(self.pictures))
        with open(report, encoding="utf-8") as file:
            layers = json.load(file)["layers"]
        self.assertEqual(11, len(layers))
        self.assertEqual({8}, {layer["weight_bits"] for layer in layers})
        self.assertEqual(0, run("doctor", "--model", out, "--precision", "int8").returncode)

    def test_a_bad_line_of_labels_is_named_by_its_number(self):
        self.write(os.path.join("lines", "labels.tsv"), f"{self.pictures[0]}\tTEXT\r\n\n\nno tab\n")
        result = run("quantize", FLOAT, "--precision", "int8", "--lines", self.lines, "-o", self.path("out.safetensors"))
        self.check_error(result, 1, "labels.tsv", "line 4 ")

    def test_neither_lines_nor_learned_scales(self):
        out = self.path("out.safetensors")
        self.check_error(run("quantize", FLOAT, "-o", out), 2, "--lines")
        self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    unittest.main()
