"""The comparison with other readers: its scoring is that of nibble eval, and its crops and tables are what they should be. No other
reader is needed; where one is called, it is a stand-in written here."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

SCRIPTS = os.path.join(support.SOURCE_DIR, "scripts")
SAMPLES = os.path.join(support.SOURCE_DIR, "data", "samples")
sys.path.insert(0, SCRIPTS)
sys.path.insert(0, os.path.join(SCRIPTS, "peers"))
import compare_peers  # noqa: E402
import environment  # noqa: E402
import scoring  # noqa: E402

FIGURES = ("exact", "exact_norm", "pcr", "cer")


def compare(*arguments):
    return subprocess.run([sys.executable, os.path.join(SCRIPTS, "compare_peers.py"), "--program", support.PROGRAM, *arguments],
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)


class SamplesTest(support.ProgramTest):
    """One evaluation of the shipped samples, which the tests look at from several sides."""

    @classmethod
    def setUpClass(cls):
        cls.folder_of_class = tempfile.mkdtemp(prefix="nibble-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder_of_class, ignore_errors=True)
        files = {name: os.path.join(cls.folder_of_class, name) for name in ("p.tsv", "r.json", "crops")}
        result = support.run("eval", SAMPLES, "--no-rules", "--precision", "int4,f32", "--predictions", files["p.tsv"], "--json", files["r.json"],
                             "--crops", files["crops"], timeout=300)
        if result.returncode != 0:
            raise AssertionError(result.stderr)
        cls.rows = scoring.read_table(files["p.tsv"])
        cls.labels = scoring.read_table(os.path.join(SAMPLES, "fields.tsv"))
        with open(files["r.json"], encoding="utf-8") as file:
            cls.figures = json.load(file)

    def part(self, precision):
        return [row for row in self.rows if row["precision"] == precision]

    def test_same_figures_as_the_program(self):
        for precision in ("int4", "f32"):
            rows = scoring.clean_rows(self.part(precision), self.labels)
            ours = scoring.score_readings(rows, {scoring.key_of(row): (row["text"], float(row["ms"])) for row in rows})
            theirs = self.figures["precisions"][precision]
            self.assertEqual(set(theirs["groups"]), set(ours["groups"]))
            for name, figures in {"all": ours["all"], **ours["groups"]}.items():
                expected = theirs["all"] if name == "all" else theirs["groups"][name]
                with self.subTest(precision=precision, part=name):
                    self.assertEqual(expected["n"], figures["n"])
                    for key in FIGURES:
                        self.assertAlmostEqual(expected[key], figures[key], 9, key)
                    self.assertAlmostEqual(expected["ms_per_field"], figures["ms_per_field"], 2)
        self.assertGreater(self.figures["precisions"]["f32"]["all"]["n"], 50)

    def test_every_field_has_its_crop_and_line(self):
        folder = pathlib.Path(self.folder_of_class)
        expected = set()
        for row in self.part("f32"):
            crop = compare_peers.crop_path(folder, row)
            expected |= {crop, crop.with_name(row["field"] + "_line.png")}
        self.assertEqual(expected, set(folder.joinpath("crops").rglob("*.png")))

    def test_a_crop_reads_as_its_field(self):
        row = max(self.part("f32"), key=lambda row: float(row["confidence"]))
        crop = compare_peers.crop_path(pathlib.Path(self.folder_of_class), row)
        result = support.run("read", str(crop), "--line", "--precision", "f32", "--no-rules", "--format", "json")
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual(row["text"], json.loads(result.stdout)["fields"][0]["text"])

    def test_another_reader_is_scored_on_the_same_rows(self):
        rows = scoring.clean_rows(self.part("f32"), self.labels)
        truth = {str(compare_peers.crop_path(pathlib.Path(self.folder_of_class), row)): row["truth"] for row in rows}
        self.write("truth.json", truth)
        reader = self.write("reader", f"""#!{sys.executable}
import json, sys
truth = json.load(open({self.path('truth.json')!r}))
paths = open(sys.argv[3]).read().splitlines()
with open(sys.argv[4], "w", encoding="utf-8") as out:
    print("# Stand-in 1.0", file=out)
    for index, path in enumerate(paths[1:]):
        print(path, 2.5, truth[path] if index else "", sep="\\t", file=out)
