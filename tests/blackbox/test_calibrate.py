"""nibble calibrate, and what nibble read and nibble eval make of its file, on the shipped samples and models."""

import json
import os
import shutil

from support import SOURCE_DIR, ProgramTest, run

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
MODELS = os.path.join(SOURCE_DIR, "data", "models")
FRAME = os.path.join(SAMPLES, "01_norravia_id", "images", "TA", "TA01_01.jpg")
QUAD = os.path.join(SAMPLES, "01_norravia_id", "ground_truth", "TA", "TA01_01.json")
PRECISIONS = ("f32", "int8", "int4")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def shipped(precision):
    return load(os.path.join(MODELS, f"nibble-{precision}.calibration.json"))


class CalibrationTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.mine = shutil.copy(os.path.join(MODELS, "nibble-int4.safetensors"), self.path("mine.safetensors"))

    def read(self, *arguments):
        return run("read", "--template", "norravia_id", "--quad-json", QUAD, "--format", "json", *arguments, FRAME)

    def read_ok(self, *arguments, stderr=b""):
        result = self.read(*arguments)
        self.assertEqual((0, stderr), (result.returncode, result.stderr))
        whole = json.loads(result.stdout)
        return whole["tool"]["calibration"], whole["fields"]


class FitTest(CalibrationTest):
    def copies(self, count):
        """Data sets of the samples, each taken for other people's documents."""
        return [shutil.copytree(SAMPLES, self.path(f"copy{number}")) for number in range(count)]

    def test_the_fit_is_written_and_is_what_read_and_eval_then_use(self):
        copies = self.copies(4)
        beside = self.path("mine.calibration.json")
        result = run("calibrate", *copies, "--model", self.mine, "--error-rate", "0.05", "--hidden", "-o", beside, "--samples", self.path("s.tsv"))
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        fitted = load(beside)
        fit = fitted["fit"]
        self.assertEqual((20, 0.05), (fit["documents"], fitted["decisions"]["error_rate"]))
        self.assertLessEqual(fit["accepted_wrong_bound"], 0.05)
        self.assertLessEqual(fit["accepted_wrong"], 0.05 * fit["accepted"])
        self.assertGreater(fit["accepted"], fit["fields"] / 4)
        output = result.stdout.decode()
        for figure in (f"{fit['fields']} fields of 20 documents, {fit['wrong']} wrong", f"{fit['accepted']} fields", "stated: 5 %"):
            self.assertIn(figure, output)
        with open(self.path("s.tsv"), encoding="utf-8") as file:
            header, *rows = [line.rstrip("\n").split("\t") for line in file]
        self.assertEqual(fit["fields"], len(rows))
        self.assertEqual(fit["wrong"], sum(row[header.index("right")] == "0" for row in rows))

        again = run("calibrate", *copies, "--model", self.mine, "--error-rate", "0.05", "--hidden", "-j", "2", "-o", self.path("again.json"))
        self.assertEqual(0, again.returncode, again.stderr)
        self.assertEqual(fitted, load(self.path("again.json")))

        calibration, fields = self.read_ok("--model", self.mine)
        self.assertEqual(dict(fitted["decisions"], calibrated=True), calibration)
        for field in fields:
            least = calibration["accept"], calibration["review"]
            decision = "accept" if field["confidence"] >= least[0] else "review" if field["confidence"] >= least[1] else "reject"
            self.assertEqual(decision, field["decision"], field["name"])
        self.assertIn("accept", [field["decision"] for field in fields])
        self.check_eval(fitted)

    def check_eval(self, fitted):
        result = run("eval", SAMPLES, "--model", self.mine, "--json", self.path("r.json"))
        self.assertEqual(0, result.returncode, result.stderr)
        score = load(self.path("r.json"))["precisions"]["int4"]
        confidence = score["confidence"]
        self.assertTrue(confidence["calibrated"])
        self.assertEqual(fitted["decisions"]["accept"], confidence["accept"]["confidence"])
        self.assertEqual(fitted["decisions"]["error_rate"], confidence["stated_error_rate"])
        counts = [confidence[decision] for decision in ("accept", "review", "reject")]
        self.assertEqual(score["all"]["n"], sum(count["n"] for count in counts))
        self.assertAlmostEqual(1 - score["all"]["exact_norm"], sum(count["wrong"] for count in counts) / score["all"]["n"])
        for count in counts:
            self.assertLessEqual(count["interval"][0], count["error_rate"])
            self.assertLessEqual(count["error_rate"], count["interval"][1])
        curve = confidence["risk_coverage"]
        self.assertEqual(sorted(curve, key=lambda point: -point[0]), curve)
        self.assertAlmostEqual(1, curve[-1][1])
        self.assertAlmostEqual(1 - score["all"]["exact_norm"], curve[-1][2])
        line = next(line for line in result.stdout.decode().splitlines() if line.startswith("  accept"))
        self.assertEqual([str(confidence["accept"]["n"]), "fields"], line.split()[1:3])
        self.assertIn("stated: at most 5 % wrong", line)

    def test_what_cannot_be_shown_is_refused(self):
        output = self.path("out.json")
        result = run("calibrate", SAMPLES, "-o", output)
        self.check_error(result, 1, "too few", "are needed) to state an error rate of 1 %")
        self.assertFalse(os.path.exists(output))
        self.check_error(run("calibrate", SAMPLES, "--error-rate", "0"), 2, "--error-rate")
        self.check_error(run("calibrate", self.path("none")), 1, "none")


