"""What stands about a line of text on a document: lines above and below, print beside it, captions, rules and boxes."""
import numpy as np
from PIL import Image, ImageDraw

import fonts
import text as texts

# Lines are drawn with capitals of this height, well above what a camera resolves, then scaled down to the camera's pixels.
DRAWN_CAP_HEIGHT = 28


def _draw(paper, text, face, place, anchor, strength):
    layer = Image.new("L", (paper.shape[1], paper.shape[0]), 0)
    ImageDraw.Draw(layer).text(place, text, fill=255, font=face, anchor=anchor)
    paper -= np.asarray(layer, np.float32) / 255 * strength


def _neighbour(rng, text, font):
    """A text for another line, that the font can draw."""
    for _ in range(5):
        other = texts.draw_text(rng)[1] if rng.random() < 0.7 else text
        if set(other) <= font.characters:
            return other
    return text


def _lines_about(rng, paper, box, ink, text, font, beside):
    """Lines of the same print above and below, and print beside the text, as on pages and in zones."""
    left, top, right, bottom = box
    height = bottom - top
    size = rng.uniform(0.8, 1.25) if rng.random() < 0.3 else 1.0
    face = font.at_cap_height(max(int(DRAWN_CAP_HEIGHT * size), 8))
    gap = rng.uniform(0.15, 0.5) if rng.random() < 0.5 else rng.uniform(0.3, 1.1)
    start = left + (0 if rng.random() < 0.6 else rng.uniform(-3, 2) * height)
    if rng.random() < 0.7:
        _draw(paper, _neighbour(rng, text, font), face, (start, top - gap * height), "ld" if rng.random() < 0.5 else "ls", ink)
    if rng.random() < 0.7:
        other = _neighbour(rng, text, font)
        ascent = face.getbbox(other, anchor="ls")[1]
        _draw(paper, other, face, (start, bottom + gap * height - ascent), "ls", ink)
    if beside and rng.random() < 0.4:
        other = _neighbour(rng, text, font)
        if rng.random() < 0.5:
            _draw(paper, other, face, (left - rng.uniform(0.8, 2.5) * DRAWN_CAP_HEIGHT, 3.5 * DRAWN_CAP_HEIGHT), "rs", ink)
        else:
            _draw(paper, other, face, (right + rng.uniform(0.8, 2.5) * DRAWN_CAP_HEIGHT, 3.5 * DRAWN_CAP_HEIGHT), "ls", ink)


def _captions_and_rules(rng, paper, box, ink):
    """Captions near the text, rules and boxes."""
    left, top, right, bottom = box
    height = bottom - top
    if rng.random() < 0.30:
        above = rng.random() < 0.6
        font = fonts.pick_font(rng, "Name")
        caption = " ".join(rng.choice(texts.WORDS) for _ in range(rng.randint(1, 4))) if rng.random() < 0.75 else texts.draw_text(rng)[1]
        if font is not None and set(caption) <= font.characters:
            size = rng.uniform(0.35, 0.8) if rng.random() < 0.75 else 1.0
            face = font.at_cap_height(int(DRAWN_CAP_HEIGHT * size))
            layer = Image.new("L", (paper.shape[1], paper.shape[0]), 0)
            # The caption's near edge lies within or beyond the margin, never on the text itself.
            distance = rng.uniform(0.06, 0.35) * height
            if above:
                ImageDraw.Draw(layer).text((left + rng.uniform(-1.5, 0.7) * height, top - distance), caption, fill=255, font=face, anchor="ld" if rng.random() < 0.5 else "ls")
            else:
                ImageDraw.Draw(layer).text((left + rng.uniform(-1.5, 0.7) * height, bottom + distance), caption, fill=255, font=face, anchor="lt")
            strength = rng.uniform(0.3, 1.0)
            paper -= np.asarray(layer, np.float32) / 255 * ink * strength
    if rng.random() < 0.10:
        y = int(bottom + rng.uniform(0.08, 0.4) * height) if rng.random() < 0.7 else int(top - rng.uniform(0.08, 0.4) * height)
        thick = rng.randint(1, 4)
        if 0 < y < paper.shape[0] - thick:
            paper[y:y + thick, :] -= ink * rng.uniform(0.3, 1)
    if rng.random() < 0.06:
        x = int(left - rng.uniform(0.2, 0.8) * height) if rng.random() < 0.6 else int(right + rng.uniform(0.2, 0.8) * height)
        if 0 < x < paper.shape[1] - 3:
            paper[:, x:x + rng.randint(1, 3)] -= ink * rng.uniform(0.3, 1)


def add(rng, paper, box, ink, text, font, beside):
    """Draws into `paper` (grey, float) what stands about the ink's box; never onto the text itself. `beside` allows print in its row."""
    if rng.random() < 0.35:
        _lines_about(rng, paper, box, ink, text, font, beside)
    else:
        _captions_and_rules(rng, paper, box, ink)
