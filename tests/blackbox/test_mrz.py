"""nibble mrz, on the shipped samples."""

import json
import os
import tempfile
import unittest

from support import SOURCE_DIR, picture, png_bytes, read_png, run

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
PASSPORT = os.path.join(SAMPLES, "03_valmere_passport", "images", "TS", "TS03_01.jpg")
CARD = os.path.join(SAMPLES, "02_norravia_id_back", "images", "CS", "CS02_01.jpg")
PASSPORT_PAGE = os.path.join(SAMPLES, "03_valmere_passport", "images", "03_valmere_passport.png")


def truth(kind, frame):
    """The lines of the zone in a frame, by the table of labels."""
    with open(os.path.join(SAMPLES, "fields.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [row[6] for row in rows if row[0] == kind and row[1] == frame and row[3] == "mrz"]


def turn_left(rows, size):
    """The rows of a picture turned by 90 degrees."""
    width = len(rows[0]) // size
    return [b"".join(row[x * size:(x + 1) * size] for row in rows) for x in reversed(range(width))]


class Mrz(unittest.TestCase):
    def json(self, *arguments):
        result = run("mrz", "--format", "json", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return json.loads(result.stdout)

    def test_text_has_lines_fields_and_checks(self):
        result = run("mrz", PASSPORT)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        lines = result.stdout.decode().splitlines()
        self.assertEqual(lines[:2], truth("03_valmere_passport", "TS/TS03_01"))
        rows = dict(line.split(None, 1) for line in lines[2:] if " check" not in line)
        self.assertEqual(rows["format"], "TD3")
        self.assertEqual(rows["valid"], "yes")
        self.assertEqual(rows["birth_date"], "2004-03-16")
        self.assertEqual(rows["surname"], "GROENERBY")
        self.assertEqual([line.split()[-1] for line in lines if " check" in line], ["ok"] * 5)

    def test_json_is_that_of_read_with_the_zone(self):
        result = self.json(CARD)
        self.assertEqual(result["status"], "ok")
        self.assertIsNone(result["document"])
        zone = result["mrz"]
        self.assertEqual(zone["format"], "TD1")
        self.assertEqual(zone["lines"], [line + "<" * (30 - len(line)) for line in truth("02_norravia_id_back", "CS/CS02_01")])
        self.assertIs(zone["valid"], True)
        self.assertEqual(zone["fields"]["document_number"], "MB3229900")
        self.assertEqual(zone["fields"]["given_names"], "FREJA")
        self.assertEqual([check["name"] for check in zone["checks"]], ["document_number", "birth_date", "expiry_date", "composite"])
        self.assertTrue(all(check["ok"] for check in zone["checks"]))
        self.assertEqual([field["name"] for field in result["fields"]], ["mrz1", "mrz2", "mrz3"])
        for field, line in zip(result["fields"], zone["lines"]):
            self.assertEqual(field["text"], line)
            (left, top), (right, _), _, (_, bottom) = field["quad"]
            self.assertTrue(0 < left < right < 1080 and 0 < top < bottom < 1920)
            self.assertTrue(all(len(c["alternatives"]) <= 3 for c in field["chars"]))

    def test_any_orientation(self):
        _, _, size, rows = read_png(PASSPORT_PAGE)
        lines = truth("03_valmere_passport", "TS/TS03_01")
        with tempfile.TemporaryDirectory() as folder:
            for turn in range(4):
                path = os.path.join(folder, "%d.png" % turn)
                with open(path, "wb") as file:
                    file.write(png_bytes(len(rows[0]) // size, len(rows), rows, 2 if size == 3 else 0))
                zone = self.json(path)["mrz"]
                self.assertEqual((turn, len(zone["lines"]), zone["valid"]), (turn, 2, True))
                self.assertEqual([len(line) for line in zone["lines"]], [len(line) for line in lines])
                rows = turn_left(rows, size)

    def strip(self):
        """The lowest quarter of the passport's page, where its zone is: size of a pixel, and rows."""
        _, height, size, rows = read_png(PASSPORT_PAGE)
        return size, rows[height * 3 // 4:]

    def of_rows(self, size, rows, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "strip.png")
            with open(path, "wb") as file:
                file.write(png_bytes(len(rows[0]) // size, len(rows), rows, 2 if size == 3 else 0))
            return run("mrz", *arguments, path)

    def test_zones_side_by_side(self):
        size, rows = self.strip()
        result = self.of_rows(size, [row + row for row in rows], "--format", "json")
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        found = json.loads(result.stdout)
        zones = [found["mrz"], *found.get("more_mrz", [])]
        alone = json.loads(self.of_rows(size, rows, "--format", "json").stdout)["mrz"]
        self.assertEqual([(alone["lines"], True)] * 2, [(zone["lines"], zone["valid"]) for zone in zones])

    def test_a_mirrored_zone_is_none_and_said_to_be_mirrored(self):
        """Also where nothing but the zone is on the picture, so that something like a zone can be read into it."""
        size, rows = self.strip()
        for part in (rows, rows[len(rows) // 4:]):
            mirrored = [b"".join(row[at:at + size] for at in range(len(row) - size, -1, -size)) for row in part]
            result = self.of_rows(size, mirrored)
            self.assertEqual((1, b""), (result.returncode, result.stdout))
            self.assertIn(b"mirrored", result.stderr)

    def test_a_picture_without_a_zone_fails_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = os.path.join(folder, "empty.png")
            with open(empty, "wb") as file:
                file.write(picture())
            result = run("mrz", "--format", "jsonl", "-j", "2", empty, PASSPORT)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"no machine readable zone", result.stderr)
        failed, found = map(json.loads, result.stdout.splitlines())
        self.assertEqual((failed["status"], failed["error"]["code"]), ("error", "no_document"))
        self.assertEqual((found["status"], found["mrz"]["valid"]), ("ok", True))

    def test_usage(self):
        self.assertEqual(run("mrz").returncode, 2)
        self.assertEqual(run("mrz", "--format", "tsv", PASSPORT).returncode, 2)
        self.assertEqual(run("mrz", "missing.jpg").returncode, 1)


if __name__ == "__main__":
    unittest.main()