class FileTest(CalibrationTest):
    def test_the_shipped_models_are_calibrated(self):
        for precision in PRECISIONS:
            self.assertEqual(0.01, shipped(precision)["decisions"]["error_rate"])
            calibration, fields = self.read_ok("--precision", precision)
            self.assertEqual(dict(shipped(precision)["decisions"], calibrated=True), calibration)
            self.assertIn("accept", {field["decision"] for field in fields})

    def test_without_a_calibration_nothing_is_accepted_and_it_is_said(self):
        for arguments in (("--model", self.mine), ("--calibration", "none")):
            calibration, fields = self.read_ok(*arguments)
            self.assertEqual({"calibrated": False}, calibration)
            self.assertNotIn("accept", {field["decision"] for field in fields})
            self.assertEqual([field["network_confidence"] for field in fields], [field["confidence"] for field in fields])
        result = self.read("-v", "--model", self.mine)
        self.assertIn(b"not calibrated", result.stderr)

    def test_that_of_another_model_is_not_used(self):
        other = os.path.join(MODELS, "nibble-f32.calibration.json")
        self.check_error(self.read("--model", self.mine, "--calibration", other), 3, other, "another model")
        beside = shutil.copy(other, self.path("mine.calibration.json"))
        result = self.read("--model", self.mine)
        warning = self.check_error(result, 0, "warning: ", beside, "another model", "no field is accepted")
        self.assertEqual(1, warning.count("\n") + 1)
        whole = json.loads(result.stdout)
        self.assertEqual({"calibrated": False}, whole["tool"]["calibration"])
        self.assertNotIn("accept", {field["decision"] for field in whole["fields"]})

    def test_a_file_that_is_missing_or_spoilt_is_refused(self):
        self.check_error(self.read("--calibration", self.path("none.json")), 3, "none.json")
        good = shipped("int4")
        spoilt = {"empty": "", "cut": json.dumps(good)[:-9], "bytes": b"\xff\xfe{}", "list": "[]", "text": json.dumps("x")}
        for key in ("schema_version", "model", "bias", "weights", "decisions"):
            spoilt["no_" + key] = json.dumps({k: v for k, v in good.items() if k != key})
        spoilt["against"] = json.dumps(dict(good, weights=dict(good["weights"], odds=-1)))
        spoilt["endless"] = json.dumps(good).replace(str(good["bias"]), "1e999")
        spoilt["version"] = json.dumps(dict(good, schema_version="2.0"))
        for name, content in spoilt.items():
            with self.subTest(name):
                path = self.write(name + ".json", content)
                self.check_error(self.read("--calibration", path), 3, path)
                self.write("mine.calibration.json", content)
                self.check_error(self.read("--model", self.mine), 3, "mine.calibration.json")
        self.check_error(run("eval", SAMPLES, "--limit", "1", "--calibration", self.path("cut.json")), 3, "cut.json")
        self.check_error(run("mrz", FRAME, "--calibration", self.path("cut.json")), 3, "cut.json")
        self.check_error(self.read("--compare", "--calibration", self.path("cut.json")), 2, "--calibration")
