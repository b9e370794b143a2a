"""nibble eval on a small data set in MIDV-500's layout, rendered here. Only formats, counts and exit codes: the model is random."""

import csv
import json
import os
import unittest

from support import SOURCE_DIR, ProgramTest, picture, run

COLUMNS = ["type", "frame", "field", "group", "precision", "truth", "raw", "text", "confidence", "ms"]
QUAD = {"quad": [[10, 12], [300, 8], [318, 195], [-5, 190]]}
VALUES = {"field01": "22.05.1975", "field02": "AB123", "field03": "SPECIMEN"}


class EvalTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        self.write_type("11_one/11_one", ["CA/CA11_01", "CA/CA11_02", "TS/TS11_03"])
        self.write_type("12_two", ["XX/XX12_01"])

    def write_type(self, folder, frames):
        name = os.path.basename(folder)
        fields = {key: {"value": value, "quad": self.box(20, 20 + 40 * i)} for i, (key, value) in enumerate(VALUES.items())}
        fields["photo"] = {"quad": self.box(220, 20)}
        self.write(f"data/{folder}/ground_truth/{name}.json", fields)
        self.write(f"data/{folder}/images/{name}.png", picture(320, 200, 1))
        for seed, frame in enumerate(frames):
            self.write(f"data/{folder}/images/{frame}.png", picture(320, 200, 2 + seed))
            self.write(f"data/{folder}/ground_truth/{frame}.json", QUAD)

    @staticmethod
    def box(x, y):
        return [[x, y], [x + 150, y], [x + 150, y + 25], [x, y + 25]]

    def eval(self, *arguments):
        return run("eval", self.data, "--model", self.model, "--precision", "f32", "--no-rules", *arguments)

    def predictions(self, *arguments, code=0):
        result = self.eval("--predictions", self.path("p.tsv"), *arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        with open(self.path("p.tsv"), encoding="utf-8", newline="\n") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
        self.assertEqual(COLUMNS, rows[0])
        self.assertTrue(all(len(row) == len(COLUMNS) for row in rows))
        return [dict(zip(COLUMNS, row)) for row in rows[1:]]

    def figures(self, *arguments, code=0):
        result = self.eval("--json", self.path("r.json"), *arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        with open(self.path("r.json"), encoding="utf-8") as file:
            return json.load(file)

    def write_labels(self, rows, name="data/fields.tsv"):
        header = "type\tframe\tfield\tgroup\tofficial_value\tclean\tvalue\n"
        return self.write(name, header + "".join("\t".join(row) + "\n" for row in rows))

    def test_every_field_with_a_value_is_predicted(self):
        rows = self.predictions()
        frames = [("11_one", "CA/CA11_01"), ("11_one", "CA/CA11_02"), ("11_one", "TS/TS11_03"), ("12_two", "XX/XX12_01")]
        self.assertEqual([(*frame, field) for frame in frames for field in VALUES], [(r["type"], r["frame"], r["field"]) for r in rows])
        self.assertEqual([("date", "22.05.1975"), ("docnum", "AB123"), ("latin", "SPECIMEN")], [(r["group"], r["truth"]) for r in rows[:3]])
        for row in rows:
            self.assertEqual("f32", row["precision"])
            self.assertEqual(row["raw"], row["text"])
            self.assertTrue(0 <= float(row["confidence"]) <= 1)
            self.assertGreater(float(row["ms"]), 0)

    def test_json_has_figures_of_every_part(self):
        result = self.figures()
        self.assertTrue({"dataset", "precisions", "confusions", "environment"} <= result.keys())
        self.assertTrue({"cpu", "compiler", "version"} <= result["environment"].keys())
        self.assertRegex(result["environment"]["models"]["f32"]["digest"], "^sha256:[0-9a-f]{64}$")
        figures = result["precisions"]["f32"]
        self.assertEqual({"date": 4, "docnum": 4, "latin": 4}, {key: value["n"] for key, value in figures["groups"].items()})
        self.assertEqual({"CA": 6, "TS": 3, "XX": 3}, {key: value["n"] for key, value in figures["conditions"].items()})
        self.assertEqual({"11_one": 9, "12_two": 3}, {key: value["n"] for key, value in figures["types"].items()})
        self.assertEqual(12, figures["all"]["n"])
        for key in ("exact", "exact_norm", "pcr", "cer", "ms_per_field"):
            self.assertIsInstance(figures["all"][key], float, key)
        low, high = figures["all"]["interval"]
        self.assertTrue(0 <= low <= figures["all"]["exact_norm"] <= high <= 1)
        self.assertEqual({"read": 4, "failed": 0, "unlabelled": 0}, result["frames"])

    def test_figures_follow_from_the_predictions(self):
        predicted = {(r["type"], r["frame"], r["field"]): r["text"] for r in self.predictions()}
        key = ("11_one", "CA/CA11_01", "field01")
        rows = [[*k, "date" if k == key else "other", "1", "1", text if k == key else "#" + text] for k, text in predicted.items()]
        self.write_labels(rows)
        figures = self.figures()["precisions"]["f32"]
        self.assertAlmostEqual(1 / 12, figures["all"]["exact"])
        self.assertEqual(1, figures["groups"]["date"]["exact_norm"])
        self.assertEqual(1, figures["groups"]["date"]["pcr"])
        self.assertEqual(0, figures["groups"]["other"]["exact_norm"])

    def test_only_clean_labels_count_but_all_are_predicted(self):
        self.write_labels([["11_one", "CA/CA11_01", "field01", "mrz", "1", "1", "A\"B"], ["11_one", "CA/CA11_02", "field02", "date", "0", "0", "X"]])
        rows = self.predictions()
        self.assertEqual(12, len(rows))
        self.assertEqual(("mrz", "A\"B"), (rows[0]["group"], rows[0]["truth"]))
        figures = self.figures()
        self.assertEqual("clean", figures["rows"])
        self.assertEqual(1, figures["precisions"]["f32"]["all"]["n"])
        other = self.write_labels([["12_two", "XX/XX12_01", field, "date", "1", "1", "X"] for field in VALUES], "other.tsv")
        self.assertEqual(3, self.figures("--fields", other)["precisions"]["f32"]["groups"]["date"]["n"])

    def test_labels_that_cannot_be_read_count_as_empty(self):
        self.write_labels([["12_two", "XX/XX12_01", "field01", "date", "1", "1", "ABC"], ["12_two", "XX/XX12_09", "field01", "date", "1", "1", "ABC"],
                           ["99_far", "XX/XX99_01", "field01", "date", "1", "1", "ABC"]])
        figures = self.figures(code=1)["precisions"]["f32"]
        self.assertEqual((2, 1), (figures["all"]["n"], figures["all"]["missing"]))
        unread = [row for row in self.predictions(code=1) if row["frame"] == "XX/XX12_09"]
        self.assertEqual([("field01", "ABC", "", "", "0.0000")], [(r["field"], r["truth"], r["raw"], r["text"], r["confidence"]) for r in unread])

    def test_bad_labels_name_the_line(self):
        self.write("data/fields.tsv", "type\tframe\tfield\tgroup\tofficial_value\tclean\tvalue\nx\ty\n")
        self.check_error(self.eval(), 1, "fields.tsv", "line 2")

    def test_an_empty_table_of_labels_is_said_to_be_empty(self):
        self.write("data/fields.tsv", "")
        self.check_error(self.eval(), 1, "fields.tsv", "empty")
        self.check_error(self.eval("--fields", self.path("none.tsv")), 1, "none.tsv")

    def test_a_type_folder_is_a_data_set(self):
        self.data = os.path.join(self.data, "12_two")
        self.assertEqual(3, len(self.predictions()))

    def test_limit_keeps_the_first_frames(self):
        self.assertEqual(["CA/CA11_01"] * 3 + ["CA/CA11_02"] * 3, [r["frame"] for r in self.predictions("--limit", "2")])

    def test_jobs_change_nothing(self):
        def texts(rows):
            return [{key: value for key, value in row.items() if key != "ms"} for row in rows]
        self.assertEqual(texts(self.predictions()), texts(self.predictions("-j", "3")))

    def test_without_a_template_picture_the_other_types_are_read(self):
        os.remove(os.path.join(self.data, "12_two/images/12_two.png"))
        result = self.eval("--predictions", self.path("p.tsv"))
        self.check_error(result, 1, "12_two", "template picture")
        self.assertIn(b"3 frames read", result.stdout)

    def test_damaged_frames_are_reported_and_the_rest_is_read(self):
        self.write("data/11_one/11_one/ground_truth/CA/CA11_01.json", "{\"quad\": [")
        self.write("data/11_one/11_one/images/CA/CA11_02.png", b"\x89PNG\r\n\x1a\n broken")
        os.remove(os.path.join(self.data, "12_two/ground_truth/XX/XX12_01.json"))
        result = self.eval("--predictions", self.path("p.tsv"))
        lines = result.stderr.decode().splitlines()
        self.assertEqual(1, result.returncode)
        self.assertEqual(3, len(lines), lines)
        for name in ("CA11_01.json", "CA11_02.png", "XX12_01.json"):
            self.assertEqual(1, sum(name in line for line in lines), lines)
        with open(self.path("p.tsv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        self.assertEqual({"CA/CA11_02", "TS/TS11_03"}, {row["frame"] for row in rows})
        self.assertEqual({""}, {row["text"] for row in rows if row["frame"] == "CA/CA11_02"})

    def test_baseline_gate(self):
        result = self.figures()
        equal = self.write("equal.json", result)
        self.assertEqual(0, self.eval("--baseline", equal).returncode)
        for figure in ("exact_norm", "pcr"):
            better = json.loads(json.dumps(result))
            better["precisions"]["f32"]["all"][figure] += 0.02
            path = self.write("better.json", better)
            self.check_error(self.eval("--baseline", path, "--max-drop", "1"), 4, figure, "2.00 points")
            self.assertEqual(0, self.eval("--baseline", path, "--max-drop", "3").returncode)

    def test_bad_baselines(self):
        self.check_error(self.eval("--baseline", self.write("b.json", "{")), 1, "b.json", "JSON")
        self.check_error(self.eval("--baseline", self.write("b.json", '{"n": 1, "n": 2}')), 1, "b.json", '"n" twice')
        self.check_error(self.eval("--baseline", self.write("b.json", "[" * 10000)), 1, "b.json", "levels deep")
        self.check_error(self.eval("--baseline", self.write("b.json", "{}")), 1, "b.json")
        self.check_error(self.eval("--baseline", self.path("none.json")), 1, "none.json")

    def test_a_baseline_that_cannot_be_compared_is_refused_before_the_run(self):
        result = self.figures()
        for change, mention in (({"n": 13}, "13 fields"), ({"pcr": "high"}, "pcr"), ({"exact_norm": None}, "exact_norm")):
            result["precisions"]["f32"]["all"].update(change)
            wrong = self.eval("--baseline", self.write("b.json", result), "--json", self.path("after.json"))
            self.check_error(wrong, 1, "b.json", mention)
            self.assertEqual(b"", wrong.stdout)
            self.assertFalse(os.path.exists(self.path("after.json")))
            result = self.figures()

    def test_what_was_run_is_recorded_and_a_baseline_of_another_run_is_refused(self):
        plain = self.figures()
        options = plain["options"]
        self.assertEqual({"margin", "beam", "quad", "template", "rules", "templates", "perturbations", "models", "calibrations"},
                         set(options))
        self.assertEqual(("truth", "truth", False, []), tuple(options[key] for key in ("quad", "template", "rules", "perturbations")))
        self.assertRegex(options["templates"], "^sha256:[0-9a-f]{64}$")
        path = self.write("plain.json", plain)
        with_rules = json.loads(json.dumps(plain))
        with_rules["options"]["rules"] = True
        self.check_error(self.eval("--baseline", self.write("rules.json", with_rules)), 1, "rules.json", "another rules")
        for arguments, mention in ((["--margin", "0.2"], "margin"), (["--beam", "4"], "beam"),
                                   (["--perturb", "shift_x=1"], "perturbations")):
            self.check_error(self.eval("--baseline", path, *arguments), 1, "plain.json", "another " + mention)
        del plain["options"]["rules"]
        self.check_error(self.eval("--baseline", self.write("old.json", plain)), 1, "old.json", "not recorded")

    def test_sweep(self):
        result = self.eval("--sweep", "--json", self.path("r.json"))
        self.assertEqual(0, result.returncode, result.stderr)
        with open(self.path("r.json"), encoding="utf-8") as file:
            sweep = json.load(file)["sweep"]["f32"]
        names = ["scale=0.9", "scale=1.1", "shift_x=-2", "shift_x=2", "shift_y=-2", "shift_y=2", "rotate=-2", "rotate=2"]
        self.assertEqual(names, [row["perturbation"] for row in sweep["rows"]])
        for name in names:
            self.assertIn(name, result.stdout.decode())

    def test_a_perturbation_moves_the_crops(self):
        texts = [r["text"] for r in self.predictions()]
        self.assertEqual(texts, [r["text"] for r in self.predictions("--perturb", "shift_x=0", "--perturb", "rotate=0")])
        self.assertNotEqual(texts, [r["text"] for r in self.predictions("--perturb", "shift_y=15")])
        for bad in ("shift=1", "scale=0", "rotate=x", "scale"):
            self.check_error(self.eval("--perturb", bad), 2, "--perturb", bad)

    def test_results_on_standard_output(self):
        result = self.eval("--json", "-")
        self.assertIn("precisions", json.loads(result.stdout))
        self.check_error(self.eval("--json", "-", "--predictions", "-"), 2, "standard output")

    def test_what_cannot_be_meant_is_a_usage_error(self):
        self.check_error(self.eval("--template", "auto"), 2, "--quad auto")
        self.check_error(self.eval("--max-drop", "1"), 2, "--baseline")
        self.check_error(self.eval("--limit", "0"), 2, "--limit")

    def test_a_folder_that_is_no_data_set(self):
        self.data = self.path("empty")
        self.check_error(self.eval(), 1, "empty")
        os.mkdir(self.data)
        self.check_error(self.eval(), 1, "no document types")

    def test_a_missing_model_and_output_are_errors_before_the_work(self):
        result = run("eval", self.data, "--precision", "int8", env={"NIBBLE_DATA": self.path("nowhere")})
        self.check_error(result, 3, "int8")
        self.check_error(self.eval("--json", self.path("no/such/r.json")), 1, "r.json")

    def test_results_and_predictions_cannot_share_a_file(self):
        same = self.path("same")
        self.check_error(self.eval("--json", same, "--predictions", same), 2, "--predictions", same)


class SamplesTest(ProgramTest):
    """The shipped models on the shipped photographs, with what the templates tell the rules."""

    samples = os.path.join(SOURCE_DIR, "data", "samples")

    def texts(self, dataset, *arguments):
        path = self.path("p.tsv")
        result = run("eval", dataset, "--predictions", path, *arguments)
        self.assertEqual(0, result.returncode, result.stderr)
        with open(path, encoding="utf-8", newline="\n") as file:
            return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    def test_95_of_100_fields_are_right(self):
        rows = self.texts(self.samples, "--precision", "f32,int8,int4")
        for precision in ("f32", "int8", "int4"):
            of_one = [row for row in rows if row["precision"] == precision]
            wrong = [(row["truth"], row["text"]) for row in of_one if row["truth"] != row["text"]]
            self.assertEqual(108, len(of_one))
            self.assertLessEqual(len(wrong), 5, (precision, wrong))

    def test_the_template_of_a_type_tells_the_alphabets(self):
        with open(os.path.join(SOURCE_DIR, "data", "templates", "valmere_passport.json"), encoding="utf-8") as file:
            document = json.load(file)
        self.assertIn("Ä", next(f for f in document["fields"] if f["name"] == "birth_place")["alphabet"])
        for field in document["fields"]:
            if "Ä" in field["alphabet"]:
                field["alphabet"] = field["alphabet"].replace("Ä", "Ā")
        self.write("other/valmere_passport.json", document)
        passport = os.path.join(self.samples, "03_valmere_passport")

        def places(*arguments):
            return {row["text"] for row in self.texts(passport, "--precision", "int4", *arguments) if row["truth"] == "BRÄMSUND"}

        self.assertEqual({"BRÄMSUND"}, places())
        self.assertEqual({"BRĀMSUND"}, places("--templates", self.path("other")))


class ByCaptionTest(ProgramTest):
    SAMPLES = os.path.join(SOURCE_DIR, "data/samples")

    def test_the_samples(self):
        figures, page = self.path("names.json"), self.path("names.html")
        result = run("eval", self.SAMPLES, "--by-caption", "--json", figures, "--html", page, timeout=600)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        with open(figures, encoding="utf-8") as file:
            names = json.load(file)["by_caption"]
        whole = names["all"]
        self.assertGreater(whole["n"], 50)
        self.assertAlmostEqual(1, whole["right"] + whole["wrong"] + whole["absent"])
        self.assertGreater(whole["right"], 0.5)
        self.assertLess(whole["accepted_wrong_interval"][0], 0.05)
        self.assertEqual(whole["n"], sum(score["n"] for score in names["names"].values()))
        self.assertEqual(whole["n"], sum(score["n"] for score in names["types"].values()))
        self.assertLessEqual(set(names["sources"]), {"caption", "number", "zone", "form"})
        self.assertIn(b"wrong of the accepted", result.stdout)
        with open(page, encoding="utf-8") as file:
            self.assertIn("Fields without a template", file.read())

    def test_bad_usage(self):
        for arguments, said in ((("--find", "--by-caption"), b"exclude"), (("--names", "x.tsv"), b"--by-caption")):
            result = run("eval", self.SAMPLES, *arguments)
            self.assertEqual(2, result.returncode)
            self.assertIn(said, result.stderr)
        missing = run("eval", self.SAMPLES, "--by-caption", "--names", self.path("none.tsv"))
        self.assertNotEqual(0, missing.returncode)
        self.assertEqual(1, missing.stderr.count(b"\n"))
        bad = run("eval", self.SAMPLES, "--by-caption", "--names", self.write("bad.tsv", b"type\tfield\n"))
        self.assertNotEqual(0, bad.returncode)
        self.assertIn(b"no column", bad.stderr)


if __name__ == "__main__":
    unittest.main()