""")
        os.chmod(reader, 0o755)
        result = compare_peers.peer_result(reader, "stand-in", pathlib.Path(self.folder_of_class), rows)
        self.assertEqual("Stand-in 1.0", result["name"])
        self.assertEqual((len(rows), 1), (result["all"]["n"], result["all"]["missing"]))
        self.assertAlmostEqual((len(rows) - 2) / len(rows), result["all"]["exact"])
        self.assertAlmostEqual(2.5 * (len(rows) - 1) / len(rows), result["all"]["ms_per_field"])

    def test_a_reader_that_fails_is_one_line(self):
        reader = self.write("reader", "#!/bin/sh\necho first >&2\necho 'no data for it' >&2\nexit 3\n")
        os.chmod(reader, 0o755)
        with self.assertRaisesRegex(environment.Failure, "^stand-in: no data for it .exit code 3.$"):
            compare_peers.peer_result(reader, "stand-in", pathlib.Path(self.folder_of_class), self.part("f32"))


class CommandTest(support.ProgramTest):
    def test_table_and_json_agree(self):
        result = compare("--readers", "nibble", "--precision", "int8,int4", "--limit", "2", "--json", self.path("c.json"))
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        with open(self.path("c.json"), encoding="utf-8") as file:
            written = json.load(file)
        lines = result.stdout.decode().splitlines()
        self.assertEqual(compare_peers.HEADER, lines[0])
        self.assertEqual(["Nibble int8", "Nibble int4"], [reader["name"] for reader in written["readers"]])
        for line, reader in zip(lines[2:4], written["readers"]):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            self.assertEqual(reader["name"], cells[0])
            for cell, key, digits in zip(cells[1:4], ("exact", "exact_norm", "pcr"), (1, 1, 2)):
                self.assertEqual(round(100 * reader["all"][key], digits), float(cell))
        self.assertIn(f"{written['readers'][0]['all']['n']} fields of", lines[5])

    def check_line(self, result, code, *mentions):
        lines = result.stderr.decode().splitlines()
        self.assertEqual((code, b""), (result.returncode, result.stdout), lines)
        self.assertEqual(1, len(lines), lines)
        for mention in ("compare_peers: ", *mentions):
            self.assertIn(mention, lines[0])

    def test_errors_are_one_line(self):
        self.check_line(compare("--readers", "nibble", self.path("none")), 1, "none")
        self.check_line(compare("--readers", "nibble", "--precision", "int9"), 1, "int9")
        self.check_line(compare("--readers", "nibble", "--limit", "1", "--json", self.path("none", "c.json")), 1, "c.json")
        unknown = compare("--readers", "nibble,other")
        self.assertEqual(2, unknown.returncode)
        self.assertIn(b"'other'", unknown.stderr)

    def test_a_field_whose_name_leads_elsewhere_is_not_written(self):
        quad = [[20, 20], [170, 20], [170, 45], [20, 45]]
        self.write("data/11_one/ground_truth/11_one.json", {"../../../out": {"value": "1", "quad": quad}})
        self.write("data/11_one/images/11_one.png", support.picture(320, 200, 1))
        self.write("data/11_one/images/CA/CA11_01.png", support.picture(320, 200, 2))
        self.write("data/11_one/ground_truth/CA/CA11_01.json", {"quad": [[0, 0], [319, 0], [319, 199], [0, 199]]})
        result = support.run("eval", self.path("data"), "--model", self.model, "--precision", "f32", "--crops", self.path("crops"))
        self.assertEqual(1, result.returncode)
        self.assertIn(b"cannot be a file's", result.stderr)
        self.assertFalse(os.path.exists(self.path("out.png")))


class ScoringTest(unittest.TestCase):
    def test_figures_by_hand(self):
        figures = scoring.score([("AB0", "AB0", 1.0), ("abo", "AB0", 2.0), ("AB", "XYZQ", 3.0), ("ABCDE", None, 0.0)])
        self.assertEqual((4, 1), (figures["n"], figures["missing"]))
        self.assertAlmostEqual(1 / 4, figures["exact"])
        self.assertAlmostEqual(2 / 4, figures["exact_norm"])
        self.assertAlmostEqual(1 - (2 + 5) / 13, figures["pcr"])  # four errors in a field of two characters count as two
        self.assertAlmostEqual((3 + 4 + 5) / 13, figures["cer"])
        self.assertAlmostEqual(6 / 4, figures["ms_per_field"])

    def test_only_rows_marked_clean_count(self):
        rows = [{"type": "t", "frame": f, "field": "x"} for f in "abc"]
        labels = [dict(row, clean=clean) for row, clean in zip(rows, "10")]
        self.assertEqual(rows[:1], scoring.clean_rows(rows, labels))
        self.assertEqual(rows, scoring.clean_rows(rows, None))


if __name__ == "__main__":
    unittest.main()
