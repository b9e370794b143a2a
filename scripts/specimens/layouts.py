#!/usr/bin/env python3
"""Renders made-up documents of many layouts and languages, on which the naming of fields without a template is measured.

    python3 scripts/specimens/layouts.py --out DIR --set tuning --seed 1 --frames 2

Writes a tree in MIDV-500's layout with fields.tsv and names.tsv, for `nibble eval DIR --by-caption`. The layouts of the set `tuning` may be
looked at while captions, forms and limits are worked on; those of the set `held` are for judging what came of it, and no number in the code
hangs on them. Captions are drawn at random from data/captions, for each language of a layout one of those that it has.
"""

import argparse
import dataclasses
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from specimens import dataset, mrz, ornaments, people, scene  # noqa: E402
from specimens.canvas import SCALE, Canvas, font  # noqa: E402

_CAPTIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "captions", "captions.tsv")


@dataclasses.dataclass
class Layout:
    name: str
    languages: tuple  # of the captions, as printed
    side: str  # of the caption its value stands on: below, right, above, colon (in one line), number (driving licences)
    fields: tuple  # rows of names; those of one row stand beside each other
    joint: str = " / "  # between captions of two languages; "" prints the second one below the first
    upper: bool = True  # captions in capitals
    face: str = "sans"
    caption_size: float = 13.0
    size: float = 25.0
    separator: str = "."  # of dates
    year_first: bool = False
    zone: bool = False  # a passport with a machine readable zone
    portrait: str = "left"


_ID = (("surname",), ("given_names",), ("birth_date", "sex"), ("birth_place",), ("nationality", "height"), ("document_number",),
       ("issue_date", "expiry_date"))
_CARD = (("document_number",), ("surname",), ("given_names",), ("sex", "nationality", "birth_date"), ("personal_number",),
         ("issue_date", "authority"), ("expiry_date",))
_PERMIT = (("surname",), ("given_names",), ("birth_date", "nationality"), ("sex", "document_number"), ("issue_date", "expiry_date"),
           ("authority",), ("address",))
_PASSPORT = (("document_number",), ("surname",), ("given_names",), ("nationality",), ("birth_date", "personal_number"),
             ("sex", "birth_place"), ("issue_date", "authority"), ("expiry_date",))
_LICENCE = (("surname",), ("given_names",), ("birth_date", "birth_place"), ("issue_date", "authority"), ("expiry_date", "personal_number"),
            ("document_number",), ("address",), ("categories",))
_SHORT = (("surname", "given_names"), ("birth_date", "birth_place"), ("nationality", "sex"), ("document_number", "expiry_date"))

SETS = {
    "tuning": [
        Layout("t01_cs", ("cs", "en"), "below", _ID),
        Layout("t02_de", ("de", "en", "fr"), "below", _PASSPORT, joint="/", upper=False, face="open", caption_size=12, zone=True),
        Layout("t03_pl", ("pl", "en"), "below", _CARD, joint=" / ", upper=False, face="roboto", separator="."),
        Layout("t04_es", ("es",), "below", _SHORT, face="narrow", separator=" "),
        Layout("t05_it", ("it", "en"), "right", _PERMIT, joint=" / ", upper=False, caption_size=15, size=22, separator="/"),
        Layout("t06_fr", ("fr",), "colon", _ID, upper=False, size=20, caption_size=20, portrait="right"),
        Layout("t07_hu", ("hu", "en"), "below", _CARD, joint=" | ", upper=False, face="roboto", separator=".", year_first=True),
        Layout("t08_sv", ("sv", "en"), "below", _ID, joint="/", upper=False, face="narrow", separator="-", year_first=True),
        Layout("t09_ro", ("ro", "fr", "en"), "below", _PASSPORT, joint="/", upper=False, caption_size=12, zone=True),
        Layout("t10_de", ("de",), "number", _LICENCE),
        Layout("t11_hr", ("hr", "en"), "above", _ID, joint=" / ", face="roboto", separator="."),
        Layout("t12_fi", ("fi", "sv", "en"), "below", _PERMIT, joint=" / ", upper=False, caption_size=12, size=23),
        Layout("t13_fr", ("fr",), "number", _LICENCE, face="roboto", portrait="right"),
        Layout("t14_nl", ("nl", "en"), "below", _ID, joint="", upper=False, caption_size=12, size=22, separator=" "),
    ],
    "held": [
        Layout("h01_sk", ("sk", "en"), "below", _CARD, joint=" / ", caption_size=13.5),
        Layout("h02_pt", ("pt", "en"), "below", _ID, joint=" / ", upper=False, face="narrow", separator=" "),
        Layout("h03_da", ("da", "en", "fr"), "below", _PASSPORT, joint=" / ", upper=False, face="open", caption_size=12, zone=True),
        Layout("h04_tr", ("tr", "en"), "below", _ID, joint=" / ", upper=False, face="roboto", caption_size=12.5),
        Layout("h05_lt", ("lt", "en"), "below", _PERMIT, joint="/", face="roboto", separator="-", year_first=True),
        Layout("h06_sl", ("sl",), "right", _ID, upper=False, caption_size=16, size=23),
        Layout("h07_et", ("et", "en"), "below", _SHORT, joint=" / ", face="sans"),
        Layout("h08_en", ("en",), "colon", _PERMIT, upper=False, size=20, caption_size=20, separator="/"),
        Layout("h09_pl", ("pl",), "number", _LICENCE, face="narrow"),
        Layout("h10_lv", ("lv", "en"), "below", _PASSPORT, joint="/", upper=False, caption_size=12, zone=True, separator="."),
        Layout("h11_sq", ("sq", "en"), "below", _CARD, joint=" / ", upper=False, face="open"),
        Layout("h12_nb", ("nb", "en"), "below", _ID, joint="", upper=False, caption_size=12.5, size=22),
        Layout("h13_cs", ("cs",), "above", _SHORT, face="roboto"),
        Layout("h14_it", ("it",), "number", _LICENCE, portrait="right"),
    ],
}

