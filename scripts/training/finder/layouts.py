"""Made-up pages: cards, sheets, tables, receipts, labels, keyboards, and pages without text."""

import math

import cv2
import numpy as np

import fonts
from finder import marks
from finder.cards import card
from finder.drawing import Page, fitted, ink_on, measured
from finder.noise import noise
from finder.printing import Print, paper


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
            kind.put(
                page,
                kind.prose(120),
                kind.value_font,
                size,
                x + indent,
                y,
                kind.ink,
                (column_width - indent - cap * 2.2) * share,
            )
            if rng.random() < 0.1:
                y += size * rng.uniform(0.5, 4)
            if rng.random() < 0.05:
                end = round(x + column_width * 0.9), round(y + size * 0.7)
                cv2.line(page.pixels, (round(x), end[1]), end, kind.ink, 1)
    if rng.random() < 0.3:
        marks.scatter(rng, page, 2, 20, 120)
    return page


def _extent(font, text, size):
    """The width of a text whose capitals are `size` tall."""
    return measured(font, round(size * 2) / 2)[0].getlength(text)


def _priced(kind, page, text, size, y, margin):
    """A text at the left and a price at the right: two lines of print."""
    rng = kind.rng
    price = f"{rng.randint(0, 199)}{rng.choice('.,')}{rng.randint(0, 99):02}"
    price += rng.choice(("", "", " A", " B", " EUR", "-"))
    font = kind.font(kind.value_font, price)
    at = page.width - margin - _extent(font, price, size)
    room = max(0, (at - margin) * 0.8 - size * 1.5)
    right = kind.put(page, text, kind.value_font, size, margin, y, kind.ink, room)
    if at > right + size * 1.5 or right <= margin:
        page.draw(price, font, size, at, y, kind.ink, kind.strength)


def _centred(kind, page, text, size, y, margin):
    font, inner = kind.font(kind.value_font, text), page.width - 2 * margin
    text = fitted(font, text, size, inner)
    x = margin + (inner - _extent(font, text, size)) / 2
    page.draw(text, font, size, x, y, kind.ink, kind.strength)


def receipt(rng, cap):
    """A till's slip: narrow, dense, prices at the right."""
    cap = min(cap, 16)
    width, height = round(cap * rng.uniform(24, 44)), rng.randint(380, 660)
    page, grey = paper(rng, max(width, 120), height, plain=True)
    width, kind = page.width, Print(rng, cap, grey)
    if rng.random() < 0.7:
        monospaced = (fonts.pick_font(rng, "A1", True) for _ in range(99))
        kind.value_font = next(font for font in monospaced if not font.is_ocr_b)
    margin, lead, y = cap * rng.uniform(0.6, 2), rng.uniform(0.3, 1.0), cap * rng.uniform(0, 3)
    while y + cap * 2.5 < height:
        size = cap if rng.random() < 0.93 else cap * rng.uniform(1.2, 2)
        y += size * (1 + lead)
        inner, style = width - 2 * margin, rng.random()
        text = kind.value() if rng.random() < 0.6 else kind.caption()
        if style < 0.55:
            _priced(kind, page, text, size, y, margin)
        elif style < 0.75:
            _centred(kind, page, text, size, y, margin)
        elif style < 0.95:
            kind.put(page, kind.prose(60), kind.value_font, size, margin, y, kind.ink, inner)
        else:
            y += size * rng.uniform(0, 2)
            ends = (round(margin), round(y)), (round(width - margin), round(y))
            cv2.line(page.pixels, *ends, kind.ink, 1)
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
            cv2.line(
                page.pixels,
                (0, round(row * height / rows)),
                (width, round(row * height / rows)),
                grey,
                rng.choice((1, 1, 2)),
            )
        for x in edges:
            cv2.line(page.pixels, (round(x), 0), (round(x), height), grey, 1)
    for row in range(rows):
        for column in range(count):
            if rng.random() < 0.85:
                x, room = edges[column] + cap, edges[column + 1] - edges[column] - cap * 2
                text = kind.caption() if row == 0 else kind.value()
                kind.put(
                    page,
                    text,
                    kind.value_font,
                    cap,
                    x,
                    (row + 0.5) * height / rows + cap / 2,
                    kind.ink,
                    room,
                )
    return page


