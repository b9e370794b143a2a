"""nibble locate, and finding the document in nibble read and nibble eval, on the shipped photographs."""

import glob
import json
import os
import unittest

from support import SOURCE_DIR, ProgramTest, picture, run, template

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
PHOTO = os.path.join(SAMPLES, "04_kestria_drvlic", "images", "CA", "CA04_01.jpg")
TRUTH = os.path.join(SAMPLES, "04_kestria_drvlic", "ground_truth", "CA", "CA04_01.json")


def truth():
    with open(TRUTH, encoding="utf-8") as file:
        return json.load(file)["quad"]


def corner_error(quad, expected):
    return max(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in zip(quad, expected))


class LocateTest(ProgramTest):
    def locate(self, *arguments):
        result = run("locate", "--format", "json", *arguments)
        return result, json.loads(result.stdout)

    def test_outline(self):
        result, found = self.locate(PHOTO)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual(("ok", None, "located"), (found["status"], found["document"]["template"], found["document"]["quad_source"]))
        self.assertLess(corner_error(found["document"]["quad"], truth()), 12)
        self.assertEqual({"path": PHOTO, "page": 1, "width": 1080, "height": 1920}, found["input"])

    def test_known_kind(self):
        for kind in ("auto", "kestria_drvlic"):
            result, found = self.locate("--template", kind, PHOTO)
            self.assertEqual(0, result.returncode)
            self.assertEqual("kestria_drvlic", found["document"]["template"])
            self.assertLess(corner_error(found["document"]["quad"], truth()), 6)

    def test_every_sample_is_recognised(self):
        photographs = sorted(glob.glob(os.path.join(SAMPLES, "*", "images", "*", "*.jpg")))
        result = run("locate", "--template", "auto", "--format", "jsonl", *photographs)
        self.assertEqual(0, result.returncode, result.stderr)
        for row in map(json.loads, result.stdout.splitlines()):
            self.assertIn("_" + row["document"]["template"] + os.sep, row["input"]["path"])

    def test_text_is_one_line(self):
        line = run("locate", PHOTO).stdout.decode().rstrip("\n").split("\t")
        corners = [float(value) for value in line[0].split(",")]
        self.assertLess(corner_error(list(zip(corners[::2], corners[1::2])), truth()), 12)
        self.assertGreater(float(line[1]), 0.45)

    def test_refusals_do_not_stop_the_others(self):
        bad = self.write("bars.png", picture(600, 400))
        result = run("locate", "--template", "auto", "--format", "jsonl", bad, PHOTO)
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual((1, ["error", "ok"]), (result.returncode, [row["status"] for row in rows]))
        self.assertEqual("no_document", rows[0]["error"]["code"])
        self.assertEqual(1, len(result.stderr.splitlines()))
        self.assertIn(b"bars.png", result.stderr)
        self.check_error(run("locate", "--template", "valmere_passport", PHOTO), 1, PHOTO)

    def test_pictures(self):
        upright = self.path("upright.png")
        drawn = self.path("drawn.png")
        self.assertEqual(0, run("locate", "--template", "auto", "--rectified", upright, "--annotate", drawn, PHOTO).returncode)
        for path in (upright, drawn):
            with open(path, "rb") as file:
                self.assertEqual(b"\x89PNG", file.read(4))

    def test_calls_that_cannot_be_meant(self):
        self.check_error(run("locate", "--templates", ".", PHOTO), 2, "--templates")
        self.check_error(run("locate", "--template", "nothing_like_it", PHOTO), 3, "nothing_like_it")
        plain = self.write("plain.json", template())
        self.check_error(run("locate", "--template", plain, PHOTO), 3, "plain.json")

    def test_read_finds_out(self):
        result = run("read", "--template", "auto", "--format", "json", PHOTO)
        self.assertEqual(0, result.returncode, result.stderr)
        found = json.loads(result.stdout)
        self.assertEqual(("kestria_drvlic", "located"), (found["document"]["template"], found["document"]["quad_source"]))
        self.assertLess(0.4, found["document"]["confidence"])
        given = json.loads(run("read", "--template", "kestria_drvlic", "--quad-json", TRUTH, "--format", "json", PHOTO).stdout)
        same = sum(a["text"] == b["text"] for a, b in zip(found["fields"], given["fields"]))
        self.assertGreaterEqual(same, len(given["fields"]) - 2)

    def test_read_without_template(self):
        result = run("read", "--template", "none", PHOTO)
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("25.10.1971", result.stdout.decode())


if __name__ == "__main__":
    unittest.main()
