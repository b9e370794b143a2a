"""What strangers wrote (names of files, templates and fields, characters of models) in every text output: nothing of it commands a
terminal, turns the direction of text, breaks a table or becomes a formula of a spreadsheet."""

import csv
import io
import json
import os
import unicodedata
import unittest
import xml.etree.ElementTree as ElementTree

from support import ALPHABET, ProgramTest, graph, model_bytes, model_metadata, picture, run, template

# ESC, DEL, C1 controls (CSI, OSC, NEL), marks and overrides of direction, line separators, a byte-order mark, tags.
NASTY = "\x1b\x7f\u0080\u0085\u009b\u009d\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\U000e0041"
# What a model's alphabet and a template's names may hold of these.
DIRECTIONS = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
IN_TEMPLATES = "\u0085\u009b\u009d" + DIRECTIONS
IN_FILES = NASTY.replace("\u0085", "") + "\x07"


def unprintable(text, but=""):
    """Characters of a text that no output may hold, besides those in `but`."""
    return sorted({c for c in text if c not in but and (unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") or c == "\ufeff")})


class EscapesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        alphabet = list(DIRECTIONS) + ALPHABET[:10]
        metadata = model_metadata(graph(len(alphabet) + 1), alphabet)
        metadata["training"] = json.dumps({"note " + NASTY: "text " + NASTY}, ensure_ascii=False)
        self.model = self.write("model" + IN_FILES + ".safetensors", model_bytes(metadata=metadata))
        fields = {f"f{IN_TEMPLATES}{i}": (20, 20 + 60 * i, 200, 50 + 60 * i) for i in range(3)}
        self.card = self.write("card.json", json.dumps(template(fields=fields, name="t" + IN_TEMPLATES), ensure_ascii=False))
        self.scan = self.write("scan" + IN_FILES + ".png", picture())

    def output(self, *arguments, but="\n", code=0):
        result = run(*arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        for stream in (result.stdout, result.stderr):
            self.assertEqual([], unprintable(stream.decode(), but), arguments)
        return result.stdout.decode()

    def read(self, form, *arguments, but="\n"):
        return self.output("read", "--model", self.model, "--template", self.card, "--format", form, *arguments, self.scan, but=but)

    def test_the_model_reads_such_characters(self):
        """Or the tests below would show nothing."""
        texts = [field["raw"] for field in json.loads(self.read("json"))["fields"]]
        self.assertTrue(unprintable("".join(texts)), texts)

    def test_texts_for_people(self):
        self.assertIn("\\x", self.read("text"))
        self.read("text", "-v")
        self.read("text", self.scan)
        self.output("read", "--model", self.model, "--line", self.scan)
        self.output("read", "--model", self.model, "--template", self.card, "--min-confidence", "1", self.scan, code=4)
        self.output("read", "--model", self.model, "--template", "none", self.scan)

    def test_tables(self):
        self.read("tsv", but="\t\n")
        rows = list(csv.DictReader(io.StringIO(self.read("csv", but="\r\n"), newline=""), strict=True))
        self.assertEqual(3, len(rows))
        self.assertTrue(all("\ufffd" in row["file"] and "\ufffd" in row["field"] for row in rows), rows)

    def test_pages(self):
        for form in ("hocr", "alto"):
            ElementTree.fromstring(self.read(form))

    def test_json_says_it_all_and_shows_none(self):
        for form in ("json", "jsonl"):
            result = json.loads(self.read(form))
            self.assertEqual(self.scan, result["input"]["path"])
            self.assertEqual("t" + IN_TEMPLATES, result["document"]["template"])
            self.assertEqual([f"f{IN_TEMPLATES}{i}" for i in range(3)], [field["name"] for field in result["fields"]])

    def test_other_commands(self):
        missing = self.path("none" + IN_FILES)
        for arguments, code in ((["mrz", self.scan], 1), (["mrz", "--format", "json", self.scan], 1), (["locate", self.scan], 1),
                                (["locate", "--format", "json", self.scan], 1), (["model", "info", self.model], 0),
                                (["model", "info", "--format", "json", self.model], 0), (["model", "verify", self.model], 0),
                                (["template", "check", self.card], 0), (["template", "check", missing], 3), (["read", missing], 1),
                                (["doctor", "--model", self.model], 0), (["eval", missing], 1), (["mrz", missing], 1),
                                (["read", "--template", missing, self.scan], 3), (["quantize", missing, "-o", self.path("x")], 3),
                                (["frob" + IN_FILES], 2), (["read", "--fr" + IN_FILES, self.scan], 2)):
            with self.subTest(arguments=arguments):
                self.output(*arguments, code=code)

    def test_templates_by_name(self):
        data = self.path("data")
        name = "t\u202e\u009b"
        self.write(os.path.join("data", "templates", name + ".json"), template(name=name))
        result = run("template", "list", env={"NIBBLE_DATA": data})
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual([], unprintable(result.stdout.decode(), "\n"))


class SpreadsheetTest(ProgramTest):
    """A random model that knows nothing but characters that begin a formula."""

    def setUp(self):
        super().setUp()
        alphabet = list("=+-@")
        self.model = self.write("model.safetensors", model_bytes(metadata=model_metadata(graph(5), alphabet)))
        self.card = self.write("card.json", template(fields={"=1+1": (20, 20, 200, 50), "plain": (20, 80, 200, 110)}))
        self.write("-scan.png", picture())

    def rows(self, *arguments):
        result = run("read", "--model", "model.safetensors", "--template", "card.json", "--format", "csv", *arguments, "--", "-scan.png",
                     cwd=self.folder)
        self.assertEqual(0, result.returncode, result.stderr)
        return list(csv.DictReader(io.StringIO(result.stdout.decode(), newline=""), strict=True))

    def test_texts_are_as_read_unless_asked_for(self):
        plain, safe = self.rows(), self.rows("--csv-safe")
        self.assertTrue(all(row["text"][0] in "=+-@" for row in plain), plain)
        texts = ("file", "field", "text", "raw")
        for before, after in zip(plain, safe, strict=True):
            for name in texts:
                self.assertEqual("'" + before[name] if before[name][:1] in tuple("=+-@") else before[name], after[name])
            for name in before.keys() - set(texts):
                self.assertEqual(before[name], after[name], "numbers stay numbers, negative ones too")
        self.assertEqual(["'=1+1", "plain"], [row["field"] for row in safe])
        self.assertEqual({"'-scan.png"}, {row["file"] for row in safe})

    def test_it_goes_with_csv(self):
        self.check_error(run("read", "--csv-safe", self.path("-scan.png")), 2, "--csv-safe", "--format csv")


if __name__ == "__main__":
    unittest.main()