def _label(kind, page, text, font, grey):
    """One line where room for it is found; at times on a strip of its own."""
    rng, size = kind.rng, kind.cap
    text = fitted(font, text, size, page.width * 0.94, kind.tracking)
    width = _extent(font, text, size) + len(text) * kind.tracking * size
    for _ in range(4):
        x = rng.uniform(0, max(1, page.width - width))
        y = rng.uniform(size * 1.3, max(size * 1.4, page.height - size * 0.4))
        box = x, y - size * 1.4, x + width, y + size * 0.4
        if not text or not page.clear_of_lines(*box, size * 0.6):
            continue
        rows = slice(round(max(0, y - size)), round(y) + 1)
        around = page.pixels[rows, round(x) : round(x + width) + 1]
        ground = float(around.mean()) if around.size else grey
        if rng.random() < 0.2:
            ground = rng.uniform(0, 255)
            corner = round(x - size * 0.5), round(y - size * 1.5)
            end = round(x + width + size * 0.5), round(y + size * 0.5)
            cv2.rectangle(page.pixels, corner, end, ground, -1)
        page.draw(text, font, size, x, y, ink_on(rng, ground), kind.strength, kind.tracking)
        return


def labels(rng, cap):
    """Lines of any size and font, far and wide, among pictures: signs, packages, screens."""
    page, grey = paper(rng, rng.randint(360, 660), rng.randint(360, 660))
    if rng.random() < 0.4:
        field = noise(rng, page.width, page.height, rng.choice((8, 24, 64)))
        page.pixels[:] = page.pixels * 0.5 + 0.5 * np.clip(128 + field * 50, 0, 255)
    for _ in range(rng.randint(4, 36)):
        kind = Print(rng, cap * math.exp(rng.uniform(-0.7, 1.2)), grey)
        text = kind.value() if rng.random() < 0.7 else kind.caption()
        _label(kind, page, text, kind.font(kind.value_font, text), grey)
    marks.scatter(rng, page, rng.randint(0, 6), 20, 140)
    return page


def keyboard(rng, cap):
    """Keys with their legends: each is a line of one or a few characters."""
    cap = min(cap, 22)
    pitch, light = cap * rng.uniform(2.6, 6), rng.uniform(0, 255)
    page = Page(
        np.full(
            (rng.randint(300, 560), rng.randint(360, 660)), light * rng.uniform(0.3, 1), np.float32
        )
    )
    kind, gap = Print(rng, cap, light), rng.uniform(0.08, 0.25)
    for row in range(int(page.height / pitch)):
        x = rng.uniform(-1, 0) * pitch
        while x < page.width:
            wide = rng.choice((1, 1, 1, 1, 1, 1.5, 2)) * pitch
            corner, end = (round(x), round(row * pitch)), (
                round(x + wide * (1 - gap)),
                round((row + 1 - gap) * pitch),
            )
            cv2.rectangle(page.pixels, corner, end, light + rng.uniform(-5, 5), -1)
            cv2.rectangle(page.pixels, corner, end, light * 0.7, 1)
            legend = (
                rng.choice(("Enter", "Shift", "Ctrl", "Alt", "Tab", "Esc", "F5", "Home", "Del"))
                if rng.random() < 0.2
                else rng.choice("QWERTYUIOPASDFGHJKLZXCVBNM1234567890")
            )
            if x > 0 and x + wide < page.width and rng.random() < 0.95:
                kind.put(
                    page,
                    legend,
                    kind.value_font,
                    cap,
                    x + wide * 0.15,
                    row * pitch + cap * 1.3,
                    kind.ink,
                    wide * 0.7,
                )
            x += wide
    return page


def empty(rng, cap):
    """A card or desk without a letter: everything that is easily taken for text."""
    page, _ = paper(rng, rng.randint(300, 600), rng.randint(300, 600))
    marks.scatter(rng, page, rng.randint(2, 14), max(10, cap), cap * 10)
    return page


LAYOUTS = (
    (card, 44),
    (sheet, 13),
    (table, 8),
    (receipt, 10),
    (labels, 12),
    (keyboard, 5),
    (empty, 8),
)


def draw_page(rng, cap):
    """A page of a random kind whose main print has capitals of about `cap` pixels."""
    functions, weights = zip(*LAYOUTS)
    return rng.choices(functions, weights)[0](rng, cap)
