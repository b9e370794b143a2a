"""nibble read: results in every format, and what happens with bad input."""

import csv
import io
import json
import os
import shutil
import socket
import struct
import subprocess
import unittest

from support import INSTRUMENTED, PROGRAM, SOURCE_DIR, ProgramTest, line_picture, picture, png_bytes, read_png, run, template, tiff_bytes

FIELD_KEYS = {"name", "kind", "value", "text", "raw", "confidence", "network_confidence", "decision", "checks", "quad", "chars", "ms"}


class ReadTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.card = self.write("card.json", template())
        self.scan = self.write("scan.png", picture())

    def read(self, *arguments, **options):
        return run("read", "--model", self.model, *arguments, **options)

    def read_card(self, *arguments, **options):
        return self.read("--template", self.card, *arguments, **options)

    def read_ok(self, *arguments, **options):
        result = self.read(*arguments, **options)
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual(b"", result.stderr)
        return result.stdout.decode()


class ResultsTest(ReadTest):
    def test_text_has_a_line_for_each_field(self):
        lines = self.read_ok("--template", self.card, self.scan).splitlines()
        self.assertEqual(["number", "surname", "birth_date"], [line.split()[0] for line in lines])

    def test_json_has_what_the_schema_lists(self):
        result = json.loads(self.read_ok("--template", self.card, "--format", "json", "--isa", "portable", self.scan))
        self.assertEqual({"schema_version", "tool", "input", "document", "fields", "mrz", "lines", "status", "warnings", "timing_ms"}, set(result))
        self.assertEqual("1.0", result["schema_version"])
        self.assertEqual({"name", "version", "model", "precision", "isa", "digest", "calibration"}, set(result["tool"]))
        self.assertEqual(("nibble", "model", "f32", "portable"), tuple(result["tool"][key] for key in ("name", "model", "precision", "isa")))
        self.assertRegex(result["tool"]["digest"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual({"path": self.scan, "page": 1, "width": 320, "height": 200}, result["input"])
        self.assertEqual({"template", "confidence", "quad", "quad_source", "size"}, set(result["document"]))
        self.assertEqual(("test_card", "whole", [320, 200]), tuple(result["document"][key] for key in ("template", "quad_source", "size")))
        self.assertEqual(0, result["document"]["confidence"], "it is only assumed that the whole picture is the document")
        self.assertEqual([], result["lines"])
        self.assertEqual("ok", result["status"])
        self.assertEqual({"decode", "locate", "rectify", "read", "total"}, set(result["timing_ms"]))
        for field in result["fields"]:
            self.assertEqual(FIELD_KEYS, set(field))
            self.assertEqual(field["raw"], "".join(char["c"] for char in field["chars"]).strip())
            self.assertIn(field["decision"], ("accept", "review", "reject"))
            self.assertEqual((4, 2), (len(field["quad"]), len(field["quad"][0])))

    def test_the_quads_of_fields_are_in_the_pixels_of_the_picture(self):
        quad = "40,30,360,30,360,230,40,230"
        scan = self.write("photo.png", picture(400, 260))
        result = json.loads(self.read_ok("--template", self.card, "--quad", quad, "--format", "json", scan))
        self.assertEqual([], result["warnings"])
        self.assertAlmostEqual(60, result["fields"][0]["quad"][0][0], delta=1)
        self.assertAlmostEqual(50, result["fields"][0]["quad"][0][1], delta=1)
        boxes = [char["box"] for field in result["fields"] for char in field["chars"]]
        self.assertTrue(boxes, "the random network reads something")
        for left, top, right, bottom in boxes:
            self.assertLessEqual((left, top), (right, bottom))

    def test_several_results_are_an_array_one_is_an_object(self):
        other = self.write("other.png", picture(seed=2))
        self.assertIsInstance(json.loads(self.read_ok("--template", self.card, "--format", "json", self.scan)), dict)
        results = json.loads(self.read_ok("--template", self.card, "--format", "json", self.scan, other))
        self.assertEqual([self.scan, other], [result["input"]["path"] for result in results])

    def test_json_lines(self):
        missing = self.path("missing.png")
        result = self.read_card("--format", "jsonl", self.scan, missing)
        self.check_error(result, 1, missing)
        good, bad = (json.loads(line) for line in result.stdout.decode().splitlines())
        self.assertEqual("ok", good["status"])
        self.assertEqual({"schema_version", "input", "status", "error"}, set(bad))
        self.assertEqual(({"path": missing}, "error", "file_not_found"), (bad["input"], bad["status"], bad["error"]["code"]))
        self.assertIn(missing, bad["error"]["message"])

    def test_tsv(self):
        rows = list(csv.DictReader(io.StringIO(self.read_ok("--template", self.card, "--format", "tsv", self.scan)),
                                   delimiter="\t", quoting=csv.QUOTE_NONE))
        self.assertEqual("file field kind text raw confidence x0 y0 x1 y1 x2 y2 x3 y3 page".split(), list(rows[0]))
        self.assertEqual(["number", "surname", "birth_date"], [row["field"] for row in rows])
        self.assertEqual({self.scan}, {row["file"] for row in rows})
        self.assertAlmostEqual(200, float(rows[0]["x2"]), delta=1)
        self.assertTrue(0 <= float(rows[0]["confidence"]) <= 1)

    def test_formats_agree(self):
        fields = json.loads(self.read_ok("--template", self.card, "--format", "json", self.scan))["fields"]
        rows = self.read_ok("--template", self.card, "--format", "tsv", self.scan).splitlines()[1:]
        self.assertEqual([field["text"] for field in fields], [row.split("\t")[3] for row in rows])

    def test_a_line_is_read_without_a_template(self):
        line = self.write("line.png", line_picture())
        result = json.loads(self.read_ok("--line", "--format", "json", line))
        self.assertIsNone(result["document"])
        self.assertEqual(["line"], [field["name"] for field in result["fields"]])
        self.assertEqual(result["fields"][0]["text"] + "\n", self.read_ok("--line", line))

    def test_output_file_is_what_standard_output_would_be(self):
        out = self.path("out.tsv")
        self.assertEqual("", self.read_ok("--template", self.card, "--format", "tsv", "-o", out, self.scan))
        with open(out, encoding="utf-8") as file:
            self.assertEqual(self.read_ok("--template", self.card, "--format", "tsv", self.scan), file.read())
        self.assertEqual([], [name for name in os.listdir(self.folder) if ".tmp" in name])

    def test_standard_input(self):
        for_file = self.read_ok("--template", self.card, "--format", "tsv", self.scan)
        with open(self.scan, "rb") as file:
            for_pipe = self.read_ok("--template", self.card, "--format", "tsv", "-", stdin=file.read())
        self.assertEqual(for_file.replace(self.scan, "-"), for_pipe)

    def test_order_is_kept_with_several_jobs(self):
        scans = [self.write(f"{index:02}.png", picture(seed=index)) for index in (5, 3, 9, 1, 8, 2, 7, 4)]
        alone = self.read_ok("--template", self.card, "--format", "tsv", *scans)
        self.assertEqual(alone, self.read_ok("--template", self.card, "--format", "tsv", "-j", "3", *scans))
        self.assertEqual(alone, self.read_ok("--template", self.card, "--format", "tsv", "--threads", "2", *scans))

    def test_field_reads_these_alone(self):
        out = self.read_ok("--template", self.card, "--field", "surname", "--field", "number", self.scan)
        self.assertEqual(["number", "surname"], [line.split()[0] for line in out.splitlines()])

    def test_alternatives(self):
        def counts(number):
            result = json.loads(self.read_ok("--template", self.card, "--alternatives", number, "--format", "json", self.scan))
            return {len(char["alternatives"]) for field in result["fields"] for char in field["chars"]}
        self.assertEqual({0}, counts("0"))
        self.assertEqual(2, max(counts("2")))

    def test_quad_json_is_a_ground_truth_or_a_list(self):
        corners = [[40, 30], [360, 30], [360, 230], [40, 230]]
        scan = self.write("photo.png", picture(400, 260))
        wanted = self.read_ok("--template", self.card, "--format", "tsv", "--quad", "40,30,360,30,360,230,40,230", scan)
        for content in ({"quad": corners}, corners):
            self.assertEqual(wanted, self.read_ok("--template", self.card, "--format", "tsv", "--quad-json", self.write("q.json", content), scan))

    def test_a_picture_of_the_template_s_shape_is_the_whole_document(self):
        result = json.loads(self.read_ok("--template", self.card, "--format", "json", self.write("double.png", picture(648, 400))))
        self.assertEqual(1, len(result["warnings"]))
        self.assertAlmostEqual(648, result["document"]["quad"][2][0], delta=1)

    def test_every_page_of_a_tiff_is_a_result(self):
        pages = [[bytes([shade]) * 320] * 100 + [bytes(160) + bytes([shade]) * 160] * 100 for shade in (200, 240)]
        scan = self.write("pages.tif", tiff_bytes(pages))
        drawn = self.path("drawn.png")
        results = json.loads(self.read_ok("--template", self.card, "--format", "json", "--annotate", drawn, scan))
        self.assertEqual([(scan, 1), (scan, 2)], [(result["input"]["path"], result["input"]["page"]) for result in results])
        self.assertTrue(os.path.exists(drawn) and os.path.exists(self.path("drawn_p2.png")))
        with open(scan, "rb") as file:
            piped = json.loads(self.read_ok("--template", self.card, "--format", "json", "-", stdin=file.read()))
        self.assertEqual([1, 2], [result["input"]["page"] for result in piped])

    def test_a_page_that_cannot_be_read_does_not_stop_the_next(self):
        narrow, good = [b"\x80" * 10] * 200, [b"\x80" * 320] * 200
        scan = self.write("pages.tif", tiff_bytes([narrow, good]))
        result = self.read_card("--format", "jsonl", scan)
        self.check_error(result, 1, scan)
        self.assertEqual(["error", "ok"], [json.loads(line)["status"] for line in result.stdout.splitlines()])

    def test_annotate_and_crops(self):
        drawn, crops = self.path("drawn.png"), self.path("crops")
        self.read_ok("--template", self.card, "--annotate", drawn, "--crops", crops, self.scan)
        with open(drawn, "rb") as file:
            self.assertEqual((320, 200), struct.unpack(">II", file.read(24)[16:]))
        with open(drawn, "rb") as one, open(self.scan, "rb") as other:
            self.assertNotEqual(one.read(), other.read())
        names = ["scan_" + field + end for field in ("number", "surname", "birth_date") for end in (".png", "_line.png")]
        self.assertEqual(sorted(names), sorted(os.listdir(crops)))
        with open(os.path.join(crops, "scan_number_line.png"), "rb") as file:
            self.assertEqual(32, struct.unpack(">I", file.read(24)[20:])[0])

    def test_annotated_pictures_of_equal_names_do_not_overwrite_each_other(self):
        drawn = self.path("drawn")
        self.read_ok("--template", self.card, "--annotate", drawn, self.scan, self.write("more/scan.png", picture(seed=2)))
        self.assertEqual(["scan.png", "scan_2.png"], sorted(os.listdir(drawn)))

    def test_min_confidence_is_a_gate(self):
        result = self.read_card("--min-confidence", "1", "--field", "number", self.scan)
        self.check_error(result, 4, self.scan, "number")
        self.assertIn(b"number", result.stdout)
        self.assertEqual(0, self.read_card("--min-confidence", "0", self.scan).returncode)

    def test_progress_is_not_shown_without_a_terminal(self):
        scans = [self.write(f"{index}.png", picture(seed=index)) for index in range(3)]
        self.assertEqual(b"", self.read_card("--progress", "auto", *scans).stderr)


class InputsTest(ReadTest):
    def files(self, *arguments, **options):
        out = self.read_ok("--template", self.card, "--field", "number", "--format", "tsv", *arguments, **options)
        return [os.path.relpath(row.split("\t")[0], self.folder) for row in out.splitlines()[1:]]

    def setUp(self):
        super().setUp()
        for name in ("in/b.png", "in/a.PNG", "in/deep/c.png", "in/.hidden.png"):
            self.write(name, picture())
        self.write("in/notes.txt", "no picture")

    def test_a_folder_gives_its_pictures_sorted(self):
        self.assertEqual(["in/a.PNG", "in/b.png", "in/deep/c.png"], self.files("-q", self.path("in")))  # notes.txt is said to be left out

    def test_a_pattern(self):
        self.assertEqual(["in/b.png"], self.files(self.path("in", "*.png")))

    def test_a_list(self):
        names = self.write("list.txt", "\n".join([self.path("in/b.png"), "", self.path("in/deep")]) + "\r\n")
        self.assertEqual(["in/b.png", "in/deep/c.png"], self.files("@" + names))

    def test_blank_lines_of_a_list_stand_for_nothing(self):
        names = self.write("list.txt", "\n  \n" + self.path("in/b.png") + "\n\t\r\n")
        self.assertEqual(["in/b.png"], self.files("@" + names))

    def test_standard_input_that_is_a_socket(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            command = [PROGRAM, "read", "--model", self.model, "--template", self.card, "-"]
            with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                ours.sendall(picture())
                ours.shutdown(socket.SHUT_WR)
                out, error = process.communicate(timeout=60)
        self.assertEqual((0, b""), (process.returncode, error))
        self.assertIn(b"number", out)

    def test_a_name_that_is_no_utf8(self):
        path = os.path.join(os.fsencode(self.folder), b"caf\xe9.png")
        with open(path, "wb") as file:
            file.write(picture())
        result = run("read", "--model", self.model, "--template", self.card, "--format", "jsonl", path)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertIn("caf\ufffd.png", json.loads(result.stdout)["input"]["path"])
        os.remove(path)
        result = run("read", "--model", self.model, "--template", self.card, "--format", "jsonl", path)
        self.check_error(result, 1, "caf\\xE9.png")
        self.assertEqual("error", json.loads(result.stdout)["status"])


class BadInputTest(ReadTest):
    """One line on stderr, the right exit code, and the rest of the batch is read."""

    def check_batch(self, bad, code=None, names=None):
        result = self.read_card("--field", "number", "--format", "jsonl", bad, self.scan)
        self.check_error(result, 1, names or bad)
        failed, good = (json.loads(line) for line in result.stdout.decode().splitlines())
        self.assertEqual(("error", "ok"), (failed["status"], good["status"]))
        if code:
            self.assertEqual(code, failed["error"]["code"])

    def test_missing_file(self):
        self.check_batch(self.path("missing.png"), "file_not_found")

    def test_pattern_without_match(self):
        self.check_batch(self.path("*.gif"), "file_not_found")

    def test_folder_without_pictures(self):
        self.write("empty/notes.txt", "no picture")
        self.check_batch(self.path("empty"), "file_not_found")

    def test_text_file_named_png(self):
        self.check_batch(self.write("text.png", "this is text\n"), "decode_failed")

    def test_empty_file(self):
        self.check_batch(self.write("empty.png", b""), "decode_failed")

    def test_truncated_picture(self):
        self.check_batch(self.write("half.png", picture()[:300]), "decode_failed")

    def test_picture_without_pixels(self):
        self.check_batch(self.write("zero.png", png_bytes(0, 0, [])), "decode_failed")

    def test_picture_of_one_pixel_has_not_the_shape(self):
        self.check_batch(self.write("one.png", png_bytes(1, 1, [b"\x80"])), "bad_quad")

    def test_line_of_one_pixel(self):
        line = self.write("one.png", png_bytes(1, 1, [b"\x80"]))
        result = self.read("--line", "--format", "json", line)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual([1, 1], [json.loads(result.stdout)["input"][key] for key in ("width", "height")])

    def test_picture_of_another_shape_asks_for_a_quad(self):
        bad = self.write("wide.png", picture(400, 100))
        self.check_batch(bad, "bad_quad")
        self.assertIn(b"--quad", self.read_card(bad).stderr)

    def test_list_that_is_missing_empty_or_no_text(self):
        for content in (None, b"", b"\0\1\2"):
            path = self.path("list.txt")
            if content is not None:
                self.write("list.txt", content)
            with self.subTest(content=content):
                self.check_batch("@" + path, names="list.txt")

    def test_list_with_a_bad_entry(self):
        missing = self.path("missing.png")
        result = self.read_card("--format", "jsonl", "@" + self.write("list.txt", f"{missing}\n{self.scan}\n"))
        self.check_error(result, 1, missing)
        self.assertEqual(2, len(result.stdout.splitlines()))

    def test_the_same_error_is_said_once(self):
        missing = self.path("missing.png")
        self.check_error(self.read_card(missing, missing), 1, missing)

    def test_fail_fast_stops(self):
        missing = self.path("missing.png")
        result = self.read_card("--fail-fast", "--format", "jsonl", missing, self.scan)
        self.check_error(result, 1, missing)
        self.assertEqual(1, len(result.stdout.splitlines()))

    def test_several_failures_are_a_line_each(self):
        result = self.read_card("--format", "jsonl", "-j", "2", self.path("a.png"), self.scan, self.path("b.png"))
        self.assertEqual((1, 2), (result.returncode, len(result.stderr.splitlines())))
        self.assertEqual(["error", "ok", "error"], [json.loads(line)["status"] for line in result.stdout.splitlines()])

    def test_quad_that_cannot_be(self):
        for quad in ("0,0,300,0,0,190,300,190", "5,5,5,5,5,5,5,5", "0,0,100,0,200,0,300,0"):
            with self.subTest(quad=quad):
                result = self.read_card("--quad", quad, "--format", "json", self.scan)
                self.check_error(result, 1, self.scan, "--quad")
                self.assertEqual("bad_quad", json.loads(result.stdout)["error"]["code"])

    def test_quad_that_is_none(self):
        for quad in ("1,2,3", "a,b,c,d,e,f,g,h", "0,0,1,0,1,1,0,nan", "0,0,9,0,9,9,0,9,9", "0,0,9,0,9,9,0,"):
            with self.subTest(quad=quad):
                self.check_error(self.read_card("--quad", quad, self.scan), 2, "--quad", quad)

    def test_quad_json_that_cannot_be_used(self):
        for content in ("{\"quad\": [[1,2],", "[]", {"quad": [[0, 0], [300, 0], [0, 190], [300, 190]]}, {"quad": "none"}, b"\xff\xfe"):
            with self.subTest(content=content):
                bad = self.write("q.json", content)
                result = self.read_card("--quad-json", bad, self.scan)
                self.check_error(result, 1, bad)
                self.assertEqual(b"", result.stdout)
        self.check_error(self.read_card("--quad-json", self.path("missing.json"), self.scan), 1, "missing.json")

    def test_template_that_cannot_be_used(self):
        outside = template(fields={"number": (20, 20, 900, 50)})
        for content in ("{", "[1]", {}, outside, template(width=0), b"\xff"):
            with self.subTest(content=content):
                bad = self.write("bad.json", content)
                self.check_error(self.read("--template", bad, self.scan), 3, bad)
        self.check_error(self.read("--template", self.path("missing.json"), self.scan), 3, "missing.json")

    def test_template_with_a_field_outside_names_the_field(self):
        bad = self.write("bad.json", template(fields={"number": (20, 20, 100, 50), "surname": (20, 190, 100, 260)}))
        self.check_error(self.read("--template", bad, self.scan), 3, bad, "surname")

    def test_unknown_template_lists_the_known_ones(self):
        data = self.path("data")
        for name in ("id_of_here", "passport_of_there"):
            self.write(f"data/templates/{name}.json", template(name=name))
        result = self.read("--template", "nowhere", self.scan, env={"NIBBLE_DATA": data})
        self.check_error(result, 3, "nowhere", "id_of_here, passport_of_there")
        self.assertEqual(0, self.read("--template", "id_of_here", self.scan, env={"NIBBLE_DATA": data}).returncode)

    def test_unwritable_outputs(self):
        blocked = self.write("blocked", "a file where a folder is needed")
        for option, target in (("-o", self.path("no/such/folder/out.txt")), ("-o", self.folder), ("--crops", blocked),
                               ("--annotate", os.path.join(blocked, "here"))):
            with self.subTest(option=option, target=target):
                result = self.read_card(option, target, self.scan)
                self.check_error(result, 1, target)
                self.assertEqual(b"", result.stdout)

    def test_unwritable_annotated_file_does_not_lose_the_result(self):
        target = self.path("no/such/folder/drawn.png")
        result = self.read_card("--annotate", target, self.scan)
        self.check_error(result, 1, target)
        self.assertIn(b"number", result.stdout)

    def test_a_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full on this system")
        self.check_error(self.read_card("-o", "/dev/full", self.scan), 1, "/dev/full")

    def test_standard_output_on_a_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full on this system")
        for arguments in (["read", "--model", self.model, "--template", self.card, self.scan], ["template", "check", self.card],
                          ["model", "info", self.model], ["--help"]):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                result = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
                self.check_error(result, 1, "standard output")

    def test_inputs_are_not_written_over(self):
        before = picture()
        folder = self.path("scans")
        for name in ("a.png", "b.png"):
            self.write("scans/" + name, before)
        first = os.path.join(folder, "a.png")
        link = self.path("link")
        os.symlink(folder, link)
        for arguments, code, lines in ((["--annotate", folder, folder], 1, 2), (["--annotate", link, folder], 1, 2),
                                       (["--annotate", first, os.path.join(link, "a.png")], 1, 1), (["-o", first, first], 2, 1)):
            with self.subTest(arguments=arguments):
                result = self.read_card(*arguments)
                self.assertEqual((code, lines), (result.returncode, len(result.stderr.splitlines())), result.stderr)
                for name in ("a.png", "b.png"):
                    with open(os.path.join(folder, name), "rb") as file:
                        self.assertEqual(before, file.read())

    def test_a_link_to_a_file_that_is_not_there_yet_is_followed(self):
        link = self.path("link.txt")
        os.symlink("later.txt", link)
        self.read_ok("--template", self.card, "-o", link, self.scan)
        self.assertTrue(os.path.islink(link))
        with open(self.path("later.txt"), encoding="utf-8") as file:
            self.assertIn("number", file.read())

    def test_a_failed_write_leaves_the_old_file(self):
        out = self.write("out.txt", "old")
        self.check_error(self.read_card("-o", out, "--quad-json", self.path("missing.json"), self.scan), 1)
        with open(out, encoding="utf-8") as file:
            self.assertEqual("old", file.read())


class AutomaticTest(ReadTest):
    SAMPLE = os.path.join(SOURCE_DIR, "data/samples/04_kestria_drvlic/images/HS/HS04_01.jpg")

    def read_json(self, *arguments):
        result = run("read", "--format", "json", *arguments)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        return json.loads(result.stdout)

    def test_a_known_kind_is_read_without_any_option(self):
        found = self.read_json(self.SAMPLE)
        self.assertEqual(("kestria_drvlic", "located"), (found["document"]["template"], found["document"]["quad_source"]))
        self.assertTrue(found["fields"])
        self.assertEqual([], found["lines"])

    def test_what_is_no_known_kind_is_read_as_lines_and_says_so(self):
        folder = self.path("templates")
        shutil.copytree(os.path.join(SOURCE_DIR, "data/templates"), folder)
        for name in os.listdir(folder):
            if name.startswith("kestria"):
                os.remove(os.path.join(folder, name))
        result = self.read_json("--templates", folder, self.SAMPLE)
        self.assertIsNone(result["document"]["template"])
        fields = {field["name"]: field for field in result["fields"]}
        self.assertEqual(("1971-10-25", "number"), (fields["birth_date"]["value"], fields["birth_date"]["source"]))
        self.assertTrue(any(line["text"].startswith("25.10.1971") for line in result["lines"]), result["lines"])
        self.assertTrue(any("known kinds" in warning for warning in result["warnings"]), result["warnings"])
        for line in result["lines"]:
            self.assertEqual({"text", "raw", "confidence", "network_confidence", "decision", "quad", "field", "chars", "ms"}, set(line))
            self.assertEqual(4, len(line["quad"]))
            self.assertIn(line["field"], {None, *fields})

    def test_a_picture_without_text_is_no_error_and_says_so(self):
        blank = self.write("blank.png", png_bytes(300, 200, [bytes([200]) * 300] * 200))
        result = self.read_json(blank)
        self.assertEqual(([], [], "whole", 0), (result["fields"], result["lines"], result["document"]["quad_source"], result["document"]["confidence"]))
        self.assertTrue(any("no text" in warning for warning in result["warnings"]), result["warnings"])

    def test_crops_of_found_lines_show_what_was_read(self):
        crops = self.path("crops")
        lines = self.read_json("--template", "none", "--crops", crops, self.SAMPLE)["lines"]
        sure = {f"HS04_01_line{index + 1:02}": line["raw"] for index, line in enumerate(lines)
                if line["field"] is None and line["confidence"] > 0.9 and len(line["raw"]) >= 8}
        self.assertGreater(len(sure), 1)
        for name, text in sure.items():
            with self.subTest(name=name):
                again = self.read_json("--line", os.path.join(crops, name + ".png"))
                self.assertEqual(text.replace(" ", ""), again["fields"][0]["raw"].replace(" ", ""))
                with open(os.path.join(crops, name + "_line.png"), "rb") as file:
                    self.assertEqual(32, struct.unpack(">I", file.read(24)[20:])[0])

    def test_what_was_not_read_is_said_by_every_format(self):
        blank = self.write("blank.png", png_bytes(300, 200, [bytes([200]) * 300] * 200))
        for form in ("text", "tsv", "csv", "hocr", "alto"):
            result = run("read", "--format", form, blank)
            line = self.check_error(result, 0, "warning", blank, "no text was found")
            self.assertEqual(1, line.count(blank))
        self.assertEqual(b"", run("read", "-q", blank).stderr)
        result = run("read", self.write("blank.tif", tiff_bytes([[bytes([200]) * 300] * 200] * 2)))
        self.assertIn(b"blank.tif, page 2: no text was found", result.stderr)

    def test_a_second_document_is_told(self):
        """Front and back of a card on one page: one is read, and the other is named."""
        samples = os.path.join(SOURCE_DIR, "data/samples")
        rows = []
        for name in ("01_norravia_id", "02_norravia_id_back"):
            width, _, size, card = read_png(os.path.join(samples, name, "images", name + ".png"))
            side, gap = bytes([252]) * (300 * size), [bytes([252]) * ((width + 600) * size)] * 200
            rows += gap + [side + row + side for row in card] + gap
        scan = self.write("both.png", png_bytes(width + 600, len(rows), rows, 2 if size == 3 else 0))
        result = self.read_json(scan)
        kinds = ["norravia_id", "norravia_id_back"]
        self.assertIn(result["document"]["template"], kinds)
        kinds.remove(result["document"]["template"])
        self.assertTrue(any(kinds[0] in warning and "another document" in warning for warning in result["warnings"]), result["warnings"])
        self.check_error(run("read", scan), 0, "warning", "another document", kinds[0])
        alone = self.read_json(os.path.join(samples, "01_norravia_id/images/01_norravia_id.png"))
        self.assertFalse(any("another document" in warning for warning in alone["warnings"]), alone["warnings"])

    def test_doubtful_fields_are_marked(self):
        fields = self.read_json(self.SAMPLE)["fields"]
        lines = run("read", self.SAMPLE).stdout.decode().splitlines()
        marks = {"accept": "", "review": "(review)", "reject": "(reject)"}
        for field, line in zip(fields, lines, strict=True):
            self.assertEqual([field["name"], *field["text"].split(), *marks[field["decision"]].split()], line.split())
        uncalibrated = run("read", "--calibration", "none", self.SAMPLE).stdout.decode().splitlines()
        self.assertTrue(all(line.endswith(("(review)", "(reject)")) for line in uncalibrated), uncalibrated)

    def test_a_named_field_must_be_there(self):
        result = run("read", "--field", "surname", self.write("scan2.png", picture(seed=3)))
        self.check_error(result, 1, "scan2.png")

    def test_a_zone_of_an_unknown_kind_is_read(self):
        passport = os.path.join(SOURCE_DIR, "data/samples/03_valmere_passport/images/TS/TS03_01.jpg")
        folder = self.path("templates")
        os.mkdir(folder)
        for name in ("utopia_registration.json", "utopia_registration.jpg"):
            shutil.copy(os.path.join(SOURCE_DIR, "data/templates", name), folder)
        result = self.read_json("--templates", folder, passport)
        self.assertIsNone(result["document"]["template"])
        self.assertEqual(("TD3", True), (result["mrz"]["format"], result["mrz"]["valid"]))
        self.assertTrue(result["lines"])


class CompareTest(ProgramTest):
    """--compare pairs what the precisions read by name and place, whatever each of them finds."""

    SAMPLES = [os.path.join(SOURCE_DIR, "data/samples", name) for name in (
        "01_norravia_id/images/KS/KS01_01.jpg", "01_norravia_id/images/TA/TA01_01.jpg", "04_kestria_drvlic/images/HS/HS04_01.jpg")]

    def compare(self, *arguments, code=0):
        result = run("read", "--compare", "--format", "jsonl", *arguments, timeout=600)  # ASan takes its time
        self.assertEqual(code, result.returncode, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()], result

    def test_lines_are_paired_by_their_place(self):
        samples = self.SAMPLES[2:] if INSTRUMENTED else self.SAMPLES
        pages, _ = self.compare("--template", "none", "-j", "2", *samples)
        self.assertEqual(samples, [page["input"]["path"] for page in pages])
        for page in pages:
            alone = {}
            for precision in ("f32", "int8", "int4"):
                result = run("read", "--template", "none", "--format", "json", "--precision", precision, page["input"]["path"],
                             timeout=600)
                whole = json.loads(result.stdout)
                alone[precision] = [text["text"] for text in whole["fields"] + whole["lines"]]
            for precision, texts in alone.items():
                read = [entry[precision]["text"] for entry in page["compare"] if entry[precision] is not None]
                self.assertEqual(sorted(texts), sorted(read), "nothing is lost and nothing made up")
            for entry in page["compare"]:
                texts = [entry[precision] and entry[precision]["text"] for precision in alone]
                self.assertEqual(len(set(texts)) > 1, entry["differs"], entry)

    def test_fields_keep_their_names_and_order(self):
        pages, _ = self.compare("--template", "kestria_drvlic", self.SAMPLES[2])
        result = run("read", "--template", "kestria_drvlic", "--format", "json", self.SAMPLES[2])
        self.assertEqual([field["name"] for field in json.loads(result.stdout)["fields"]], [entry["name"] for entry in pages[0]["compare"]])

    def test_the_gate_counts(self):
        _, result = self.compare("--template", "none", "--min-confidence", "1", self.SAMPLES[0], code=4)
        self.assertIn(b"is below 1", result.stderr)

    def test_a_picture_that_cannot_be_written_is_a_failure(self):
        scan = self.write("scan.png", picture())
        pages, result = self.compare("--template", "none", "--annotate", scan, scan, code=1)
        self.assertIn(b"not written over", result.stderr)
        self.assertEqual(1, len(pages), "what was read is written all the same")


class UsageTest(ReadTest):
    def test_calls_that_cannot_be_meant(self):
        card, scan = self.card, self.scan
        for arguments, mention in (
                (["--template", "none", "--field", "surname", scan], "--field"),
                (["--template", card, "--templates", ".", scan], "--templates"),
                (["--line", "--template", card, scan], "--line"),
                (["--template", card, "--compare", scan], "--compare"),
                (["--template", card, "--format", "xml", scan], "xml"),
                (["--template", card, "--field", "nothing", scan], "number, surname, birth_date"),
                (["--template", card, "--alternatives", "-1", scan], "--alternatives"),
                (["--template", card, "--min-confidence", "2", scan], "--min-confidence"),
                (["--template", card, "--min-confidence", "nan", scan], "--min-confidence"),
                (["--template", card, "--margin", "nan", scan], "--margin"),
                (["--template", card, "--quad", "", scan], "--quad"),
                (["--template", card, "--quad-json", "", scan], "--quad-json"),
                (["--template", card, "-o", "", scan], "--output"),
                (["--template", card, "--annotate", self.path("seen.tif"), scan], "seen.tif"),
                (["--template", card, "-j", "0", scan], "jobs"),
                (["--template", card, "--precision", "f16", scan], "f16"),
                (["--template", card, "--annotate", self.path("one.png"), scan, scan], "one.png"),
                (["--template", card], "INPUT")):
            with self.subTest(arguments=arguments):
                result = self.read(*arguments)
                self.check_error(result, 2, mention)
                self.assertEqual(b"", result.stdout)

    def test_devices_and_precisions_that_are_not_here(self):
        for arguments, mention in ((["--isa", "avx9000"], "avx9000"), (["--device", "cuda"], "cuda"), (["--precision", "int4"], "int4")):
            with self.subTest(arguments=arguments):
                self.check_error(self.read_card(*arguments, self.scan), 3, mention)
        self.check_error(self.read_card(self.scan, env={"NIBBLE_ISA": "avx9000"}), 3, "avx9000")
        for arguments in (["--isa", "portable"], ["--device", "cpu"], ["--device", "auto"], ["--precision", "f32"]):
            self.assertEqual(0, self.read_card(*arguments, self.scan).returncode)


if __name__ == "__main__":
    unittest.main()
