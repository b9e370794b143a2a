"""Made-up pages: cards, booklets, sheets, tables, receipts, labels, keyboards, and pages without text."""
import math

import cv2
import numpy as np

import fonts
import text as texts
from finder import marks
from finder.drawing import SCRIPT_SHARE, Page, fitted, ink_on, measured, scripts, words_of
from finder.noise import noise

MAX_SIDE = 1200


class Print:
    """What a page is printed with: its size, fonts and inks. `cap` is the height of the main print's capitals in page pixels."""

    def __init__(self, rng, cap, paper):
        self.rng, self.cap = rng, cap
        found = scripts()
        self.script = rng.choice(found) if found and rng.random() < SCRIPT_SHARE else None
        self.value_font, self.caption_font, self.title_font = (fonts.pick_font(rng, "A1") for _ in range(3))
        if rng.random() < 0.5:
            self.caption_font = self.value_font
        if rng.random() < 0.06:
            self.value_font = fonts.pick_font(rng, "A1", True)
        self.ink = ink_on(rng, paper)
        self.caption_ink = ink_on(rng, paper) if rng.random() < 0.4 else self.ink
        self.strength = rng.choice((1.0, 1.0, 1.0, rng.uniform(0.6, 1.0)))
        self.tracking = rng.choice((0, 0, 0, 0, 0, rng.uniform(0.03, 0.25)))

    def font(self, font, text):
        """The font, or another one that draws the text."""
        if set(text) <= font.characters:
            return font
        if self.script and set(text) <= self.script[1][0].characters:
            return self.rng.choice(self.script[1])
        return fonts.pick_font(self.rng, text) or font

    def value(self):
        if self.script and self.rng.random() < 0.6:
            return words_of(self.rng, self.script[0])
        kind, text = texts.draw_text(self.rng)
        return text if kind != "mrz" else texts.number(self.rng)

    def caption(self):
        rng = self.rng
        if self.script and rng.random() < 0.6:
            return words_of(rng, self.script[0])
        if rng.random() < 0.2:
            return texts.cased(rng, texts.syllables(rng, rng.randint(1, 3)))
        words = " ".join(rng.choice(texts.WORDS) for _ in range(rng.choice((1, 1, 2, 2, 3))))
        if rng.random() < 0.4:
            words += rng.choice((" / ", "/", " - ", ". ")) + rng.choice(texts.WORDS)
        return (words.upper() if rng.random() < 0.35 else words) + rng.choice(("", "", "", ":", "."))

    def prose(self, length):
        """About `length` letters of running text."""
        parts = []
        while sum(map(len, parts)) < length:
            parts.append(self.value() if self.rng.random() < 0.3 else self.caption())
        return " ".join(parts)[:length].strip()

    def gap(self):
        """How many times as wide as usual the spaces between words are."""
        return self.rng.choice((1, 1, 1, 1, self.rng.uniform(1, 2.5)))

    def put(self, page, text, font, cap, x, baseline, ink, width, tracking=0.0, gap=1.0):
        """Draws what fits into `width`; returns the right end."""
        font = self.font(font, text)
        text = fitted(font, text, cap, width / max(1.0, 1 + (gap - 1) * 0.3), tracking)
        return page.draw(text, font, cap, x, baseline, ink, self.strength, tracking, gap) if text else x


def paper(rng, width, height, plain=False):
    """An empty page: tinted, at times with shades and guilloches."""
    grey = rng.choices((rng.uniform(170, 250), rng.uniform(90, 170), rng.uniform(10, 90)), (70, 18, 12))[0]
    page = Page(np.full((height, width), grey, np.float32))
    if rng.random() < 0.5:
        page.pixels += np.linspace(-1, 1, width, dtype=np.float32)[None] * rng.uniform(-35, 35)
    if rng.random() < 0.4:
        page.pixels += np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.uniform(-35, 35)
    if rng.random() < 0.5:
        page.pixels += noise(rng, width, height, rng.choice((32, 64))) * rng.uniform(2, 22)
    if rng.random() < 0.2:
        page.pixels += noise(rng, width, height, rng.choice((4, 8, 16))) * rng.uniform(2, 12)
    for _ in range(0 if plain and rng.random() < 0.9 else rng.choice((0, 1, 1, 2, 3))):
        marks.guilloche(rng, page)
    np.clip(page.pixels, 0, 255, out=page.pixels)
    return page, grey


