"""The formats of nibble read: CSV, hOCR, ALTO, and JSON against its schema. All of them say the same."""

import copy
import csv
import io
import json
import math
import os
import re
import unittest
import xml.etree.ElementTree as ElementTree

from json_schema import schema_problems
from support import SOURCE_DIR, ProgramTest, line_picture, picture, run, template, tiff_bytes

XHTML = "{http://www.w3.org/1999/xhtml}"
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
PASSPORT = os.path.join(SOURCE_DIR, "data", "samples", "03_valmere_passport", "images", "TS", "TS03_01.jpg")
SCHEMA = os.path.join(SOURCE_DIR, "data", "schema", "result.schema.json")


def properties(element):
    """The title of an hOCR element as {name: value}; quoted strings may hold anything."""
    found = re.findall(r'(\w+) ((?:"(?:\\.|[^"\\])*"|[^";])*)(?:; |$)', element.get("title"), re.DOTALL)
    return {name: re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL) if value.startswith('"') else value for name, value in found}


def numbers(text):
    return [int(number) for number in text.split()]


def of_class(element, name):
    return [part for part in element.iter() if part.get("class") == name]


def alto_box(element):
    left, top, width, height = (int(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    return [left, top, left + width, top + height]


def alto_text(line):
    return "".join(" " if part.tag == ALTO + "SP" else part.get("CONTENT") for part in line if part.tag in (ALTO + "SP", ALTO + "String"))


def covers(outer, inner):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


class FormatsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.card = self.write("card.json", template())
        self.scan = self.write("scan.png", picture())

    def output(self, form, *arguments, code=0):
        """Standard output of a reading with the random model, which sees all kinds of characters."""
        result = run("read", "--model", self.model, "--template", self.card, "--format", form, *arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        return result.stdout.decode()

    def hocr_pages(self, *arguments, code=0):
        return of_class(ElementTree.fromstring(self.output("hocr", *arguments, code=code)), "ocr_page")

    def alto(self, *arguments, code=0):
        return ElementTree.fromstring(self.output("alto", *arguments, code=code))

    def check_box(self, quad, box, size):
        """The box is the quad's, to whole pixels outwards, within the page. (JSON has the quad's corners to hundredths.)"""
        for axis in (0, 1):
            low, high = (min(max(edge(point[axis] for point in quad), 0), size[axis]) for edge in (min, max))
            self.assertTrue(low - 1.01 <= box[axis] <= low + 0.01, (quad, box))
            self.assertTrue(high - 0.01 <= box[axis + 2] <= high + 1.01, (quad, box))


class TableTest(FormatsTest):
    def test_csv_says_what_tsv_says(self):
        text = self.output("csv", self.scan)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        tsv = [line.split("\t") for line in self.output("tsv", self.scan).splitlines()]
        self.assertEqual(tsv, rows)
        self.assertEqual(text.count("\n"), text.count("\r\n"))
        self.assertTrue(text.endswith("\r\n"))

    def test_cells_are_quoted_where_they_must_be(self):
        path = self.write('a,"b"\r\nc ü\t;.png', picture())
        text = self.output("csv", path)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual([path] * 3, [row["file"] for row in rows])
        self.assertIn('a,""b""\r\nc', text)
        for name in ("a,b", 'a"b', "a\rb", "a\nb"):
            quoted = '"' + self.write(name, picture()).replace('"', '""') + '",'
            self.assertTrue(self.output("csv", self.path(name)).split("page\r\n")[1].startswith(quoted), name)
        self.assertEqual([field["text"] for field in json.loads(self.output("json", path))["fields"]], [row["text"] for row in rows])

    def test_failed_inputs_have_no_rows(self):
        rows = list(csv.DictReader(io.StringIO(self.output("csv", self.path("none.png"), self.scan, code=1), newline="")))
        self.assertEqual([self.scan] * 3, [row["file"] for row in rows])


class SameTextTest(FormatsTest):
    def check_same(self, *arguments):
        """Texts, names, boxes and confidences of all formats for one picture; returns the JSON object."""
        outputs = {}
        for form in ("text", "json", "tsv", "csv", "hocr", "alto"):
            result = run("read", *arguments, "--format", form)
            self.assertEqual((0, b""), (result.returncode, result.stderr))
            outputs[form] = result.stdout.decode()
        whole = json.loads(outputs["json"])
        lines = [line | {"name": f"line{i + 1:02}"} for i, line in enumerate(whole["lines"]) if line["field"] is None]
        fields = whole["fields"] + lines
        size = (whole["input"]["width"], whole["input"]["height"])
        texts = [field["text"] for field in fields]
        csv_rows = list(csv.DictReader(io.StringIO(outputs["csv"], newline=""), strict=True))
        self.assertEqual(texts, [row["text"] for row in csv_rows])
        self.assertEqual(texts, [line.split("\t")[3] for line in outputs["tsv"].splitlines()[1:]])
        marks = [[] if field["decision"] == "accept" else [f"({field['decision']})"] for field in fields]
        self.assertEqual([f"{field['name']} {field['text']}".split() + mark for field, mark in zip(fields, marks)],
                         [line.split() for line in outputs["text"].splitlines()])

        lines = of_class(ElementTree.fromstring(outputs["hocr"]), "ocr_line")
        self.assertEqual(texts, ["".join(line.itertext()) for line in lines])
        self.assertEqual([field["name"] for field in fields], [properties(line)["x_field"] for line in lines])
        root = ElementTree.fromstring(outputs["alto"])
        labels = {tag.get("ID"): tag.get("LABEL") for tag in root.iter(ALTO + "OtherTag")}
        blocks = list(root.iter(ALTO + "TextBlock"))
        self.assertEqual([field["name"] for field in fields], [labels[block.get("TAGREFS").split()[0]] for block in blocks])
        self.assertEqual([" ".join(text.split()) for text in texts], [alto_text(block[0]) for block in blocks])
        for field, line, block in zip(fields, lines, blocks):
            self.check_box(field["quad"], numbers(properties(line)["bbox"]), size)
            self.assertEqual(numbers(properties(line)["bbox"]), alto_box(block))
            self.assertEqual(alto_box(block), alto_box(block[0]))
            self.check_words(field, of_class(line, "ocrx_word"), block[0].findall(ALTO + "String"), size)
        return whole

    def check_words(self, field, words, strings, size):
        if not field["text"]:
            self.assertEqual((0, [""]), (len(words), [string.get("CONTENT") for string in strings]))
            return
        self.assertEqual(field["text"].split(), ["".join(word.itertext()) for word in words])
        self.assertEqual(field["text"].split(), [string.get("CONTENT") for string in strings])
        product = 1
        for word, string in zip(words, strings):
            title = properties(word)
            box = numbers(title["bbox"])
            self.assertEqual(box, alto_box(string))
            self.assertTrue(covers([0, 0, *size], box), box)
            product *= float(string.get("WC"))
            self.assertAlmostEqual(int(title["x_wconf"]), 100 * float(string.get("WC")), delta=0.51)
            self.check_chars(word, string, box)
        spaces = [char["confidence"] for char in field["chars"] if char["c"] == " "]
        if field["text"] == field["raw"]:
            self.assertAlmostEqual(field["network_confidence"], product * math.prod(spaces), delta=0.001)
        if field["text"] == field["raw"] == "".join(char["c"] for char in field["chars"]):
            chars = [char for char in field["chars"] if char["c"] != " "]
            glyphs = [glyph for string in strings for glyph in string.findall(ALTO + "Glyph")]
            for char, glyph in zip(chars, glyphs):
                left, top, right, bottom = char["box"]
                self.check_box([[left, top], [right, bottom]], alto_box(glyph), size)
                self.assertAlmostEqual(char["confidence"], float(glyph.get("GC")), delta=1e-4)
                self.assertEqual([other for other, _ in char["alternatives"]],
                                 [variant.get("CONTENT") for variant in glyph.findall(ALTO + "Variant")])

    def check_chars(self, word, string, box):
        infos = of_class(word, "ocrx_cinfo")
        glyphs = string.findall(ALTO + "Glyph")
        self.assertEqual([info.text for info in infos], [glyph.get("CONTENT") for glyph in glyphs])
        for glyph, doubt in zip(glyphs, numbers(string.get("CC")), strict=True):
            self.assertAlmostEqual(9 * (1 - float(glyph.get("GC"))), doubt, delta=0.501)
        self.assertEqual([1] * len(string.get("CONTENT")), [len(glyph.get("CONTENT")) for glyph in glyphs])
        for info, glyph in zip(infos, glyphs):
            self.assertEqual(numbers(properties(info)["x_bboxes"]), alto_box(glyph))
            self.assertTrue(covers(box, alto_box(glyph)))
            self.assertAlmostEqual(float(properties(info)["x_conf"]), 100 * float(glyph.get("GC")), delta=0.02)

    def test_a_photograph(self):
        whole = self.check_same("--template", "auto", PASSPORT)
        self.assertTrue(any(" " in field["text"] for field in whole["fields"]), "words are split somewhere")
        self.assertTrue(any("<" in field["text"] for field in whole["fields"]), "something has to be escaped")

    def test_lines_without_a_template(self):
        whole = self.check_same("--template", "none", PASSPORT)
        self.assertTrue(any(line["field"] is None for line in whole["lines"]))
        self.assertTrue(any(line["field"] is not None for line in whole["lines"]))
        for field in whole["fields"]:
            self.assertIn(field["source"], ("caption", "number", "zone", "form"))
            self.assertEqual(field["source"] in ("zone", "form"), field["caption"] is None, field)

    def test_random_texts(self):
        texts = "".join(field["text"] for field in self.check_same("--model", self.model, "--template", self.card, self.scan)["fields"])
        self.assertTrue(texts)

    def test_boxes_end_at_the_page(self):
        quad = "-60,-40,300,-30,360,260,-50,240"
        whole = self.check_same("--model", self.model, "--template", self.card, "--quad", quad, self.scan)
        corners = [corner for field in whole["fields"] for point in field["quad"] for corner in point]
        self.assertLess(min(corners), 0, "a field is partly outside of the picture")


class DocumentTest(FormatsTest):
    NAME = "a & b <c> \"d\" 'e' \\ ]]> \u00fc\u0130\U0001f600.png"

    def test_names_of_files_are_escaped(self):
        path = self.write(self.NAME, picture())
        page, = self.hocr_pages(path)
        self.assertEqual(path, properties(page)["image"])
        root = self.alto(path)
        self.assertEqual(path, root.find(f".//{ALTO}fileName").text)
        self.assertEqual(path, root.find(f".//{ALTO}fileIdentifier").text)

    def test_characters_that_xml_forbids_are_replaced(self):
        path = self.path("a\x01\x1b\tb\n\ufffe.png")
        os.rename(self.write("plain.png", picture()), path)
        shown = path.replace("\x01", "\ufffd").replace("\x1b", "\ufffd").replace("\ufffe", "\ufffd")
        page, = self.hocr_pages(path)
        self.assertEqual(shown, properties(page)["image"])
        self.assertEqual(shown, self.alto(path).find(f".//{ALTO}fileName").text)

    def test_a_name_that_is_no_utf8(self):
        path = os.fsencode(self.path("")) + b"\xff\xfe.png"
        os.rename(self.write("plain.png", picture()), path)
        page, = self.hocr_pages(path)
        self.assertTrue(properties(page)["image"].endswith("\ufffd\ufffd.png"))
        self.assertTrue(self.alto(path).find(f".//{ALTO}fileName").text.endswith("\ufffd\ufffd.png"))

    def test_names_of_fields_and_templates_are_escaped(self):
        self.card = self.write("odd.json", template(fields={"n & 'm'": (20, 20, 200, 50)}, name="t & 's'"))
        page, = self.hocr_pages(self.scan)
        self.assertEqual("t & 's'", properties(page)["x_template"])
        self.assertEqual(["n & 'm'"], [properties(line)["x_field"] for line in of_class(page, "ocr_line")])
        self.assertEqual(["n & 'm'", "t & 's'"], [tag.get("LABEL") for tag in self.alto(self.scan).iter(ALTO + "OtherTag")])

    def test_several_inputs_are_pages_of_one_document(self):
        other = self.write("other.png", picture(400, 250, seed=2))
        inputs = [self.scan, self.path("missing.png"), other]
        pages = [properties(page) for page in self.hocr_pages(*inputs, code=1)]
        self.assertEqual([self.scan, other], [page["image"] for page in pages])
        self.assertEqual([[0, 0, 320, 200], [0, 0, 400, 250]], [numbers(page["bbox"]) for page in pages])
        self.assertEqual(["0", "1"], [page["ppageno"] for page in pages])
        root = self.alto(*inputs, code=1)
        self.assertEqual([("320", "200", "1"), ("400", "250", "2")],
                         [tuple(page.get(name) for name in ("WIDTH", "HEIGHT", "PHYSICAL_IMG_NR")) for page in root.iter(ALTO + "Page")])
        self.assertIsNone(root.find(f".//{ALTO}fileName"), "there is more than one file")
        files = {file.get("fileIdentifierLocation"): file.text for file in root.iter(ALTO + "fileIdentifier")}
        self.assertEqual([self.scan, other], [files[page.get("ID")] for page in root.iter(ALTO + "Page")])

    def test_identifiers_are_unique_and_references_lead_somewhere(self):
        other = self.write("other.png", picture(seed=2))
        for form, name in (("hocr", "id"), ("alto", "ID")):
            root = ElementTree.fromstring(self.output(form, self.scan, other, self.scan))
            found = [element.get(name) for element in root.iter() if element.get(name)]
            self.assertGreater(len(found), 9)
            self.assertEqual(sorted(set(found)), sorted(found))
            for element in root.iter():
                self.assertLessEqual(set(element.get("TAGREFS", "").split()), set(found))

    def test_a_tiff_of_several_pages(self):
        rows = [bytes([200]) * 320] * 200
        scans = self.write("scans.tif", tiff_bytes([rows, rows[:198]]))
        pages = [properties(page) for page in self.hocr_pages(scans)]
        self.assertEqual([("1", "0 0 320 200"), ("2", "0 0 320 198")], [(page["x_page"], page["bbox"]) for page in pages])
        root = self.alto(scans)
        self.assertEqual(["200", "198"], [page.get("HEIGHT") for page in root.iter(ALTO + "Page")])
        self.assertEqual(scans, root.find(f".//{ALTO}fileName").text)

    def test_nothing_but_failures_is_a_document_without_pages(self):
        self.assertEqual([], self.hocr_pages(self.path("missing.png"), code=1))
        self.assertEqual([], list(self.alto(self.path("missing.png"), code=1).iter(ALTO + "Page")))

    def test_heads_say_what_made_them(self):
        root = ElementTree.fromstring(self.output("hocr", self.scan))
        meta = {element.get("name"): element.get("content") for element in root.iter(XHTML + "meta")}
        self.assertRegex(meta["ocr-system"], "^nibble [0-9.]+ ")
        used = {element.get("class") for element in root.iter() if element.get("class")}
        self.assertEqual(set(meta["ocr-capabilities"].split()), used)
        root = self.alto(self.scan)
        self.assertEqual("pixel", root.find(f".//{ALTO}MeasurementUnit").text)
        self.assertEqual("nibble", root.find(f".//{ALTO}softwareName").text)
        self.assertEqual(["Description", "Tags", "Layout"], [part.tag.removeprefix(ALTO) for part in root])


class JsonShapeTest(FormatsTest):
    """One object where the input is one file with one page, whatever comes of it; an array in all other cases."""

    COMMANDS = (("read",), ("read", "--compare"), ("mrz",), ("locate",))

    def shape(self, command, *inputs):
        options = ["--template", self.card] if command[0] == "read" else []
        result = run(*command, *options, "--format", "json", *inputs)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return json.loads(result.stdout)

    def test_one_file_is_one_object(self):
        for command in self.COMMANDS:
            with self.subTest(command=command):
                self.assertIsInstance(self.shape(command, self.scan), dict)
        missing = self.shape(("read",), self.path("missing.png"))
        self.assertEqual("error", missing["status"])
        with open(self.scan, "rb") as file:
            result = run("read", "--template", self.card, "--format", "json", "-", stdin=file.read())
        self.assertIsInstance(json.loads(result.stdout), dict)

    def test_all_else_is_an_array(self):
        self.write("in/scan.png", picture())
        os.mkdir(self.path("empty"))
        listed = self.write("list.txt", self.scan + "\n")
        pages = self.write("two.tif", tiff_bytes([[bytes([200]) * 320] * 200] * 2))
        cases = {self.path("in"): 1, self.path("in", "*.png"): 1, "@" + listed: 1, pages: 2, self.path("empty"): 1, "@" + self.path("none"): 1,
                 self.path("*.gif"): 1}
        for command in self.COMMANDS:
            for given, count in cases.items():
                with self.subTest(command=command, given=given):
                    found = self.shape(command, given)
                    self.assertIsInstance(found, list)
                    if "--compare" not in command:  # which leaves out what failed
                        self.assertEqual(count, len(found))
            self.assertIsInstance(self.shape(command, self.scan, self.scan), list)


class SchemaTest(FormatsTest):
    def setUp(self):
        super().setUp()
        with open(SCHEMA, encoding="utf-8") as file:
            self.schema = json.load(file)

    def problems(self, value):
        return schema_problems(value, self.schema, self.schema)

    def check_json(self, *arguments, code=0):
        result = run(*arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        value = json.loads(result.stdout)
        self.assertEqual([], self.problems(value))
        return value

    def test_results_of_read(self):
        whole = self.check_json("read", "--template", "auto", "--format", "json", PASSPORT)
        self.assertIsNotNone(whole["mrz"])
        self.assertTrue(any(field["checks"] for field in whole["fields"]))
        self.assertIsNone(self.check_json("read", "--template", "none", "--format", "json", PASSPORT)["document"]["template"])
        line = self.write("line.png", line_picture())
        self.assertIsNone(self.check_json("read", "--line", "--format", "json", line)["document"])
        odd = self.check_json("read", "--model", self.model, "--template", self.card, "--no-rules", "--format", "json", self.scan)
        self.assertIsNone(odd["mrz"])

    def test_results_of_mrz(self):
        self.assertEqual("TD3", self.check_json("mrz", "--format", "json", PASSPORT)["mrz"]["format"])
        self.check_json("mrz", "--format", "json", PASSPORT, self.scan, code=1)

    def test_failures(self):
        missing = self.path("missing.png")
        self.assertEqual("error", self.check_json("read", "--line", "--format", "json", missing, code=1)["status"])
        tiff = tiff_bytes([[bytes([200]) * 320] * 200, [bytes([200]) * 100] * 200])
        pages = self.check_json("read", "--template", self.card, "--format", "json", self.write("two.tif", tiff), missing, code=1)
        self.assertEqual(["ok", "error", "error"], [page["status"] for page in pages])
        self.assertEqual(2, pages[1]["input"]["page"])

    def test_the_schema_refuses_what_is_wrong(self):
        whole = self.check_json("read", "--template", "auto", "--format", "json", PASSPORT)

        def spoilt(change):
            value = copy.deepcopy(whole)
            change(value)
            return value

        for number, change in enumerate((
                lambda v: v.pop("tool"), lambda v: v.update(more=1), lambda v: v.update(status="error"), lambda v: v.update(mrz=0),
                lambda v: v.update(schema_version=1.0), lambda v: v["input"].update(page=0), lambda v: v["input"].update(width=1.5),
                lambda v: v["fields"][0].update(decision="maybe"), lambda v: v["fields"][0].update(confidence=1.01),
                lambda v: v["fields"][0].update(confidence=True), lambda v: v["fields"][0].pop("raw"),
                lambda v: v["fields"][0]["quad"].pop(), lambda v: v["fields"][0]["quad"][3].append(1),
                lambda v: v["fields"][0]["chars"][0].update(box=[0, 0, 1]), lambda v: v["fields"][0]["chars"][0].update(c=""),
                lambda v: v["fields"][0]["chars"][0].update(alternatives=[["x", "0.1"]]), lambda v: v["document"].update(template=1),
                lambda v: v["tool"].update(digest="sha256:"), lambda v: v["tool"].update(precision="int2"),
                lambda v: v["mrz"].update(format="TD4"), lambda v: v["mrz"]["fields"].update(surname=None),
                lambda v: v["mrz"]["checks"][0].pop("ok"), lambda v: v["timing_ms"].update(read=-1), lambda v: v["warnings"].append(0))):
            with self.subTest(change=number):
                self.assertNotEqual([], self.problems(spoilt(change)))
        self.assertNotEqual([], self.problems([whole]), "an array is of several")


if __name__ == "__main__":
    unittest.main()
