"""The shipped samples and templates, and the program that renders them (scripts/specimens)."""

import csv
import filecmp
import glob
import importlib.util
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get("NIBBLE_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SAMPLES = os.path.join(SOURCE, "data", "samples")
TEMPLATES = os.path.join(SOURCE, "data", "templates")
RENDER = os.path.join(SOURCE, "scripts", "specimens", "render.py")
MAX_BYTES = 5_000_000
GROUPS = {"date": "date", "docnum": "docnum", "latin": "latin", "mrz": "mrz", "text": "other", "other": "other"}

_MISSING = [m for m in ("numpy", "cv2", "PIL") if importlib.util.find_spec(m) is None]


def needs_imaging(test):
    """Skips where Python's imaging packages are absent, but never in continuous integration."""
    if _MISSING and not os.environ.get("CI"):
        return unittest.skip("rendering needs %s: run scripts/setup.sh" % ", ".join(_MISSING))(test)
    return test


def load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def stems():
    return sorted(os.path.basename(p) for p in glob.glob(os.path.join(SAMPLES, "[0-9]*_*")))


def name_of(stem):
    return stem.split("_", 1)[1]


def truth(stem):
    return load(SAMPLES, stem, "ground_truth", stem + ".json")


def frames(stem):
    """Names like "TA/TA01_01"."""
    root = os.path.join(SAMPLES, stem, "images")
    return sorted(os.path.relpath(p, root)[:-4] for p in glob.glob(os.path.join(root, "*", "*.jpg")))


def values(root, stem):
    """Telling name -> printed text, of the type's one person."""
    fields = load(root, stem, "ground_truth", stem + ".json")
    texts = [field["value"] for field in fields.values() if "value" in field]
    template = load(TEMPLATES, name_of(stem) + ".json")
    return dict(zip([field["name"] for field in template["fields"]], texts))


def picture_size(path):
    """Width and height out of a PNG's or JPEG's header."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack(">II", data[16:24])
    position = 2
    while data[position] == 0xFF:
        marker, length = data[position + 1], struct.unpack(">H", data[position + 2:position + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5:position + 9])
            return width, height
        position += 2 + length
    raise ValueError("no picture size in " + path)


def check_digit(text):
    """ICAO 9303-3, 4.9: digits count themselves, A to Z 10 to 35, the filler 0; weights 7, 3, 1; modulo 10."""
    worth = {"<": 0}
    worth.update((str(n), n) for n in range(10))
    worth.update((chr(ord("A") + n), 10 + n) for n in range(26))
    return str(sum(worth[c] * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


# Of each format: line lengths, and what every check digit (line, position) covers, as (line, start, end) counted from 0.
MRZ = {
    "td1": ([30, 30, 30], [((0, 14), [(0, 5, 14)]), ((1, 6), [(1, 0, 6)]), ((1, 14), [(1, 8, 14)]),
                           ((1, 29), [(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)])]),
    "td2": ([36, 36], [((1, 9), [(1, 0, 9)]), ((1, 19), [(1, 13, 19)]), ((1, 27), [(1, 21, 27)]),
                       ((1, 35), [(1, 0, 10), (1, 13, 20), (1, 21, 35)])]),
    "td3": ([44, 44], [((1, 9), [(1, 0, 9)]), ((1, 19), [(1, 13, 19)]), ((1, 27), [(1, 21, 27)]), ((1, 42), [(1, 28, 42)]),
                       ((1, 43), [(1, 0, 10), (1, 13, 20), (1, 21, 43)])]),
}


class CheckDigit(unittest.TestCase):
    def test_examples_of_doc_9303(self):
        self.assertEqual(check_digit("520727"), "3")
        self.assertEqual(check_digit("AB2134<<<"), "5")
        self.assertEqual(check_digit("L898902C3"), "6")


class Samples(unittest.TestCase):
    def test_there_are_several_types_and_frames(self):
        self.assertGreaterEqual(len(stems()), 4)
        for stem in stems():
            self.assertGreaterEqual(len(frames(stem)), 2, stem)

    def test_size(self):
        total = 0
        for root in (SAMPLES, TEMPLATES):
            for folder, _, names in os.walk(root):
                total += sum(os.path.getsize(os.path.join(folder, name)) for name in names)
        self.assertLess(total, MAX_BYTES)

    def test_machine_readable_zones(self):
        seen = set()
        for stem in stems():
            layouts = {f["format"] for f in load(TEMPLATES, name_of(stem) + ".json")["fields"] if f["kind"] == "mrz"}
            if not layouts:
                continue
            (layout,) = layouts
            seen.add(layout)
            printed = values(SAMPLES, stem)
            lengths, checks = MRZ[layout]
            lines = [printed["mrz%d" % (i + 1)] for i in range(len(lengths))]
            self.assertEqual([len(line) for line in lines], lengths, stem)
            for line in lines:
                self.assertRegex(line, "^[A-Z0-9<]+$")
            for (row, column), parts in checks:
                covered = "".join(lines[r][start:end] for r, start, end in parts)
                where = "%s, line %d, position %d" % (stem, row + 1, column + 1)
                self.assertEqual(lines[row][column], check_digit(covered), where)
        self.assertEqual(seen, set(MRZ))

    def test_zone_repeats_what_is_printed(self):
        passport = values(SAMPLES, "03_valmere_passport")
        second = passport["mrz2"]
        self.assertEqual(second[0:9].rstrip("<"), passport["document_number"])
        self.assertEqual(second[13:19], passport["birth_date"].replace("-", "")[2:])
        self.assertEqual(second[21:27], passport["expiry_date"].replace("-", "")[2:])
        self.assertEqual(second[20], passport["sex"])
        front, back = values(SAMPLES, "01_norravia_id"), values(SAMPLES, "02_norravia_id_back")
        self.assertEqual(back["mrz1"][5:14].rstrip("<"), front["document_number"])
        day, month, year = front["birth_date"].split(".")
        self.assertEqual(back["mrz2"][0:6], year[2:] + month + day)

    def test_zone_names_no_real_state(self):
        for stem in stems():
            printed = values(SAMPLES, stem)
            if "mrz1" in printed:
                self.assertRegex(printed["mrz1"][2:5], "^(UTO|X[X][D-Z])$", stem)

    def test_quads_lie_in_their_pictures(self):
        for stem in stems():
            width, height = picture_size(os.path.join(SAMPLES, stem, "images", stem + ".png"))
            for name, field in truth(stem).items():
                self.inside(field["quad"], width, height, stem + " " + name)
            for frame in frames(stem):
                size = picture_size(os.path.join(SAMPLES, stem, "images", frame + ".jpg"))
                self.assertEqual(size, (1080, 1920))
                self.inside(load(SAMPLES, stem, "ground_truth", frame + ".json")["quad"], *size, frame)

    def inside(self, quad, width, height, what):
        self.assertEqual(len(quad), 4, what)
        for x, y in quad:
            self.assertTrue(0 <= x <= width and 0 <= y <= height, "%s: %s outside %d x %d" % (what, (x, y), width, height))
        # Clockwise from the top left, on a picture whose y grows downwards.
        for i in range(4):
            (ax, ay), (bx, by), (cx, cy) = quad[i], quad[(i + 1) % 4], quad[(i + 2) % 4]
            self.assertGreater((bx - ax) * (cy - by) - (by - ay) * (cx - bx), 0, what)

    def test_photo_and_signature_have_no_value(self):
        for stem in stems():
            entries = truth(stem)
            for name, entry in entries.items():
                self.assertEqual("value" in entry, re.fullmatch(r"field\d\d", name) is not None, stem + " " + name)
            if not stem.endswith("_back"):
                self.assertTrue({"photo", "signature"} <= set(entries), stem)

    def test_list_of_fields(self):
        with open(os.path.join(SAMPLES, "fields.tsv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        self.assertEqual(list(rows[0]), ["type", "frame", "field", "group", "official_value", "clean", "value"])
        listed = {(row["type"], row["frame"], row["field"]): row for row in rows}
        self.assertEqual(len(listed), len(rows), "a field is listed twice")
        expected = set()
        for stem in stems():
            kinds = [f["kind"] for f in load(TEMPLATES, name_of(stem) + ".json")["fields"]]
            for frame in frames(stem):
                for field, kind in zip([n for n in truth(stem) if n.startswith("field")], kinds):
                    expected.add((stem, frame, field))
                    self.assertIn((stem, frame, field), listed)
                    row = listed[stem, frame, field]
                    self.assertEqual(row["value"], truth(stem)[field]["value"])
                    self.assertEqual((row["group"], row["official_value"], row["clean"]), (GROUPS[kind], "1", "1"))
        self.assertEqual(set(listed), expected)

    def test_frame_names(self):
        for stem in stems():
            for frame in frames(stem):
                self.assertRegex(frame, r"^(?P<c>[TKHPC][AS])/(?P=c)%s_\d\d$" % stem[:2])


class Templates(unittest.TestCase):
    PATTERNS = {"dd": r"\d\d", "mm": r"\d\d", "yyyy": r"\d{4}"}

    def test_they_say_the_same_as_the_ground_truth(self):
        for stem in stems():
            template = load(TEMPLATES, name_of(stem) + ".json")
            self.assertEqual((template["schema_version"], template["name"]), ("1.0", name_of(stem)))
            size = (template["width"], template["height"])
            self.assertEqual(size, picture_size(os.path.join(SAMPLES, stem, "images", stem + ".png")))
            small = picture_size(os.path.join(TEMPLATES, template["picture"]))
            self.assertEqual(640, small[0])
            self.assertAlmostEqual(size[0] / size[1], small[0] / small[1], delta=0.005)
            self.assertGreater(60000, os.path.getsize(os.path.join(TEMPLATES, template["picture"])))
            fields = template["fields"]
            names = [field["name"] for field in fields]
            self.assertEqual(len(set(names)), len(names), stem)
            entries = {name: entry for name, entry in truth(stem).items() if "value" in entry}
            self.assertEqual(list(entries), ["field%02d" % (i + 1) for i in range(len(fields))])
            for field, entry in zip(fields, entries.values()):
                self.assertEqual(field["quad"], entry["quad"], stem + " " + field["name"])
                self.assertIn(field["kind"], GROUPS)
                if field["alphabet"]:
                    self.assertLessEqual(set(entry["value"]), set(field["alphabet"]), stem + " " + field["name"])

    def test_dates_are_laid_out_as_the_format_says(self):
        count = 0
        for stem in stems():
            for field, entry in zip(load(TEMPLATES, name_of(stem) + ".json")["fields"], truth(stem).values()):
                if field["kind"] == "date":
                    count += 1
                    pattern = re.sub("dd|mm|yyyy", lambda m: self.PATTERNS[m.group()], re.escape(field["format"]))
                    self.assertRegex(entry["value"], "^%s$" % pattern)
        self.assertGreater(count, 8)


def render(folder, *arguments):
    return subprocess.run([sys.executable, RENDER, "--out", folder, *arguments], capture_output=True, text=True, timeout=500)


def files_below(root):
    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


@needs_imaging
class Rendering(unittest.TestCase):
    STEM = "04_kestria_drvlic"
    ARGUMENTS = ("--types", "kestria_drvlic", "--conditions", "TS")

    def test_one_seed_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as root:
            runs = [os.path.join(root, name) for name in ("first", "second", "other")]
            for folder, seed, count in zip(runs, "778", "110"):
                result = render(folder, "--seed", seed, "--frames", count, *self.ARGUMENTS)
                self.assertEqual(result.returncode, 0, result.stderr)
            names = files_below(runs[0])
            frame = os.path.join(self.STEM, "images", "TS", "TS04_01.jpg")
            self.assertIn(frame, names)
            self.assertEqual(names, files_below(runs[1]))
            same, different, errors = filecmp.cmpfiles(runs[0], runs[1], names, shallow=False)
            self.assertEqual((different, errors), ([], []))
            self.assertNotEqual(values(runs[0], self.STEM), values(runs[2], self.STEM))

    def test_quick_changes_how_a_picture_is_written_and_not_what_it_shows(self):
        from PIL import Image
        with tempfile.TemporaryDirectory() as root:
            pictures = []
            for name, how in (("small", ()), ("quick", ("--quick",))):
                folder = os.path.join(root, name)
                result = render(folder, "--seed", "7", "--frames", "0", *how, *self.ARGUMENTS)
                self.assertEqual(result.returncode, 0, result.stderr)
                pictures.append(os.path.join(folder, self.STEM, "images", self.STEM + ".png"))
            self.assertGreater(os.path.getsize(pictures[1]), os.path.getsize(pictures[0]))
            small, quick = (Image.open(picture).tobytes() for picture in pictures)
            self.assertEqual(small, quick)

    def test_people_have_seeds_of_their_own_and_are_seen_in_turned_scenes(self):
        script = os.path.join(SOURCE, "scripts", "specimens", "people.sh")
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "42"))
            open(os.path.join(root, "42", "fields.tsv"), "w", encoding="utf-8").close()
            # A stand-in for Python that prints what it would be called with.
            result = subprocess.run([script, root, "41", "12", "2"], capture_output=True, text=True, check=True, env=dict(os.environ, PYTHON="echo"))
        calls = [line.split() for line in result.stdout.splitlines()]
        options = [dict(zip(call[1::2], call[2::2])) for call in calls]
        self.assertEqual([str(seed) for seed in range(41, 53) if seed != 42], [option["--seed"] for option in options])
        self.assertEqual({"2"}, {option["--frames"] for option in options})
        scenes = [option["--conditions"].split(",") for option in options]
        self.assertEqual(scenes[0], scenes[9])  # of seeds 41 and 51
        self.assertEqual(10, len({tuple(scene) for scene in scenes} | {tuple(scenes[0][1:] + scenes[0][:1])}))
        self.assertEqual([sorted(scenes[0])] * 11, [sorted(scene) for scene in scenes])

    def test_a_clip_is_one_scene_in_which_the_document_wanders(self):
        with tempfile.TemporaryDirectory() as root:
            runs = [os.path.join(root, name) for name in ("first", "second")]
            for folder in runs:
                result = render(folder, "--seed", "7", "--frames", "3", "--clip", "--quick", *self.ARGUMENTS)
                self.assertEqual(result.returncode, 0, result.stderr)
            names = files_below(runs[0])
            self.assertEqual(([], []), filecmp.cmpfiles(runs[0], runs[1], names, shallow=False)[1:])
            quads = [load(runs[0], self.STEM, "ground_truth", "TS", "TS04_%02d.json" % k)["quad"] for k in (1, 2, 3)]
            moves = [abs(a - b) for before, after in zip(quads, quads[1:]) for p, q in zip(before, after) for a, b in zip(p, q)]
            self.assertGreater(max(moves), 1)
            self.assertLess(max(moves), 150)

    def test_clips_take_turns_in_kinds_and_scenes(self):
        script = os.path.join(SOURCE, "scripts", "specimens", "clips.sh")
        with tempfile.TemporaryDirectory() as root:
            result = subprocess.run([script, root, "41", "8", "5"], capture_output=True, text=True, check=True, env=dict(os.environ, PYTHON="echo"))
        calls = [line.split() for line in result.stdout.splitlines()]
        self.assertEqual(8, len(calls))
        for option in ("--types", "--conditions"):
            self.assertGreaterEqual(len({call[call.index(option) + 1] for call in calls}), 6)
        self.assertTrue(all("--clip" in call and call[call.index("--frames") + 1] == "5" for call in calls))

    def test_an_unknown_type_is_a_usage_error(self):
        with tempfile.TemporaryDirectory() as root:
            result = render(root, "--types", "atlantis_id")
            self.assertEqual(result.returncode, 2)
            self.assertIn("atlantis_id", result.stderr)
            self.assertEqual(os.listdir(root), [])


@needs_imaging
class Exactness(unittest.TestCase):
    """The ground truth of the shipped pictures, measured in their pixels."""

    @classmethod
    def setUpClass(cls):
        import cv2
        import numpy
        cls.cv2, cls.np = cv2, numpy

    def grey(self, *path):
        picture = self.cv2.imread(os.path.join(SAMPLES, *path), self.cv2.IMREAD_GRAYSCALE)
        self.assertIsNotNone(picture, path)
        return picture

    def test_quads_hug_the_printed_text(self):
        for stem in stems():
            picture = self.grey(stem, "images", stem + ".png").astype(float)
            for name, field in truth(stem).items():
                if "value" not in field:
                    continue
                (left, top), (right, bottom) = field["quad"][0], field["quad"][2]
                x0, y0, x1, y1 = round(left), round(top), round(right), round(bottom)
                box = picture[y0:y1 + 1, x0:x1 + 1]
                dark = (box.min() + self.np.median(picture[y0 - 3:y1 + 4, x0 - 3:x1 + 4])) / 2 + 12
                edges = {"top": box[:3], "bottom": box[-3:], "left": box[:, :3], "right": box[:, -3:]}
                for side, strip in edges.items():
                    self.assertLess(strip.min(), dark, "%s %s: no ink at the %s" % (stem, name, side))
                outside = {"left": picture[y0:y1 + 1, x0 - 4:x0 - 1], "right": picture[y0:y1 + 1, x1 + 2:x1 + 5]}
                for side, strip in outside.items():
                    self.assertGreater(strip.min(), box.min() + 25, "%s %s: ink beyond the %s" % (stem, name, side))

    def test_frame_quads_map_the_print_onto_the_photograph(self):
        cv2, np = self.cv2, self.np
        for stem in stems():
            printed = self.grey(stem, "images", stem + ".png")
            height, width = printed.shape
            corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
            for frame in frames(stem):
                quad = np.float32(load(SAMPLES, stem, "ground_truth", frame + ".json")["quad"])
                photograph = self.grey(stem, "images", frame + ".jpg")
                upright = cv2.warpPerspective(photograph, cv2.getPerspectiveTransform(quad, corners), (width, height))
                # Light falls unevenly: compare what is finer than the light.
                fine = [p - cv2.GaussianBlur(p, (0, 0), 12) for p in (printed.astype(np.float32), upright.astype(np.float32))]
                margin = 24
                match = cv2.matchTemplate(fine[1], fine[0][margin:-margin, margin:-margin], cv2.TM_CCOEFF_NORMED)
                _, best, _, (x, y) = cv2.minMaxLoc(match)
                shift = (x - margin, y - margin)
                self.assertLessEqual(max(map(abs, shift)), 1, "%s: shifted by %d, %d" % (frame, *shift))
                self.assertGreater(best, 0.6, frame)


if __name__ == "__main__":
    unittest.main()
