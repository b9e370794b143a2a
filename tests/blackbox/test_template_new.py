"""nibble template new: from a photograph to a template that reads, its page in a browser, and what is refused."""

import json
import os
import shutil
import stat
import struct
import unittest

import browser
from support import SOURCE_DIR, ProgramTest, png_bytes, run

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
CARD = os.path.join(SAMPLES, "01_norravia_id", "images")
PRINT = os.path.join(CARD, "01_norravia_id.png")
PHOTO = os.path.join(CARD, "TA", "TA01_01.jpg")
ANOTHER = os.path.join(CARD, "KS", "KS01_01.jpg")
PASSPORT = os.path.join(SAMPLES, "03_valmere_passport", "images", "03_valmere_passport.png")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def upside_down(path):
    """The JPEG file with an EXIF orientation of 3: the camera was held upside down, so the pixels are shown turned."""
    with open(path, "rb") as file:
        data = file.read()
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 3, 0, 0)
    segment = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def texts(result):
    return {field["name"]: field["text"] for field in json.loads(result.stdout)["fields"]}


class TemplateNewTest(ProgramTest):
    def make(self, photo, *options, name="card"):
        out = self.path("kinds", name + ".json")
        os.makedirs(self.path("kinds"), exist_ok=True)
        result = run("template", "new", photo, "-o", out, *options)
        self.assertEqual(0, result.returncode, result.stderr)
        return out

    def test_what_is_made_reads_other_photographs(self):
        out = self.make(PRINT)
        self.assertEqual((0, b""), (run("template", "check", out).returncode, run("template", "check", out).stderr))
        made = load(out)
        self.assertEqual("card", made["name"])
        self.assertLessEqual({"surname", "given_names", "birth_date", "expiry_date"}, {field["name"] for field in made["fields"]})
        by_hand = texts(run("read", PHOTO, "--template", "norravia_id", "--format", "json"))
        result = run("read", PHOTO, "--template", "auto", "--templates", self.path("kinds"), "--format", "json")
        self.assertEqual("card", json.loads(result.stdout)["document"]["template"])
        read = texts(result)
        for name in ("surname", "given_names", "birth_date", "expiry_date"):
            self.assertEqual(by_hand[name], read[name], name)

    def test_a_photograph_is_made_upright(self):
        made = load(self.make(PHOTO))
        self.assertAlmostEqual(85.60 / 53.98, made["width"] / made["height"], delta=0.01)
        # Photographed upside down it is the same document.
        self.write("turned.jpg", upside_down(PHOTO))
        turned = load(self.make(self.path("turned.jpg"), name="turned"))
        for key in ("width", "height"):
            self.assertEqual(made[key], turned[key])
        tops = [{field["name"]: field["quad"][0] for field in template["fields"]} for template in (made, turned)]
        common = tops[0].keys() & tops[1].keys()
        self.assertLessEqual({"birth_date", "surname"}, common)
        for name in common:
            self.assertAlmostEqual(tops[0][name][1], tops[1][name][1], delta=10, msg=name)

    def test_nothing_of_the_holder_is_in_the_picture(self):
        out = self.make(PRINT)
        before = texts(run("read", PRINT, "--template", "norravia_id", "--format", "json"))
        picture = os.path.splitext(out)[0] + ".jpg"
        seen = "\n".join(line["text"] for line in json.loads(run("read", picture, "--template", "none", "--format", "json").stdout)["lines"])
        for name in ("surname", "given_names", "birth_date", "document_number"):
            self.assertNotIn(before[name], seen, name)
        for path in (picture, os.path.splitext(out)[0] + ".html"):
            self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode), path)

    def test_a_second_photograph_refines_and_another_kind_is_left_out(self):
        self.make(PRINT, ANOTHER)
        out = self.path("kinds", "card.json")
        result = run("template", "new", PRINT, PASSPORT, "-o", out)
        self.assertEqual(0, result.returncode)
        self.assertEqual(1, result.stderr.count(b"03_valmere_passport.png: shows no document with the first one's print"))

    def test_a_corrected_template_is_taken(self):
        out = self.make(PRINT)
        corrected = load(out)
        corrected["fields"] = [field for field in corrected["fields"] if field["name"] == "birth_date"]
        corrected["fields"][0]["name"] = "born"
        corrected.pop("picture")
        self.write("corrected.json", corrected)
        os.remove(os.path.splitext(out)[0] + ".html")
        self.make(PRINT, "--corrected", self.path("corrected.json"))
        self.assertEqual(["born"], [field["name"] for field in load(out)["fields"]])
        self.assertFalse(os.path.exists(os.path.splitext(out)[0] + ".html"))
        corrected["width"] += 1
        self.write("corrected.json", corrected)
        self.check_error(run("template", "new", PRINT, "-o", out, "--corrected", self.path("corrected.json")), 3, "corrected.json", "photograph")

    def test_what_cannot_be_is_refused(self):
        out = self.path("card.json")
        self.write("plain.png", png_bytes(300, 200, [b"\x80" * 300] * 200))
        self.check_error(run("template", "new", self.path("plain.png"), "-o", out), 1, "plain.png", "no text")
        self.check_error(run("template", "new", self.path("none.png"), "-o", out), 1, "none.png")
        self.check_error(run("template", "new", PRINT, "-o", self.path("card.txt")), 2, "card.txt", ".json")
        self.check_error(run("template", "new", PRINT, "-o", out, "--name", "a/b"), 2, "a/b")
        self.check_error(run("template", "new", PRINT, "-o", out, "--languages", "xx"), 2, "xx")
        self.assertFalse(os.path.exists(out))


