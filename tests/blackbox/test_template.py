"""nibble template: import from a MIDV-500 tree, list, check."""

import json
import os
import struct
import unittest

from support import ProgramTest, picture, run, template


def quad(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


class ImportTest(ProgramTest):
    def make_type(self, name, values, size=(320, 200), template_picture=True):
        """A document type's folder in MIDV-500's layout with one frame; `values` is {field: (value, quad)}."""
        if template_picture:
            self.write(f"set/{name}/images/{name}.png", picture(*size))
        number = name[:2]
        self.write(f"set/{name}/images/CA/CA{number}_01.png", picture(200, 300))
        self.write(f"set/{name}/ground_truth/CA/CA{number}_01.json", {"quad": quad(20, 20, 180, 120)})
        fields = {key: {"quad": corners, **({} if value is None else {"value": value})} for key, (value, corners) in values.items()}
        self.write(f"set/{name}/ground_truth/{name}.json", fields)
        return self.path("set", name)

    def make_card(self, name="07_abc_id"):
        return self.make_type(name, {
            "field01": ("12345678902", quad(20, 20, 120, 40)), "field02": ("22.05.1975", quad(20, 50, 120, 70)),
            "field03": ("MUSTER", quad(20, 80, 120, 100)), "field04": ("2014-05-26", quad(20, 110, 120, 130)),
            "field05": ("I<ABCD23145890<7349<<<<<<<<<<<", quad(20, 140, 300, 160)), "photo": (None, quad(200, 20, 300, 120))})

    def test_one_type_becomes_a_template(self):
        out = self.path("card.json")
        result = run("template", "import", self.make_card(), "-o", out, "--name", "abc_id")
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        with open(out, encoding="utf-8") as file:
            made = json.load(file)
        self.assertEqual(("abc_id", 320, 200, "card.png"), tuple(made[key] for key in ("name", "width", "height", "picture")))
        fields = {field["name"]: field for field in made["fields"]}
        self.assertEqual(["field01", "field02", "field03", "field04", "field05"], sorted(fields))
        self.assertEqual(["docnum", "date", "latin", "date", "mrz"], [fields[name]["kind"] for name in sorted(fields)])
        self.assertEqual(["dd.mm.yyyy", "yyyy-mm-dd"], [fields[name]["format"] for name in ("field02", "field04")])
        self.assertEqual(quad(20, 20, 120, 40), fields["field01"]["quad"])
        with open(self.path("card.png"), "rb") as file:
            self.assertEqual((320, 200), struct.unpack(">II", file.read(24)[16:]))

    def test_languages_become_alphabets(self):
        out = self.path("card.json")
        self.assertEqual(0, run("template", "import", self.make_card(), "-o", out, "--languages", "cs,sk").returncode)
        with open(out, encoding="utf-8") as file:
            alphabets = {field["kind"]: field.get("alphabet", "") for field in json.load(file)["fields"]}
        self.assertEqual(("", ""), (alphabets["date"], alphabets["mrz"]))
        for kind in ("latin", "docnum"):
            self.assertLessEqual(set("AZazŘřÝý09 -"), set(alphabets[kind]))
            self.assertIn("ľ", alphabets[kind])  # Slovak alone
            self.assertFalse(set("ÅĀõ") & set(alphabets[kind]))
            self.assertEqual(len(alphabets[kind]), len(set(alphabets[kind])))
        self.check_error(run("template", "import", self.make_card(), "-o", out, "--languages", "cs,xx"), 2, "xx")

    def test_the_template_reads_a_frame(self):
        folder, out = self.make_card(), self.path("card.json")
        run("template", "import", folder, "-o", out)
        self.assertEqual((0, b""), (lambda r: (r.returncode, r.stderr))(run("template", "check", out)))
        result = run("read", "--model", self.model, "--template", out, "--quad-json", os.path.join(folder, "ground_truth/CA/CA07_01.json"),
                     "--format", "json", os.path.join(folder, "images/CA/CA07_01.png"))
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual(5, len(json.loads(result.stdout)["fields"]))

    def test_a_tree_becomes_a_folder_of_templates(self):
        self.make_card("07_abc_id")
        self.make_card("08_abc_passport")
        out = self.path("templates")
        result = run("template", "import", self.path("set"), "-o", out)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual(["07_abc_id.json", "07_abc_id.png", "08_abc_passport.json", "08_abc_passport.png"], sorted(os.listdir(out)))
        self.check_error(run("template", "import", self.path("set"), "-o", self.path("one.json")), 2, "set")

    def test_a_type_without_picture_does_not_stop_the_others(self):
        self.make_card("07_abc_id")
        self.make_type("09_abc_drvlic", {"field01": ("1", quad(20, 20, 120, 40))}, template_picture=False)
        result = run("template", "import", self.path("set"), "-o", self.path("templates"))
        self.assertEqual(1, result.returncode)
        self.assertIn(b"09_abc_drvlic", result.stderr)
        self.assertEqual(["07_abc_id.json", "07_abc_id.png"], sorted(os.listdir(self.path("templates"))))

    def test_a_field_outside_the_picture_is_left_out_and_said(self):
        folder = self.make_type("07_abc_id", {"field01": ("1", quad(20, 20, 120, 40)), "field02": ("2", quad(20, 190, 120, 290))})
        out = self.path("card.json")
        self.check_error(run("template", "import", folder, "-o", out), 0, "field02")
        with open(out, encoding="utf-8") as file:
            self.assertEqual(["field01"], [field["name"] for field in json.load(file)["fields"]])

    def test_folders_that_hold_no_type(self):
        os.mkdir(self.path("empty"))
        for folder in (self.path("empty"), self.path("missing")):
            with self.subTest(folder=folder):
                self.check_error(run("template", "import", folder, "-o", self.path("out.json")), 1, folder)

    def test_a_name_that_no_file_can_have(self):
        result = run("template", "import", self.make_card(), "-o", self.path("out.json"), "--name", "../card")
        self.check_error(result, 2, "--name ../card")

    def test_unwritable_output(self):
        target = self.path("no/such/folder/card.json")
        self.check_error(run("template", "import", self.make_card(), "-o", target), 1, self.path("no/such/folder"))


class ListTest(ProgramTest):
    def test_list_names_what_read_knows(self):
        for name in ("b_card", "a_card"):
            self.write(f"data/templates/{name}.json", template(name=name))
        result = run("template", "list", env={"NIBBLE_DATA": self.path("data")})
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual([b"a_card", b"b_card"], [line.split()[0] for line in result.stdout.splitlines()])

    def test_a_folder_without_templates_is_said(self):
        self.check_error(run("template", "list", env={"NIBBLE_DATA": self.path("nowhere")}), 3, self.path("nowhere"))

    def test_a_bad_one_is_said(self):
        bad = self.write("data/templates/bad.json", "{")
        self.write("data/templates/good.json", template())
        result = run("template", "list", env={"NIBBLE_DATA": self.path("data")})
        self.check_error(result, 3, bad)
        self.assertIn(b"good", result.stdout)


class CheckTest(ProgramTest):
    def test_a_good_one(self):
        result = run("template", "check", self.write("card.json", template()))
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertIn(b"3 fields", result.stdout)

    def test_every_bad_field_is_listed(self):
        card = template(fields={"one": (20, 20, 100, 50), "two": (20, 20, 100, 20), "three": (20, 190, 100, 260), "four": (30, 60, 100, 80)})
        card["fields"].append(dict(card["fields"][0]))
        path = self.write("card.json", card)
        result = run("template", "check", path)
        lines = result.stderr.decode().splitlines()
        self.assertEqual((3, 3), (result.returncode, len(lines)), lines)
        for line, parts in zip(lines, (("field 2", "two"), ("field 3", "three"), ("field 5", "one"))):
            for part in (path, *parts):
                self.assertIn(part, line)

    def test_files_that_are_no_template(self):
        for content in ("", "{", "[]", "null", "{\"name\": 1}", template(width=-5), template(width=1e12), b"\xff\xfe\x00", "[" * 5000):
            with self.subTest(content=content):
                bad = self.write("bad.json", content)
                self.check_error(run("template", "check", bad), 3, bad)
        self.check_error(run("template", "check", self.path("missing.json")), 3, "missing.json")

    def test_picture_missing_or_of_another_size(self):
        card = self.write("card.json", dict(template(), picture="card.png"))
        self.check_error(run("template", "check", card), 3, "card.png")
        self.write("card.png", picture(100, 50))
        self.check_error(run("template", "check", card), 3, "100 x 50")
        self.write("card.png", picture(320, 200))
        self.assertEqual(0, run("template", "check", card).returncode)



class IndexTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for number in (1, 2):
            self.write(f"templates/card{number}.png", picture(640, 400, seed=number))
            self.write(f"templates/card{number}.json", dict(template(640, 400, name=f"card{number}"), picture=f"card{number}.png"))
        self.templates = self.path("templates")

    def test_an_index_stands_for_its_folder(self):
        index = self.path("two.idx")
        result = run("template", "index", self.templates, "-o", index)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertIn(b"2 kinds", result.stdout)
        photo = self.write("photo.png", picture(640, 400, seed=2))
        found = [run("locate", "--template", "auto", "--templates", place, photo) for place in (index, self.templates)]
        self.assertEqual([(0, b""), (0, b"")], [(one.returncode, one.stderr) for one in found])
        self.assertIn(b"card2", found[0].stdout)
        self.assertEqual(found[0].stdout, found[1].stdout)
        self.assertIn("kinds.idx", os.listdir(self.templates))

    def test_a_stale_or_damaged_index_is_refused(self):
        index = self.path("two.idx")
        run("template", "index", self.templates, "-o", index)
        photo = self.write("photo.png", picture(640, 400, seed=2))
        with open(index, "r+b") as file:
            file.seek(3000)
            byte = file.read(1)
            file.seek(3000)
            file.write(bytes([byte[0] ^ 1]))
        self.check_error(run("locate", "--template", "auto", "--templates", index, photo), 3, "two.idx", "damaged")
        run("template", "index", self.templates, "-o", index)
        self.write("templates/card3.json", template(name="card3"))
        self.check_error(run("locate", "--template", "auto", "--templates", index, photo), 3, "two.idx", "templates were added")

    def test_a_folder_without_pictures(self):
        self.write("plain/card.json", template())
        self.check_error(run("template", "index", self.path("plain")), 3, "plain")


if __name__ == "__main__":
    unittest.main()
