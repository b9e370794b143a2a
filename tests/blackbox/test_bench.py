"""nibble bench gemm and conv: what stands in their results. Speeds are not judged here, but that they were measured is."""

import json
import os
import tempfile
import unittest

from support import SOURCE_DIR, run

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
        expected = {(isa, precision, *shape) for isa in isas for precision in ("f32", "int8", "int4", "int3", "int2") for shape in SHAPES}
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


class BenchConv(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bench.json")
            cls.result = run("bench", "conv", "--rounds", "1", "--no-peers", "--precision", "int8,int4", "--json", path)
            with open(path, encoding="utf-8") as file:
                cls.report = json.load(file)

    def test_every_form_on_every_shape(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        shapes = {(height, 64, channels) for height in (16, 8, 4) for channels in (32, 64, 96)}
        by_kernel = {}
        for row in self.report["conv"]:
            by_kernel.setdefault((row["isa"], row["precision"], row["form"]), []).append((row["height"], row["width"], row["channels"]))
            self.assertAlmostEqual(row["gops"], 18e-3 * row["height"] * row["width"] * row["channels"] ** 2 / row["min_us"], delta=1e-6 * row["gops"])
        for isa in self.report["environment"]["isa"]:
            expected = {(isa, "int8", "direct"), (isa, "int4", "direct")} | ({(isa, "int4", "winograd")} if isa != "portable" else set())
            self.assertEqual({key for key in by_kernel if key[0] == isa}, expected)
        for key, measured in by_kernel.items():
            self.assertEqual(sorted(measured), sorted(shapes), key)

    def test_the_sweep_shows_what_the_rule_chooses(self):
        isa = self.report["environment"]["isa"][-1]
        if isa == "portable":
            self.skipTest("this processor has no kernel by Winograd's algorithm")
        table = run("bench", "conv", "--sweep", "--rounds", "1", "--isa", isa).stdout.decode()
        rows = [line.split() for line in table.splitlines() if line.split()[0].isdigit() and "." in line]
        self.assertEqual([row[0] for row in rows], ["8", "16", "24", "32", "48", "64", "96"] * 2)
        self.assertFalse(any("*" in value for value in rows[0] + rows[7]))
        self.assertTrue(all("*" in value for value in rows[-1][2:]), rows[-1])


class BenchPipeline(unittest.TestCase):
    def stages(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bench.json")
            samples = os.path.join(SOURCE_DIR, "data", "samples", "04_kestria_drvlic")
            result = run("bench", "pipeline", samples, "--rounds", "1", "--precision", "int4", "--json", path, *arguments)
            self.assertEqual(0, result.returncode, result.stderr)
            with open(path, encoding="utf-8") as file:
                return result.stdout.decode(), {row["stage"] for row in json.load(file)["pipeline"]}

    def test_stages(self):
        reading = {"decode", "crop", "normalize", "network", "text", "rules"}
        for arguments, others in ((), {"rectify"}), (("--template", "auto"), {"template", "rectify"}), (("--template", "none"), {"outline", "find", "name"}):
            table, stages = self.stages(*arguments)
            self.assertEqual(reading | others, stages)
            for stage in stages:
                self.assertRegex(table, r"\n  %s +[0-9.]+" % stage)


if __name__ == "__main__":
    unittest.main()