_NUMBERS = {"surname": "1.", "given_names": "2.", "birth_date": "3.", "issue_date": "4a.", "expiry_date": "4b.", "authority": "4c.",
            "personal_number": "4d.", "document_number": "5.", "address": "8.", "categories": "9."}
_KINDS = {"document_number": "docnum", "personal_number": "docnum", "surname": "latin", "given_names": "latin"}
_CATEGORIES = ("AM/B", "AM/A1/B", "B", "AM/B/C1")


def read_captions():
    """Name -> language -> captions."""
    table = {}
    with open(_CAPTIONS, encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#") or len(cells) != 3 or cells[0] == "field":
                continue
            table.setdefault(cells[0], {})[cells[1]] = cells[2].split("|")
    return table


def _values(layout, rng):
    """What is printed, by name."""
    person = people.make_person(rng, "UTO", (layout.languages[0],), rng.choice((5, 10)))
    written = people.year_first if layout.year_first else people.day_first
    date = lambda day: written(day, layout.separator)  # noqa: E731
    number = people.letters(rng, 2) + people.digits(rng, 7)
    personal = people.year_first(person.birth, "")[2:] + people.digits(rng, 4)
    values = {
        "surname": person.surname, "given_names": person.given_names, "birth_date": date(person.birth), "sex": person.sex,
        "birth_place": person.birth_place, "nationality": "UTOPIA", "height": "%d cm" % person.height, "document_number": number,
        "personal_number": personal, "issue_date": date(person.issue), "expiry_date": date(person.expiry),
        "authority": "MV " + rng.choice(("BRANDEK", "OSTHAVEN", "VALMORA")), "address": person.address,
        "categories": rng.choice(_CATEGORIES)}
    return person, values


class Sheet:
    """One document in the making."""

    def __init__(self, layout, rng, captions):
        self.layout, self.rng, self.captions = layout, rng, captions
        width, height = (1000, 704) if layout.zone else (860, 540)
        self.canvas = Canvas(width, height, (240, 242, 236))
        self.person, self.values = _values(layout, rng)
        self.ink = tuple(rng.randint(30, 110) for _ in range(3))

    def draw(self):
        c, rng, layout = self.canvas, self.rng, self.layout
        paper = [tuple(rng.randint(214, 248) for _ in range(3)) for _ in range(4)]
        ornaments.tint(c, paper)
        ornaments.waves(c, rng, tuple(rng.randint(150, 215) for _ in range(3)), 0.3, rng.uniform(7, 14))
        ornaments.rosette(c, rng, c.width * 0.7, c.height * 0.5, 130, tuple(rng.randint(150, 215) for _ in range(3)), 0.3)
        c.text(self._title(), 60, 50, "open-bold", 26, self.ink)
        left = 40 if layout.portrait == "left" else c.width - 250
        ornaments.portrait(c, rng, left, 96, left + 206, 380)
        begin = 290 if layout.portrait == "left" else 50
        end = c.width - 30 if layout.portrait == "left" else c.width - 270
        bottom = c.height - (150 if layout.zone else 24)
        step = (bottom - 76) / len(layout.fields)
        for i, row in enumerate(layout.fields):
            for k, name in enumerate(row):
                self._item(name, begin + k * (end - begin) / len(row), 76 + i * step, step)
        if layout.zone:
            lines = mrz.td3("P", "UTO", self.values["document_number"], self.person, self.values["personal_number"])
            for i, line in enumerate(lines):
                c.text(line, 54, 624 + 48 * i, "ocr-b", 25.5, (24, 24, 26), pitch=20.32)
        return c

    def _title(self):
        kind = "licence" if self.layout.side == "number" else "passport" if self.layout.zone else "title"
        of_kind = self.captions[kind]
        return of_kind.get(self.layout.languages[0], of_kind["en"])[0].upper()

    def _caption(self, name):
        texts = []
        for language in self.layout.languages:
            known = self.captions[name].get(language)
            if known:
                texts.append(self.rng.choice(known[:3]))
        if not texts:
            texts.append(self.captions[name]["en"][0])
        texts = [t.upper() if self.layout.upper else t for t in dict.fromkeys(texts)]
        return texts

    def _print(self, text, x, baseline):
        self.canvas.text(text, x, baseline, self.layout.face, self.layout.caption_size, self.ink, 0.88)

    def _value(self, name, x, baseline):
        kind = "date" if name.endswith("_date") else _KINDS.get(name, "other")
        self.canvas.field(name, kind, self.values[name], x, baseline, self.layout.face, self.layout.size)

    def _item(self, name, x, top, step):
        layout = self.layout
        if layout.side == "number":
            if name in _NUMBERS:
                self.canvas.text(_NUMBERS[name], x, top + 22, layout.face, layout.size * 0.9, self.ink)
            self._value(name, x + (46 if name in _NUMBERS else 0), top + 22)
            return
        captions = self._caption(name)
        lines = captions if layout.joint == "" else [layout.joint.join(captions)]
        small, large = layout.caption_size, layout.size
        if layout.side == "colon":
            self._print(captions[0] + ":", x, top + 22)
            self._value(name, x + 12 + self._width(captions[0] + ":"), top + 22)
        elif layout.side == "right":
            self._print(lines[0][:30], x, top + 22)
            self._value(name, x + 20 + self._width(lines[0][:30]), top + 22)
        elif layout.side == "above":
            self._value(name, x, top + large * 0.9)
            self._print(lines[0], x, top + large * 0.9 + small * 1.25)
        else:
            for i, line in enumerate(lines):
                self._print(line, x, top + small * (1 + 1.1 * i))
            self._value(name, x, top + small * (1 + 1.1 * (len(lines) - 1)) + large * 0.98)

    def _width(self, text):
        return font(self.layout.face, self.layout.caption_size).getlength(text) / SCALE


def _sheet(layout, key, captions):
    """A document whose texts all have room; a person with long names may not."""
    for attempt in range(60):
        try:
            return Sheet(layout, random.Random("%s/%d" % (key, attempt)), captions).draw()
        except ValueError:
            continue
    raise SystemExit("layouts.py: no text of %s fits" % layout.name)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", required=True)
    parser.add_argument("--set", choices=sorted(SETS), default="tuning")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=2, metavar="K", help="photographs a layout, beside the flat print (default 2)")
    args = parser.parse_args(argv)
    cv2.setNumThreads(1)
    captions, rows, names = read_captions(), [], []
    for number, layout in enumerate(SETS[args.set]):
        canvas = _sheet(layout, "%d/%s" % (args.seed, layout.name), captions)
        dataset.write_type(args.out, layout.name, canvas, compact=False)
        names += dataset.name_rows(layout.name, canvas)
        for k in range(args.frames):
            condition = ("TA", "KS", "CA", "HS", "TS", "KA")[(k + number) % 6]
            frame_name = "%s/%s%02d_%02d" % (condition, condition, number + 1, k + 1)
            gen = np.random.default_rng(list(("%d/%s/%s" % (args.seed, layout.name, frame_name)).encode()))
            frame = scene.photograph(canvas.picture(), canvas.width, canvas.height, condition, gen)
            to_frame = scene.homography(canvas.width, canvas.height, frame.quad)
            dataset.write_frame(args.out, layout.name, frame_name, frame, 90)
            rows += dataset.field_rows(layout.name, frame_name, canvas, [frame.clean(to_frame, f.quad) for f in canvas.fields])
    dataset.write_fields(args.out, rows)
    dataset.write_names(args.out, names)


if __name__ == "__main__":
    main(sys.argv[1:])
