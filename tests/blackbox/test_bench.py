"""nibble bench gemm: what stands in its result. Speeds are not judged here, but that they were measured is."""

import json
import os
import tempfile
import unittest

from support import run

SHAPES = [(64, 16, 72), (128, 32, 144), (256, 32, 288), (512, 64, 576), (256, 64, 144), (512, 16, 72), (384, 384, 384)]


class BenchGemm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bench.json")
            cls.result = run("bench", "gemm", "--rounds", "3", "--no-peers", "--json", path)
            with open(path, encoding="utf-8") as file:
                cls.report = json.load(file)

    def test_all_kernels_on_all_shapes(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        isas = self.report["environment"]["isa"]
        self.assertIn("portable", isas)
        expected = {(isa, precision, *shape) for isa in isas for precision in ("f32", "int8", "int4") for shape in SHAPES}
        rows = [(row["isa"], row["precision"], row["m"], row["n"], row["k"]) for row in self.report["gemm"]]
        self.assertEqual(len(rows), len(set(rows)))
        self.assertEqual(set(rows), expected)
        self.assertEqual({(row["isa"], row["precision"]) for row in self.report["peaks"]}, {row[:2] for row in rows})
        self.assertEqual(self.report["peers"], [])

    def test_figures_agree(self):
        peaks = {(row["isa"], row["precision"]): row["gops"] for row in self.report["peaks"]}
        for row in self.report["gemm"]:
            self.assertGreater(row["min_us"], 0)
            self.assertLessEqual(row["min_us"], row["median_us"])
            self.assertLessEqual(row["median_us"], row["p95_us"])
            self.assertAlmostEqual(row["gops"], 2e-3 * row["m"] * row["n"] * row["k"] / row["min_us"], delta=1e-6 * row["gops"])
            self.assertAlmostEqual(row["share_of_peak"], row["gops"] / peaks[row["isa"], row["precision"]], places=6)

    def test_the_table_names_every_kernel(self):
        table = self.result.stdout.decode()
        for row in self.report["peaks"]:
            self.assertIn(f"\n{row['isa']} {row['precision']} ", table)

    def test_one_instruction_set_and_precision(self):
        result = run("bench", "gemm", "--rounds", "1", "--no-peers", "--isa", "portable", "--precision", "int4")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = [line.split()[:2] for line in result.stdout.decode().splitlines() if line.startswith("portable")]
        self.assertTrue(rows and all(row == ["portable", "int4"] for row in rows), rows)

    def test_an_unknown_instruction_set(self):
        for arguments, env in ((("--isa", "pentium"), {}), ((), {"NIBBLE_ISA": "pentium"})):
            result = run("bench", "gemm", "--rounds", "1", *arguments, env=env)
            self.assertEqual(result.returncode, 3)
            self.assertEqual(result.stdout, b"")
            self.assertIn(b"pentium", result.stderr)
            self.assertEqual(result.stderr.count(b"\n"), 1)


if __name__ == "__main__":
    unittest.main()
