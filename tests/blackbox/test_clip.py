"""nibble read --clip: frames of one document from files, folders, pages and a stream; stopping; what is left out."""

import json
import os
import shutil
import subprocess
import unittest

from json_schema import schema_problems
from support import PROGRAM, SOURCE_DIR, ProgramTest, png_bytes, read_png, run, tiff_bytes

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")


def sample(kind, name):
    return os.path.join(SAMPLES, kind, "images", name[:2], name + ".jpg")


CARD = [sample("01_norravia_id", "TA01_01"), sample("01_norravia_id", "KS01_01")]
PASSPORT = sample("03_valmere_passport", "TS03_01")


def content(path):
    with open(path, "rb") as file:
        return file.read()


class ClipTest(ProgramTest):
    def clip(self, *arguments, **options):
        return run("read", "--clip", *arguments, **options)

    def result(self, *arguments, code=0, **options):
        """The JSON object that is the result."""
        done = self.clip("--format", "json", *arguments, **options)
        self.assertEqual(code, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def blank(self, name="blank.png"):
        return self.write(name, png_bytes(640, 480, [bytes([215]) * 640] * 480))

    @staticmethod
    def whys(result):
        return [frame.get("why", "used") for frame in result["frames"]]


class ResultTest(ClipTest):
    def test_one_result_that_the_schema_allows(self):
        with open(os.path.join(SOURCE_DIR, "data", "schema", "result.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        result = self.result(*CARD, PASSPORT, self.blank())
        self.assertEqual([], schema_problems(result, schema, schema))
        self.assertEqual("norravia_id", result["document"]["template"])
        self.assertEqual(["used", "used", "another_document", "unreadable"], self.whys(result))
        self.assertEqual(CARD + [PASSPORT], [frame["path"] for frame in result["frames"][:3]])
        self.assertEqual(2, result["clip"]["used"])
        self.assertEqual(CARD[result["clip"]["best_frame"]], result["input"]["path"])
        for field in result["fields"]:
            self.assertEqual([0, 1], [said["frame"] for said in field["said"]])

    def test_failures_are_what_the_schema_allows_too(self):
        with open(os.path.join(SOURCE_DIR, "data", "schema", "result.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        result = self.result(self.blank(), code=1)
        self.assertEqual([], schema_problems(result, schema, schema))
        self.assertEqual("no_document", result["error"]["code"])
        self.assertEqual(["unreadable"], self.whys(result))

    def test_the_document_of_most_frames_wins_wherever_the_other_one_stands(self):
        for inputs in ([PASSPORT, *CARD], [CARD[0], PASSPORT, CARD[1]], [*CARD, PASSPORT]):
            result = self.result(*inputs)
            self.assertEqual("norravia_id", result["document"]["template"])
            self.assertEqual("another_document", self.whys(result)[inputs.index(PASSPORT)])

    def test_text_says_which_frames_are_left_out(self):
        done = self.clip(*CARD, PASSPORT)
        self.assertEqual(0, done.returncode, done.stderr)
        lines = done.stderr.decode().splitlines()
        self.assertEqual(1, len(lines), lines)
        self.assertIn("frames left out: 3 (another document (valmere_passport))", lines[0])
        self.assertEqual(b"", self.clip("-q", *CARD, PASSPORT).stderr)

    def test_every_format_has_one_document(self):
        for form in ("text", "jsonl", "tsv", "csv", "hocr", "alto"):
            done = self.clip("--format", form, *CARD)
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertTrue(done.stdout, form)
            if form == "jsonl":
                self.assertEqual(1, len(done.stdout.splitlines()))

    def test_folders_and_lists_are_one_clip(self):
        for i, path in enumerate(CARD):
            os.makedirs(self.path("frames"), exist_ok=True)
            shutil.copy(path, self.path("frames", "%d.jpg" % i))
        self.assertEqual(2, len(self.result(self.path("frames"))["frames"]))
        self.assertEqual(2, len(self.result("@" + self.write("list.txt", "\n".join(CARD)))["frames"]))

    def test_pages_of_a_file_are_frames(self):
        page = [bytes([215]) * 64] * 48
        result = self.result(self.write("pages.tiff", tiff_bytes([page, page, page])), *CARD)
        self.assertEqual([1, 2, 3, 1, 1], [frame["page"] for frame in result["frames"]])

    def test_without_a_template_lines_are_combined(self):
        result = self.result("--template", "none", *CARD)
        named = {field["name"] for field in result["fields"]}
        self.assertIn("document_number", named)
        self.assertLessEqual({line["field"] for line in result["lines"] if line["field"]}, named)
        self.assertTrue(any(len(line["said"]) == 2 for line in result["lines"]))

    def test_the_annotated_picture_is_the_best_frame(self):
        out = self.path("seen.png")
        result = self.result("--annotate", out, *CARD)
        self.assertEqual((result["input"]["width"], result["input"]["height"]), read_png(out)[:2])


class StreamTest(ClipTest):
    def test_pictures_one_behind_the_other(self):
        stream = b"".join(content(path) for path in CARD)
        result = self.result("-", stdin=stream)
        self.assertEqual([("-", 1), ("-", 2)], [(frame["path"], frame["page"]) for frame in result["frames"]])
        apart = self.result(*CARD)
        self.assertEqual([field["text"] for field in apart["fields"]], [field["text"] for field in result["fields"]])

    def test_a_picture_that_is_cut_off_is_said_and_the_others_are_read(self):
        first = content(CARD[0])
        done = self.clip("--format", "json", "-", stdin=first[:5000] + content(CARD[1]))
        self.assertEqual(1, done.returncode)
        self.assertEqual(["failed", "used"], self.whys(json.loads(done.stdout)))
        self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)

    def test_no_pictures_at_all(self):
        self.check_error(self.clip("-", stdin=b""), 1, "standard input")

    def test_stopping_leaves_the_rest_of_a_stream_unread(self):
        frames = content(CARD[0])
        process = subprocess.Popen([PROGRAM, "read", "--clip", "--stop", "--stop-cost", "1", "--format", "json", "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # The pipe stays open: who waits for its end waits for ever.
        process.stdin.write(frames)
        process.stdin.flush()
        out = process.stdout.read()
        process.wait(timeout=60)
        process.stdin.close()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(0, process.returncode)
        self.assertEqual(1, len(json.loads(out)["frames"]))

    @unittest.skipUnless(shutil.which("ffmpeg"), "needs ffmpeg")
    def test_what_ffmpeg_writes(self):
        for i in range(4):
            self.write("%d.jpg" % i, content(CARD[i % 2]))
        film = subprocess.run(["ffmpeg", "-v", "error", "-framerate", "5", "-i", self.path("%d.jpg"), "-f", "image2pipe", "-c:v", "mjpeg",
                               "-q:v", "2", "-"], capture_output=True, timeout=120, check=True).stdout
        result = self.result("-", stdin=film)
        self.assertEqual(4, len(result["frames"]))
        self.assertEqual("norravia_id", result["document"]["template"])


class StopTest(ClipTest):
    def test_as_many_frames_as_the_rule_asks_for(self):
        self.assertEqual(1, len(self.result("--stop", "--stop-cost", "1", *CARD, *CARD)["frames"]))
        self.assertEqual(3, len(self.result("--stop", "--stop-cost", "0.0001", "--max-frames", "3", *CARD, *CARD)["frames"]))

    def test_each_field_says_whether_it_is_decided(self):
        result = self.result("--stop", *CARD)
        for field in result["fields"]:
            self.assertEqual(field["gain"] <= 0.03, field["decided"])


class UsageTest(ClipTest):
    def test_what_cannot_be_meant(self):
        self.check_error(run("read", "--stop", CARD[0]), 2, "--clip")
        self.check_error(self.clip("--compare", CARD[0]), 2, "--compare")
        self.check_error(self.clip("-j", "2", CARD[0]), 2, "--jobs")

    def test_a_file_that_is_missing_is_said_and_the_others_are_read(self):
        done = self.clip("--format", "json", CARD[0], self.path("none.jpg"), CARD[1])
        self.assertEqual(1, done.returncode)
        self.assertEqual(["used", "failed", "used"], self.whys(json.loads(done.stdout)))
        self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
        self.assertIn(b"none.jpg", done.stderr)


if __name__ == "__main__":
    unittest.main()