@unittest.skipIf(browser.CHROMIUM is None, "SKIPPED, no Chromium here (scripts/setup.sh reports installs it)")
class ProposalPageTest(ProgramTest):
    def setUp(self):
        super().setUp()
        shutil.copy(PRINT, self.path("photo.png"))
        result = run("template", "new", self.path("photo.png"), "-o", self.path("card.json"))
        self.assertEqual(0, result.returncode, result.stderr)
        self.window = browser.Browser()
        self.addCleanup(self.window.close)

    def set(self, row, label, value):
        self.window.evaluate(f"""{{
            const element = document.querySelectorAll("#lines tr")[{row}].querySelector("[aria-label^='{label}']");
            element.value = {json.dumps(value)};
            element.dispatchEvent(new Event("input", {{bubbles: true}}));
            element.dispatchEvent(new Event("change", {{bubbles: true}})); }}""")

    def test_lines_are_corrected_and_saved(self):
        for width, height, mobile in ((390, 844, True), (1280, 900, False)):
            self.window.open(self.path("card.html"), width, height, mobile)
            self.assertLessEqual(self.window.evaluate("document.documentElement.scrollWidth"), width)
        rows = self.window.evaluate("proposal.lines.map((line) => [line.role, line.name])")
        fields = [row for row, (role, _) in enumerate(rows) if role == "field"]
        self.set(fields[0], "name of", "renamed")
        self.set(fields[1], "what", "print")
        # The first field is chosen and drawn anew.
        self.window.evaluate(f"""{{
            document.querySelectorAll("#lines tr")[{fields[0]}].click();
            picture.setPointerCapture = () => {{}};
            const box = picture.getBoundingClientRect(), scale = box.width / proposal.width;
            const at = (type, x, y) => picture.dispatchEvent(new PointerEvent(type, {{
                clientX: box.left + x * scale, clientY: box.top + y * scale, pointerId: 1}}));
            at("pointerdown", 210, 110); at("pointerup", 110, 80); }}""")
        self.window.evaluate("""{ URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return "data:,"; };
            HTMLAnchorElement.prototype.click = function () { window.file = this.download; }; document.getElementById("save").click(); }""")
        self.assertEqual("", self.window.evaluate("problem.textContent"))
        while self.window.evaluate("typeof saved") == "undefined":
            pass
        self.assertEqual("card.corrected.json", self.window.evaluate("file"))
        saved = json.loads(self.window.evaluate("saved"))
        names = [field["name"] for field in saved["fields"]]
        self.assertEqual(["renamed"] + [rows[row][1] for row in fields[2:]], names)
        (left, top), _, (right, bottom), _ = saved["fields"][0]["quad"]
        for expected, value in zip((110, 80, 210, 110), (left, top, right, bottom)):
            self.assertAlmostEqual(expected, value, delta=1.5)
        self.write("corrected.json", saved)
        result = run("template", "new", self.path("photo.png"), "-o", self.path("card.json"), "--corrected", self.path("corrected.json"))
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual(names, [field["name"] for field in load(self.path("card.json"))["fields"]])
        self.assertEqual([], [url for url in self.window.requests() if not url.startswith(("data:", "file:"))])
        self.assertEqual([], self.window.complaints())

    def test_two_fields_of_one_name_are_not_saved(self):
        self.window.open(self.path("card.html"), 1280, 900, False)
        rows = self.window.evaluate("proposal.lines.map((line) => line.role)")
        fields = [row for row, role in enumerate(rows) if role == "field"][:2]
        for row in fields:
            self.set(row, "name of", "twice")
        self.window.evaluate("document.getElementById('save').click()")
        self.assertIn("twice", self.window.evaluate("problem.textContent"))


if __name__ == "__main__":
    unittest.main()