def zone(rng, page, kind, margin):
    """A machine readable zone at the bottom; returns its top."""
    length, rows = rng.choice(((30, 3), (36, 2), (44, 2), (44, 2)))
    lines = []
    while len(lines) < rows:
        line = texts.mrz_line(rng)
        if len(line) == length:
            lines.append(line)
    font = fonts.pick_font(rng, "".join(lines) + "A", True) or kind.value_font
    face, height, _ = measured(font, 40)
    cap = (page.width - 2 * margin) / face.getlength("<" * length) * height * rng.uniform(0.86, 1.0)
    pitch = cap * rng.uniform(1.4, 2.4)
    bottom = page.height - margin * rng.uniform(0.4, 1.0)
    if rng.random() < 0.5:
        page.pixels[max(0, round(bottom - pitch * rows - cap * 0.5)):] = rng.uniform(190, 255)
    ink = ink_on(rng, float(page.pixels[-3, page.width // 2]))
    for row, line in enumerate(lines[::-1]):
        page.draw(line, font, cap, margin, bottom - row * pitch, ink, kind.strength)
    return bottom - pitch * (rows - 1) - cap * rng.uniform(1.4, 2.6)


def _entry_stacked(kind, page, x, y, width, small):
    """A caption and its value below; returns the next top."""
    rng = kind.rng
    lead, between = rng.uniform(0.25, 0.9), rng.uniform(0.25, 0.8)
    y += small
    kind.put(page, kind.caption(), kind.caption_font, small, x, y, kind.caption_ink, width)
    y += kind.cap * (1 + between)
    kind.put(page, kind.value(), kind.value_font, kind.cap, x + rng.choice((0, 0, kind.cap)), y, kind.ink, width,
             kind.tracking, kind.gap())
    return y + kind.cap * lead + small * 0.3


def _entry_beside(kind, page, x, y, width, small, number):
    """A caption or a number, and its value beside it: two lines of print."""
    rng = kind.rng
    y += kind.cap
    label = rng.choice(("1.", "2.", "3.", "4a.", "4b.", "4c.", "5.", "7.", "8.", "9.", "12.")) if number else kind.caption()
    right = kind.put(page, label, kind.caption_font, small, x, y, kind.caption_ink, width * 0.5)
    start = right + kind.cap * rng.uniform(1.7, 3.5)
    if width - (start - x) > kind.cap * 2:
        kind.put(page, kind.value(), kind.value_font, kind.cap, start, y, kind.ink, width - (start - x), kind.tracking, kind.gap())
    return y + kind.cap * rng.uniform(0.5, 1.3)


def _entry_plain(kind, page, x, y, width):
    y += kind.cap
    kind.put(page, kind.value(), kind.value_font, kind.cap, x, y, kind.ink, width, kind.tracking, kind.gap())
    return y + kind.cap * kind.rng.uniform(0.4, 1.3)


def _columns(kind, page, left, top, right, bottom):
    """The entries of a card, in one to three columns."""
    rng = kind.rng
    style = rng.choice(("stacked", "stacked", "stacked", "beside", "number", "plain"))
    small = max(kind.cap * rng.uniform(0.42, 0.95), 3.0)
    count = rng.choice((1, 1, 2, 2, 3)) if right - left > kind.cap * 16 else 1
    for column in range(count):
        width = (right - left) / count - kind.cap * 1.8
        x, y = left + column * (right - left) / count, top + rng.choice((0, 0, rng.uniform(0, 3) * kind.cap))
        while y + kind.cap * 2.2 + small < bottom and width > kind.cap:
            if rng.random() < 0.12:
                y += kind.cap * rng.uniform(0.5, 3)
                continue
            if style == "stacked":
                y = _entry_stacked(kind, page, x, y, width, small)
            elif style == "plain":
                y = _entry_plain(kind, page, x, y, width)
            else:
                y = _entry_beside(kind, page, x, y, width, small, style == "number")


def _titles(kind, page, top, bottom, margin):
    """Nought to two headings; returns what is below them."""
    rng = kind.rng
    for _ in range(rng.choice((0, 1, 1, 2))):
        cap = kind.cap * rng.uniform(0.7, 1.7)
        if top + cap * 2.4 > bottom:
            break
        top += cap * rng.uniform(1.1, 1.6)
        x = margin + rng.choice((0, rng.uniform(0, 0.3) * page.width))
        text = kind.prose(rng.randint(6, 34))
        kind.put(page, text.upper() if rng.random() < 0.6 else text, kind.title_font, cap, x, top, kind.caption_ink,
                 page.width - margin - x, rng.choice((0, 0, rng.uniform(0.03, 0.3))), kind.gap())
        top += cap * rng.uniform(0.3, 0.8)
    return top


def card(rng, cap):
    """A card or a booklet's page: headings, portrait, entries, zone."""
    width = round(min(MAX_SIDE, max(150, cap * rng.uniform(22, 48))))
    page, grey = paper(rng, width, round(width * rng.uniform(0.56, 0.78)))
    kind = Print(rng, cap, grey)
    margin = width * rng.uniform(0.02, 0.06)
    bottom = zone(rng, page, kind, margin) if rng.random() < 0.3 else page.height - margin
    top = _titles(kind, page, margin, bottom, margin) + cap * 0.4
    left, right = margin, width - margin
    if rng.random() < 0.75 and bottom - top > cap * 4:
        height = (bottom - top) * rng.uniform(0.5, 0.95)
        breadth = min(width * 0.4, height * rng.uniform(0.65, 0.85))
        x = left if rng.random() < 0.7 else right - breadth
        y = top + rng.uniform(0, bottom - top - height)
        marks.place(rng, page, x, y, x + breadth, y + height, rng.choices((marks.portrait, marks.photo, marks.emblem), (86, 7, 7))[0])
        left, right = (x + breadth + margin * 0.8, right) if x == left else (left, x - margin * 0.8)
    _columns(kind, page, left, top, right, bottom)
    if rng.random() < 0.75:
        marks.scatter(rng, page, rng.randint(1, 4), cap * 2, cap * 9)
    return page


def sheet(rng, cap):
    """A letter, form or page of a book: running text in one or two columns."""
    width, height = rng.randint(360, 660), rng.randint(360, 660)
    page, grey = paper(rng, width, height, plain=True)
    kind = Print(rng, cap, grey)
    margin, lead = width * rng.uniform(0.02, 0.1), rng.uniform(0.4, 1.4)
    count = rng.choice((1, 1, 1, 2)) if cap < 12 else 1
    column_width = (width - 2 * margin) / count
    for column in range(count):
        x, y = margin + column * column_width, margin
        while y + cap < height - margin:
            size = cap if rng.random() < 0.88 else cap * rng.uniform(1.2, 2.2)
            y += size * (1 + lead)
            share = rng.uniform(0.15, 0.9) if rng.random() < 0.2 else 1.0
            indent = rng.choice((0, 0, 0, 0, rng.uniform(0, 0.3))) * column_width
            kind.put(page, kind.prose(120), kind.value_font, size, x + indent, y, kind.ink, (column_width - indent - cap * 2.2) * share)
            if rng.random() < 0.1:
                y += size * rng.uniform(0.5, 4)
            if rng.random() < 0.05:
                end = round(x + column_width * 0.9), round(y + size * 0.7)
                cv2.line(page.pixels, (round(x), end[1]), end, kind.ink, 1)
    if rng.random() < 0.3:
        marks.scatter(rng, page, 2, 20, 120)
    return page


def receipt(rng, cap):
    """A till's slip: narrow, dense, prices at the right."""
    cap = min(cap, 16)
    width, height = round(cap * rng.uniform(24, 44)), rng.randint(380, 660)
    page, grey = paper(rng, max(width, 120), height, plain=True)
    width, kind = page.width, Print(rng, cap, grey)
    if rng.random() < 0.7:
        kind.value_font = next(font for font in (fonts.pick_font(rng, "A1", True) for _ in range(99)) if not font.is_ocr_b)
    margin, lead, y = cap * rng.uniform(0.6, 2), rng.uniform(0.3, 1.0), cap * rng.uniform(0, 3)
    while y + cap * 2.5 < height:
        size = cap if rng.random() < 0.93 else cap * rng.uniform(1.2, 2)
        y += size * (1 + lead)
        inner, style = width - 2 * margin, rng.random()
        text = kind.value() if rng.random() < 0.6 else kind.caption()
        if style < 0.55:
            price = f"{rng.randint(0, 199)}{rng.choice('.,')}{rng.randint(0, 99):02}" + rng.choice(("", "", " A", " B", " EUR", "-"))
            font = kind.font(kind.value_font, price)
            at = width - margin - measured(font, round(size * 2) / 2)[0].getlength(price)
            right = kind.put(page, text, kind.value_font, size, margin, y, kind.ink, max(0, (at - margin) * 0.8 - size * 1.5))
            if at > right + size * 1.5 or right <= margin:
                page.draw(price, font, size, at, y, kind.ink, kind.strength)
        elif style < 0.75:
            font = kind.font(kind.value_font, text)
            text = fitted(font, text, size, inner)
            x = margin + (inner - measured(font, round(size * 2) / 2)[0].getlength(text)) / 2
            page.draw(text, font, size, x, y, kind.ink, kind.strength)
        elif style < 0.95:
            kind.put(page, kind.prose(60), kind.value_font, size, margin, y, kind.ink, inner)
        else:
            y += size * rng.uniform(0, 2)
            cv2.line(page.pixels, (round(margin), round(y)), (round(width - margin), round(y)), kind.ink, 1)
    return page


def table(rng, cap):
    width, height = rng.randint(360, 660), rng.randint(360, 660)
    page, grey = paper(rng, width, height, plain=True)
    kind = Print(rng, cap, grey)
    rows, count = max(1, int(height / (cap * rng.uniform(1.8, 3.2)))), rng.randint(2, 5)
    shares = np.cumsum([0] + [rng.uniform(0.6, 1.4) for _ in range(count)])
    edges = shares / shares[-1] * width
    if rng.random() < 0.7:
        grey = ink_on(rng, grey)
        for row in range(rows + 1):
            cv2.line(page.pixels, (0, round(row * height / rows)), (width, round(row * height / rows)), grey, rng.choice((1, 1, 2)))
        for x in edges:
            cv2.line(page.pixels, (round(x), 0), (round(x), height), grey, 1)
    for row in range(rows):
        for column in range(count):
            if rng.random() < 0.85:
                x, room = edges[column] + cap, edges[column + 1] - edges[column] - cap * 2
                text = kind.caption() if row == 0 else kind.value()
                kind.put(page, text, kind.value_font, cap, x, (row + 0.5) * height / rows + cap / 2, kind.ink, room)
    return page


def labels(rng, cap):
    """Lines of any size and font, far and wide, among pictures: signs, packages, screens."""
    page, grey = paper(rng, rng.randint(360, 660), rng.randint(360, 660))
    if rng.random() < 0.4:
        page.pixels[:] = page.pixels * 0.5 + 0.5 * np.clip(128 + noise(rng, page.width, page.height, rng.choice((8, 24, 64))) * 50, 0, 255)
    for _ in range(rng.randint(4, 36)):
        kind = Print(rng, cap * math.exp(rng.uniform(-0.7, 1.2)), grey)
        text = kind.value() if rng.random() < 0.7 else kind.caption()
        font, size = kind.font(kind.value_font, text), kind.cap
        text = fitted(font, text, size, page.width * 0.94, kind.tracking)
        width = measured(font, round(size * 2) / 2)[0].getlength(text) + len(text) * kind.tracking * size
        for _ in range(4):
            x, y = rng.uniform(0, max(1, page.width - width)), rng.uniform(size * 1.3, max(size * 1.4, page.height - size * 0.4))
            if text and page.clear_of_lines(x, y - size * 1.4, x + width, y + size * 0.4, size * 0.6):
                around = page.pixels[round(max(0, y - size)):round(y) + 1, round(x):round(x + width) + 1]
                ground = float(around.mean()) if around.size else grey
                if rng.random() < 0.2:
                    ground = rng.uniform(0, 255)
                    corner = round(x - size * 0.5), round(y - size * 1.5)
                    cv2.rectangle(page.pixels, corner, (round(x + width + size * 0.5), round(y + size * 0.5)), ground, -1)
                page.draw(text, font, size, x, y, ink_on(rng, ground), kind.strength, kind.tracking)
                break
    marks.scatter(rng, page, rng.randint(0, 6), 20, 140)
    return page


def keyboard(rng, cap):
    """Keys with their legends: each is a line of one or a few characters."""
    cap = min(cap, 22)
    pitch, light = cap * rng.uniform(2.6, 6), rng.uniform(0, 255)
    page = Page(np.full((rng.randint(300, 560), rng.randint(360, 660)), light * rng.uniform(0.3, 1), np.float32))
    kind, gap = Print(rng, cap, light), rng.uniform(0.08, 0.25)
    for row in range(int(page.height / pitch)):
        x = rng.uniform(-1, 0) * pitch
        while x < page.width:
            wide = rng.choice((1, 1, 1, 1, 1, 1.5, 2)) * pitch
            corner, end = (round(x), round(row * pitch)), (round(x + wide * (1 - gap)), round((row + 1 - gap) * pitch))
            cv2.rectangle(page.pixels, corner, end, light + rng.uniform(-5, 5), -1)
            cv2.rectangle(page.pixels, corner, end, light * 0.7, 1)
            legend = rng.choice(("Enter", "Shift", "Ctrl", "Alt", "Tab", "Esc", "F5", "Home", "Del")) if rng.random() < 0.2 else rng.choice(
                "QWERTYUIOPASDFGHJKLZXCVBNM1234567890")
            if x > 0 and x + wide < page.width and rng.random() < 0.95:
                kind.put(page, legend, kind.value_font, cap, x + wide * 0.15, row * pitch + cap * 1.3, kind.ink, wide * 0.7)
            x += wide
    return page


def empty(rng, cap):
    """A card or desk without a letter: everything that is easily taken for text."""
    page, _ = paper(rng, rng.randint(300, 600), rng.randint(300, 600))
    marks.scatter(rng, page, rng.randint(2, 14), max(10, cap), cap * 10)
    return page


LAYOUTS = ((card, 44), (sheet, 13), (table, 8), (receipt, 10), (labels, 12), (keyboard, 5), (empty, 8))


def draw_page(rng, cap):
    """A page of a random kind whose main print has capitals of about `cap` pixels."""
    functions, weights = zip(*LAYOUTS)
    return rng.choices(functions, weights)[0](rng, cap)
