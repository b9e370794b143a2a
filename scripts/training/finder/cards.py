"""Made-up cards and booklets: headings, portrait, entries with captions, machine readable zone."""

import fonts
import text as texts
from finder import marks
from finder.drawing import ink_on, measured
from finder.printing import Print, paper

MAX_SIDE = 1200


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
        page.pixels[max(0, round(bottom - pitch * rows - cap * 0.5)) :] = rng.uniform(190, 255)
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
    kind.put(
        page,
        kind.value(),
        kind.value_font,
        kind.cap,
        x + rng.choice((0, 0, kind.cap)),
        y,
        kind.ink,
        width,
        kind.tracking,
        kind.gap(),
    )
    return y + kind.cap * lead + small * 0.3


def _entry_beside(kind, page, x, y, width, small, number):
    """A caption or a number, and its value beside it: two lines of print."""
    rng = kind.rng
    y += kind.cap
    label = (
        rng.choice(("1.", "2.", "3.", "4a.", "4b.", "4c.", "5.", "7.", "8.", "9.", "12."))
        if number
        else kind.caption()
    )
    right = kind.put(page, label, kind.caption_font, small, x, y, kind.caption_ink, width * 0.5)
    start = right + kind.cap * rng.uniform(1.7, 3.5)
    if width - (start - x) > kind.cap * 2:
        kind.put(
            page,
            kind.value(),
            kind.value_font,
            kind.cap,
            start,
            y,
            kind.ink,
            width - (start - x),
            kind.tracking,
            kind.gap(),
        )
    return y + kind.cap * rng.uniform(0.5, 1.3)


def _entry_plain(kind, page, x, y, width):
    y += kind.cap
    kind.put(
        page,
        kind.value(),
        kind.value_font,
        kind.cap,
        x,
        y,
        kind.ink,
        width,
        kind.tracking,
        kind.gap(),
    )
    return y + kind.cap * kind.rng.uniform(0.4, 1.3)


def _columns(kind, page, left, top, right, bottom):
    """The entries of a card, in one to three columns."""
    rng = kind.rng
    style = rng.choice(("stacked", "stacked", "stacked", "beside", "number", "plain"))
    small = max(kind.cap * rng.uniform(0.42, 0.95), 3.0)
    count = rng.choice((1, 1, 2, 2, 3)) if right - left > kind.cap * 16 else 1
    for column in range(count):
        width = (right - left) / count - kind.cap * 1.8
        x, y = left + column * (right - left) / count, top + rng.choice(
            (0, 0, rng.uniform(0, 3) * kind.cap)
        )
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
        kind.put(
            page,
            text.upper() if rng.random() < 0.6 else text,
            kind.title_font,
            cap,
            x,
            top,
            kind.caption_ink,
            page.width - margin - x,
            rng.choice((0, 0, rng.uniform(0.03, 0.3))),
            kind.gap(),
        )
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
        marks.place(
            rng,
            page,
            x,
            y,
            x + breadth,
            y + height,
            rng.choices((marks.portrait, marks.photo, marks.emblem), (86, 7, 7))[0],
        )
        left, right = (x + breadth + margin * 0.8, right) if x == left else (left, x - margin * 0.8)
    _columns(kind, page, left, top, right, bottom)
    if rng.random() < 0.75:
        marks.scatter(rng, page, rng.randint(1, 4), cap * 2, cap * 9)
    return page
