"""scripts/experiments/run.py: README's tables are written from results, and a figure that differs from them is found. Nothing is measured here."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

import support

FOLDER = os.path.join(support.SOURCE_DIR, "scripts", "experiments")
RUN = os.path.join(FOLDER, "run.py")
sys.path.insert(0, FOLDER)
import figures  # noqa: E402
import tables  # noqa: E402

README = """# A program
<!-- figures:net -->
<!-- /figures:net -->
Text between.
<!-- figures:samples -->
| precision | old |
|---|---|
<!-- /figures:samples -->
<!-- figures:document -->
<!-- /figures:document -->
    command --margin 12 %
"""


def record(result, cpu="Test CPU"):
    return {"step": "x", "cpu": cpu, "others": 0, "commit": "abc", "limit": 0, "result": result}


def net_result(int4=0.5):
    times = {"f32": 2.0, "int8": 1.0, "int4": int4}
    return {"net": [{"isa": isa, "precision": precision, "width": width, "median_ms": times[precision] * width / 256}
                    for isa in ("portable", "avx2", "avx512vnni") for precision in times for width in (128, 256)]}


def samples_result():
    return {"fields": {"right": {"f32": "1111", "int8": "1110", "int4": "1100"}}}


def sizes_result():
    return {precision: {"bytes": 1000 * n, "weights": 358000, "MACs": 94000000} for precision, n in (("f32", 1400), ("int8", 375), ("int4", 215))}


def pipeline_result():
    return {"memory_by_precision": [{"precision": precision, "start_ms": 40.0, "rss_mb": 30.0} for precision in ("f32", "int8", "int4")]}


class Experiments(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.readme = self.write("README.md", README)
        for name, result in (("net", net_result()), ("samples", samples_result()), ("sizes", sizes_result()), ("pipeline", pipeline_result())):
            self.write(f"results/{name}.json", record(result))

    def run_script(self, *arguments):
        command = [sys.executable, RUN, "--results", self.path("results"), "--readme", self.readme, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    def checked(self, *arguments):
        """(exit code, states and places) of a comparison without measuring."""
        result = self.run_script("--only", "none", *arguments)
        lines = [line.split("  (")[0] for line in result.stdout.splitlines() if "  (" in line]
        return result.returncode, [(line[:15].strip(), line[15:].strip()) for line in lines]

    def replace(self, old, new):
        path = pathlib.Path(self.readme)
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_what_was_written_is_in_order(self):
        self.assertEqual(1, self.checked()[0], "README has empty tables")
        self.checked("--update")
        code, findings = self.checked()
        self.assertEqual((0, {"ok"}), (code, {state for state, _ in findings}))
        text = pathlib.Path(self.readme).read_text(encoding="utf-8")
        self.assertIn("| avx512vnni | 2.00 | 1.00 | 0.50 | 2.00 times | 50 % | 4.00 times | 75 % |", text)
        self.assertIn("| int4 | 2 of 4 |", text)
        self.assertIn("Text between.", text)
        self.assertIn("Test CPU", text)
        self.assertNotIn("portable", text)

    def test_a_changed_figure_is_found(self):
        self.checked("--update")
        for old, new, where in (("| int4 | 2 of 4 |", "| int4 | 3 of 4 |", "samples: int4"),
                                ("4.00 times", "5.00 times", "net: avx2, int4 against f32"),
                                ("| avx2 | 2.00 |", "| avx2 | 1.00 |", "net: avx2, f32, ms"),
                                ("| int4 | 215 |", "| int4 | 214 |", "document: int4, model file")):
            with self.subTest(where=where):
                self.replace(old, new)
                code, findings = self.checked()
                self.assertEqual(1, code)
                differing = [place for state, place in findings if state == "differs"]
                self.assertEqual(1, len(differing), differing)
                self.assertTrue(differing[0].startswith(where), differing)
                self.replace(new, old)
        self.assertEqual(0, self.checked()[0])

    def test_times_have_a_tolerance_and_belong_to_a_processor(self):
        self.checked("--update")
        self.replace("| avx2 | 2.00 |", "| avx2 | 2.20 |")
        self.assertEqual(0, self.checked()[0])
        self.write("results/net.json", record(net_result(), cpu="Another CPU"))
        self.replace("| avx2 | 2.20 |", "| avx2 | 9.99 |")
        code, findings = self.checked()
        self.assertEqual(0, code)
        self.assertIn(("other processor", "net: avx2, f32, ms"), findings)
        self.write("results/net.json", record(net_result(int4=1.0), cpu="Another CPU"))
        self.assertEqual(1, self.checked()[0], "a ratio counts on any processor")

    def test_what_was_not_measured_is_told(self):
        self.checked("--update")
        os.remove(self.path("results/sizes.json"))
        result = self.run_script("--only", "none")
        self.assertEqual(0, result.returncode)
        self.assertRegex(result.stdout, r"not measured +document +\(no result of sizes\)")
        self.replace("| avx512vnni |", "| amx |")
        code, findings = self.checked()
        self.assertEqual(1, code)
        self.assertIn(("not measured", "net: amx"), findings)
        self.assertIn(("differs", "net: avx512vnni"), findings)

    def test_a_trial_does_not_count(self):
        self.checked("--update")
        self.write("results/samples.json", {**record(samples_result()), "limit": 2})
        result = self.run_script("--only", "none")
        self.assertRegex(result.stdout, "not measured +samples")

    def test_figures_typed_by_hand(self):
        self.checked("--update")
        self.replace("Text between.", "It reads 97 % of all fields.")
        code, findings = self.checked()
        self.assertEqual(1, code)
        self.assertIn(("differs", "outside the tables"), findings)

    def test_a_step_without_what_it_needs_is_not_skipped_quietly(self):
        result = self.run_script("--only", "accuracy", "--no-setup", "--program", support.PROGRAM)
        self.assertEqual(1, result.returncode)
        self.assertIn("accuracy: NOT RUN, it needs a data set: --dataset FOLDER", result.stderr)
        missing = self.run_script("--only", "sizes", "--no-setup", "--program", self.path("nothing"))
        self.assertEqual(1, missing.returncode)
        self.assertIn("sizes: NOT RUN", missing.stderr)

    def test_calls_that_cannot_be_meant(self):
        for arguments, mention in ((("--only", "speed"), "'speed'"), (("--dataset", self.path("nothing")), "nothing")):
            result = self.run_script(*arguments)
            self.assertEqual(2, result.returncode)
            self.assertIn(mention, result.stderr)

    def test_a_step_is_run_and_kept(self):
        result = self.run_script("--only", "sizes", "--no-setup", "--program", support.PROGRAM)
        with open(self.path("results/sizes.json"), encoding="utf-8") as file:
            kept = json.load(file)
        size = os.path.getsize(os.path.join(support.SOURCE_DIR, "data", "models", "nibble-int4.safetensors"))
        self.assertEqual(size, kept["result"]["int4"]["bytes"], result.stderr)
        self.assertGreater(kept["result"]["int4"]["weights"], 100_000)


class OurReadme(unittest.TestCase):
    """README itself: whether its figures are near is measured elsewhere, that each has its place is seen here."""

    def test_every_figure_has_a_table(self):
        text = (pathlib.Path(support.SOURCE_DIR) / "README.md").read_text(encoding="utf-8")
        self.assertEqual({name for name, _, _ in tables.TABLES}, set(figures.blocks(text)))
        self.assertEqual([], list(figures.typed_by_hand(text)))
        for name, block in figures.blocks(text).items():
            self.assertTrue(figures.cells_of(block), f"{name} is empty: run scripts/experiments/run.py --update")

    def test_the_list_of_steps(self):
        listed = subprocess.run([sys.executable, RUN, "--list"], capture_output=True, text=True, check=True).stdout
        steps = {line.split()[0] for line in listed.splitlines()}
        self.assertEqual(set(), {step for _, needs, _ in tables.TABLES for step in needs} - steps)


if __name__ == "__main__":
    unittest.main()
