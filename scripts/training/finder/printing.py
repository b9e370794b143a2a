"""Paper, and what it is printed with."""

import numpy as np

import fonts
import text as texts
from finder import marks
from finder.drawing import SCRIPT_SHARE, Page, fitted, ink_on, scripts, words_of
from finder.noise import noise


class Print:
    """What a page is printed with: its size, fonts and inks. `cap` is the height of the main
    print's capitals in page pixels.
    """

    def __init__(self, rng, cap, paper):
        self.rng, self.cap = rng, cap
        found = scripts()
        self.script = rng.choice(found) if found and rng.random() < SCRIPT_SHARE else None
        self.value_font, self.caption_font, self.title_font = (
            fonts.pick_font(rng, "A1") for _ in range(3)
        )
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
        return (words.upper() if rng.random() < 0.35 else words) + rng.choice(
            ("", "", "", ":", ".")
        )

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
        return (
            page.draw(text, font, cap, x, baseline, ink, self.strength, tracking, gap)
            if text
            else x
        )


def paper(rng, width, height, plain=False):
    """An empty page: tinted, at times with shades and guilloches."""
    grey = rng.choices(
        (rng.uniform(170, 250), rng.uniform(90, 170), rng.uniform(10, 90)), (70, 18, 12)
    )[0]
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
