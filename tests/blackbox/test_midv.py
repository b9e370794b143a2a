"""nibble eval and template import on small data sets in the layouts of MIDV-2019 and MIDV-2020, rendered here. The model is random."""

import json
import os
import shutil

from support import ProgramTest, picture, run

VALUES = {"00": {"name": "ALMA", "number": "AB 1"}, "01": {"name": "BESA", "number": "CD 2"}}
QUAD = [(10, 12), (300, 8), (318, 195), (5, 190)]


def box(x, y):
    return [[x, y], [x + 150, y], [x + 150, y + 25], [x, y + 25]]


def via(pictures):
    """A project of the VGG Image Annotator: {file name: [region, ...]}."""
    metadata = {f"{name}77": {"filename": name, "size": 77, "regions": regions, "file_attributes": {}} for name, regions in pictures.items()}
    return {"_via_settings": {}, "_via_img_metadata": metadata, "_via_attributes": {"region": {}, "file": {}}}


def rectangle(name, value, y):
    shape = {"name": "rect", "x": 20, "y": y, "width": 150, "height": 25}
    return {"shape_attributes": shape, "region_attributes": {"field_name": name, "value": value}}


def document():
    shape = {"name": "polygon", "all_points_x": [x for x, _ in QUAD], "all_points_y": [y for _, y in QUAD]}
    return {"shape_attributes": shape, "region_attributes": {"field_name": "doc_quad"}}


class MidvTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")

    def eval(self, *arguments, data=None):
        return run("eval", data or self.data, "--model", self.model, "--precision", "f32", *arguments)

    def predictions(self, *arguments, data=None, code=0):
        result = self.eval("--predictions", self.path("p.tsv"), *arguments, data=data)
        self.assertEqual(code, result.returncode, result.stderr)
        with open(self.path("p.tsv"), encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
        return [dict(zip(rows[0], row)) for row in rows[1:]]


class Midv2019Test(MidvTest):
    def test_the_conditions_of_2019(self):
        fields = {"field01": {"value": "22.05.1975", "quad": box(20, 20)}}
        self.write("data/05_aze/ground_truth/05_aze.json", fields)
        self.write("data/05_aze/images/05_aze.png", picture(320, 200, 1))
        for seed, condition in enumerate(("DG", "DX", "LG", "LX")):
            self.write(f"data/05_aze/images/{condition}/{condition}05_01.png", picture(320, 200, 2 + seed))
            self.write(f"data/05_aze/ground_truth/{condition}/{condition}05_01.json", {"quad": QUAD})
        rows = self.predictions("--json", self.path("r.json"))
        self.assertEqual([f"{c}/{c}05_01" for c in ("DG", "DX", "LG", "LX")], [row["frame"] for row in rows])
        with open(self.path("r.json"), encoding="utf-8") as file:
            self.assertEqual({"DG", "DX", "LG", "LX"}, set(json.load(file)["precisions"]["f32"]["conditions"]))


class Midv2020Test(MidvTest):
    def setUp(self):
        super().setUp()
        self.annotate("templates", {f"{n}.jpg": [rectangle(key, text, 20 + 60 * i) for i, (key, text) in enumerate(values.items())] +
                                    [rectangle("face", "", 150)] for n, values in VALUES.items()})
        self.annotate("photo", {"00.jpg": [document()], "01.jpg": [document()]})
        self.annotate("scan_rotated", {"01.jpg": [document()]})
        self.write("data/clips/annotations/alb_id/01.json", via({"000001.jpg": [document()], "000007.jpg": [document()]}))
        for frame in ("000001", "000007"):
            self.write(f"data/clips/images/alb_id/01/{frame}.jpg", picture(320, 200, int(frame)))

    def annotate(self, part, pictures):
        """The annotations of a part of the data set, and a picture for each; PNG under a name that says JPEG, told apart by content."""
        self.write(f"data/{part}/annotations/alb_id.json", via(pictures))
        for seed, name in enumerate(pictures):
            self.write(f"data/{part}/images/alb_id/{name}", picture(320, 200, seed + len(part)))

    def test_each_specimen_is_compared_with_its_own_values(self):
        rows = self.predictions("--json", self.path("r.json"))
        frames = [("photo/00", "00"), ("clips/01/000001", "01"), ("clips/01/000007", "01"), ("photo/01", "01"), ("scan_rotated/01", "01")]
        expected = [("alb_id", frame, key, text) for frame, n in frames for key, text in VALUES[n].items()]
        self.assertEqual(expected, [(row["type"], row["frame"], row["field"], row["truth"]) for row in rows])
        self.assertTrue(all(float(row["ms"]) > 0 for row in rows))
        with open(self.path("r.json"), encoding="utf-8") as file:
            figures = json.load(file)["precisions"]["f32"]
        self.assertEqual({"clips": 4, "photo": 4, "scan_rotated": 2}, {key: value["n"] for key, value in figures["conditions"].items()})
        # Two photographs of two specimens are two clips; two frames of one clip are one.
        self.assertEqual((2, 1, 4), (figures["conditions"]["photo"]["clips"], figures["conditions"]["clips"]["clips"], figures["all"]["clips"]))

    def test_a_template_is_made_of_the_first_specimen(self):
        result = run("template", "import", self.data, "-o", self.path("alb_id.json"))
        self.assertEqual(0, result.returncode, result.stderr)
        with open(self.path("alb_id.json"), encoding="utf-8") as file:
            template = json.load(file)
        self.assertEqual(("alb_id", 320, 200), (template["name"], template["width"], template["height"]))
        self.assertEqual([("name", [[20, 20], [170, 20], [170, 45], [20, 45]]), ("number", [[20, 80], [170, 80], [170, 105], [20, 105]])],
                         [(field["name"], field["quad"]) for field in template["fields"]])
        self.assertEqual([[[20, 150], [170, 150], [170, 175], [20, 175]]], template["variable"])  # the face
        self.assertEqual(0, run("template", "check", self.path("alb_id.json")).returncode)

    def test_the_layout_is_recognised_or_named(self):
        rows = self.predictions("--layout", "midv2020")
        self.assertEqual([row["frame"] for row in rows], [row["frame"] for row in self.predictions()])
        self.check_error(self.eval("--layout", "midv500"), 1, "no document types")

    def test_one_part_alone(self):
        part = os.path.join(self.data, "photo")
        self.assertEqual(["photo/00"] * 2 + ["photo/01"] * 2, [row["frame"] for row in self.predictions(data=part)])
        shutil.rmtree(os.path.join(self.data, "templates"))
        self.check_error(self.eval(data=part), 1, "templates")

    def test_missing_pictures_are_reported_in_one_line(self):
        shutil.rmtree(os.path.join(self.data, "clips/images"))
        result = self.eval()
        self.check_error(result, 1, "clips", "2 of 2 pictures")
        self.assertIn(b"3 frames read", result.stdout)

    def test_labels_override_the_values(self):
        header = "type\tframe\tfield\tgroup\tofficial_value\tclean\tvalue\n"
        self.write("data/fields.tsv", header + "alb_id\tclips/01/000007\tname\tlatin\t1\t1\tOTHER\n")
        row = [row for row in self.predictions() if row["frame"] == "clips/01/000007"][0]
        self.assertEqual(("latin", "OTHER"), (row["group"], row["truth"]))


del MidvTest  # only a base: unittest would collect it
