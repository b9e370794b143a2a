"""Training lines rendered on the fly: a text printed on a document's ground, photographed, cut out, and normalised by the library.

Every line is a function of (seed, index) alone, whatever process renders it.
"""
import dataclasses
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

import fonts
import surroundings
import text as texts
from surroundings import DRAWN_CAP_HEIGHT
from textures import Textures

# Raised whenever the rendered lines of a seed change.
DATA_VERSION = 10
SIDE = 5.0  # capital heights of paper left and right of the text
# A reproduction in few pixels loses these before it loses letters: a date's dots then look like the spaces of another date.
SMALL_MARKS = ".,-:/'·"


def _draw_glyphs(rng, text, font, mrz):
    """The text's ink as a mask [height, width] in 0..1, with the box (left, top, right, bottom) of the ink."""
    face = font.at_cap_height(DRAWN_CAP_HEIGHT)
    kind = rng.random()
    unit = DRAWN_CAP_HEIGHT
    if mrz:
        tracking = rng.uniform(-0.02, 0.22) * unit
    elif kind < 0.5:
        tracking = rng.uniform(-0.02, 0.06) * unit
    elif kind < 0.8:
        tracking = rng.uniform(0.0, 0.25) * unit
    else:
        tracking = rng.uniform(0.15, 0.75 if len(text) < 16 else 0.4) * unit
    gap = rng.uniform(0.65, 1.5) if rng.random() < 0.7 else rng.uniform(1.0, 2.6)
    fixed = None
    if mrz:
        fixed = max(face.getlength(character) for character in "M0<")
    pen, places = SIDE * unit, []
    for character in text:
        advance = face.getlength(character)
        if fixed is not None:
            places.append(pen + (fixed - advance) / 2)
            advance = fixed
        else:
            places.append(pen)
            if character == " ":
                advance = max(advance, 0.18 * unit) * gap
        pen += advance + tracking
    width, height = int(pen + SIDE * unit), 6 * unit
    canvas = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(canvas)
    wobble = rng.random() < 0.06
    mark_ink = rng.uniform(0.3, 1.0) if rng.random() < 0.4 else 1.0
    for character, x in zip(text, places):
        if character != " ":
            ink = round(255 * min(mark_ink * rng.uniform(0.8, 1.2), 1.0)) if character in SMALL_MARKS else 255
            draw.text((x, 3.5 * unit + (rng.uniform(-0.05, 0.05) * unit if wobble else 0)), character, fill=ink, font=face, anchor="ls")
    box = canvas.getbbox()
    return np.array(canvas, np.float32) / 255, box


def _vary_ink(rng, nprng, mask):
    """Weight, wear and texture of the print."""
    kind = rng.random()
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    if kind < 0.3:
        mask += (cv2.dilate(mask, cross) - mask) * rng.uniform(0.2, 1)
    elif kind < 0.45:
        mask += (cv2.erode(mask, cross) - mask) * rng.uniform(0.2, 0.7)
    kind = rng.random()
    if kind < 0.12:
        grain = cv2.GaussianBlur(nprng.standard_normal(mask.shape, dtype=np.float32), (0, 0), rng.uniform(0.8, 3))
        mask = mask * np.clip(1 + grain * rng.uniform(0.5, 2.5), 0.2, 1)
    elif kind < 0.18:
        pitch = rng.choice((3, 4, 5))
        y, x = np.mgrid[0:mask.shape[0], 0:mask.shape[1]]
        dots = (np.cos(x * 2 * np.pi / pitch) + np.cos(y * 2 * np.pi / pitch)) > rng.uniform(-1.2, -0.2)
        mask = mask * (0.35 + 0.65 * dots.astype(np.float32))
    return mask


def _print_document(rng, nprng, textures, text, font, mrz, beside):
    """Grey document piece (float, 0..255) with the text, and the ink's box. Print stands beside the text only where `beside` allows it."""
    mask, box = _draw_glyphs(rng, text, font, mrz)
    mask = _vary_ink(rng, nprng, mask)
    height, width = mask.shape
    light = rng.uniform(110, 250)
    ink = min(light, max(light - rng.uniform(0, 60), 30)) if rng.random() < 0.65 else rng.uniform(0.35, 0.75) * light
    paper = np.full((height, width), light, np.float32)
    for _ in range(rng.choice((0, 1, 1, 2, 2))):
        strength = ink * (rng.uniform(0.02, 0.18) if rng.random() < 0.88 else rng.uniform(0.15, 0.35))
        paper += textures.cut(rng, height, width) * strength
    if rng.random() < 0.25:
        paper += np.linspace(-1, 1, width, dtype=np.float32)[None, :] * rng.uniform(-40, 40)
    surroundings.add(rng, paper, box, ink, text, font, beside)
    if rng.random() < 0.2:
        # Print that lets the ground through: ink multiplies instead of replacing.
        paper = paper * (1 - mask * (ink / light))
    else:
        level = light - ink + rng.uniform(-4, 4)
        paper = paper * (1 - mask) + mask * level
    if rng.random() < 0.07:
        overlay = textures.cut(rng, height, width)
        paper += np.clip(overlay * rng.uniform(1, 4), -0.2, 1) * rng.uniform(10, 60)
    if rng.random() < 0.04:
        paper = 255 - paper
    return paper, box


def _reproduce(rng, nprng, paper, cap_rows):
    """What a scan or a printed picture of a document leaves of it: few pixels, sharpened and compressed, then shown larger.

    `cap_rows` is the height of a capital letter in the reproduction's pixels. Same size and kind as `paper`.
    """
    height, width = paper.shape
    scale = cap_rows / DRAWN_CAP_HEIGHT
    small = cv2.resize(cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.2, 0.55) / scale), (max(int(width * scale), 2), max(int(height * scale), 2)),
                       interpolation=rng.choice((cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR)))
    if rng.random() < 0.3:
        small += (small - cv2.GaussianBlur(small, (0, 0), 0.9)) * rng.uniform(0.3, 1.5)
    if rng.random() < 0.3:
        small += nprng.standard_normal(small.shape, dtype=np.float32) * rng.uniform(1, 6)
    if rng.random() < 0.7:
        small = cv2.imdecode(cv2.imencode(".jpg", np.clip(small, 0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, rng.randint(35, 92)))[1],
                             cv2.IMREAD_GRAYSCALE).astype(np.float32)
    return cv2.resize(small, (width, height), interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_NEAREST)))


def _margins(rng, alone):
    """What the quad of a field leaves above, below, before and after the ink (shares of the line's height). Beside a line that does not stand
    `alone` there may be other print."""
    if rng.random() < 0.85:
        sides = [rng.uniform(-0.03, 0.38), rng.uniform(-0.03, 0.38)]
    else:
        sides = [rng.uniform(-0.05, 0.8), rng.uniform(-0.05, 0.8)]
    ends = [rng.uniform(-0.03, 0.5) if not alone or rng.random() < 0.85 else rng.uniform(-0.05, 2.0) for _ in range(2)]
    return (*sides, *ends)


def _photograph(rng, nprng, paper, box, around, alone):
    """The camera's pixels of the text: perspective, blur, light, noise, compression; with the part of them (left, top, right, bottom) that a
    reader would take for the field. `around` is what the picture holds beyond it, a share of its height."""
    left, top, right, bottom = box
    height = bottom - top
    upper, lower, before, after = _margins(rng, alone)
    cap = max(height, DRAWN_CAP_HEIGHT * 0.9)
    x0, x1, y0, y1 = left - before * cap, right + after * cap, top - upper * cap, bottom + lower * cap
    kind = rng.random()
    rows = rng.uniform(18, 34) if kind < 0.65 else rng.uniform(13, 20) if kind < 0.82 else rng.uniform(32, 50)
    scale = rows / (y1 - y0)
    # Published specimens, and so the data sets made of them, are reproductions: low resolution before the camera's own.
    if rng.random() < 0.6:
        paper = _reproduce(rng, nprng, paper, rng.uniform(10, 13) if rng.random() < 0.4 else rng.uniform(12, 22))
    stretch = rng.uniform(0.72, 1.3) if rng.random() < 0.6 else rng.uniform(0.9, 1.1)
    inner = max((x1 - x0) * scale * stretch, 4.0), rows
    room = around * (y1 - y0)
    x0, x1, y0, y1 = x0 - room / stretch, x1 + room / stretch, y0 - room, y1 + room
    columns, rows = max(int((x1 - x0) * scale * stretch), 4), max(int(round((y1 - y0) * scale)), 4)
    part = [(columns - inner[0]) / 2, (rows - inner[1]) / 2, (columns + inner[0]) / 2, (rows + inner[1]) / 2]

    source = np.float32([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    angle = np.deg2rad(rng.gauss(0, 1.0)) if rng.random() < 0.6 else 0.0
    skew = rng.uniform(-0.25, 0.25) if rng.random() < 0.2 else rng.uniform(-0.04, 0.04)
    centre = source.mean(0)
    slope = min(1.0, 9 * (y1 - y0) / (x1 - x0))
    offset = source - centre
    offset[:, 1] += offset[:, 0] * np.tan(angle) * slope
    offset[:, 0] += offset[:, 1] * skew
    jitter = nprng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * (bottom - top)
    source = centre + offset + jitter

    # Scale in two steps: area averaging down to at most twice the camera's pixels, then the warp, so that nothing aliases.
    shrink = min(1.0, 2 * scale)
    small = cv2.resize(paper, None, fx=min(1.0, shrink * max(stretch, 1)), fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else paper
    source = source * np.float32([small.shape[1] / paper.shape[1], small.shape[0] / paper.shape[0]])
    blur = rng.uniform(0.3, 0.9) if rng.random() < 0.72 else rng.uniform(0.8, 1.5)
    blur = max(blur * 2 * inner[1] / 26 * (0.7 if inner[1] < 18 else 1.0), 0.3)
    squeeze = rng.uniform(1.0, 1.8) if rng.random() < 0.3 else 1.0  # lenses and shake blur one way more than the other
    small = cv2.GaussianBlur(small, (0, 0), blur * squeeze, sigmaY=blur) if rng.random() < 0.5 else cv2.GaussianBlur(small, (0, 0), blur, sigmaY=blur * squeeze)
    target = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    view = cv2.warpPerspective(small, cv2.getPerspectiveTransform(source.astype(np.float32), target), (columns, rows), flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.15:
        length = rng.randint(2, 5 if inner[1] > 20 else 3)
        kernel = np.zeros((length, length), np.float32)
        if rng.random() < 0.5:
            kernel[length // 2, :] = 1 / length
        elif rng.random() < 0.5:
            kernel[:, length // 2] = 1 / length
        else:
            np.fill_diagonal(kernel, 1 / length)
        view = cv2.filter2D(view, -1, kernel, borderType=cv2.BORDER_REPLICATE)

    if rng.random() < 0.35:
        view *= np.linspace(rng.uniform(0.55, 1.0), 1.0, columns, dtype=np.float32)[None, ::rng.choice((1, -1))]
    if rng.random() < 0.12:
        x, y, spread = rng.uniform(0, columns), rng.uniform(-0.5, 1.5) * rows, rng.uniform(0.4, 3) * inner[1]
        gy, gx = np.ogrid[0:rows, 0:columns]
        view += np.exp(-((gx - x) ** 2 + (gy - y) ** 2) / (2 * spread ** 2)).astype(np.float32) * rng.uniform(30, 160)
    if rng.random() < 0.5:
        middle, contrast = 128.0, rng.uniform(0.35, 1.1)
        view = (view - middle) * contrast + middle + rng.uniform(-60, 70) * (1 - abs(contrast - 0.7))
    if rng.random() < 0.3:
        view = 255 * np.power(np.clip(view, 0, 255) / 255, rng.uniform(0.55, 1.7))
    view += nprng.standard_normal(view.shape, dtype=np.float32) * (rng.uniform(0.3, 4) if rng.random() < 0.88 else rng.uniform(4, 10))
    if rng.random() < 0.35:
        view += (view - cv2.GaussianBlur(view, (0, 0), rng.uniform(0.8, 1.6))) * rng.uniform(0.3, 1.6)
    view = np.clip(view, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = rng.randint(55, 95) if rng.random() < 0.75 else rng.randint(20, 55)
        view = cv2.imdecode(cv2.imencode(".jpg", view, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_GRAYSCALE)
    # Rectifying the page resamples the camera's pixels once more.
    if rng.random() < 0.8:
        factor = rng.uniform(0.9, 1.8)
        size = (max(int(view.shape[1] * factor * rng.uniform(0.95, 1.05)), 4), max(int(view.shape[0] * factor), 8))
        part = [edge * size[axis] / view.shape[1 - axis] for edge, axis in zip(part, (0, 1, 0, 1))]
        view = cv2.resize(view, size, interpolation=rng.choice((cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LINEAR)))
    return view, part


@dataclasses.dataclass
class Crop:
    """A piece of a picture (grey) with a line of text; `part` is what a reader takes for the field, None where it is all of it."""
    kind: str
    text: str
    grey: np.ndarray
    part: list | None
    room: float  # what the normaliser leaves about a line that had much more, see recognizer/page/normalize.h

    def alone(self):
        """The pixels of the part alone."""
        if self.part is None:
            return self.grey
        left, top, right, bottom = (max(round(edge), 0) for edge in self.part)
        return self.grey[top:bottom, left:right]


class LineRenderer:
    """Renders lines of a seed; `normalizer` maps crops to the network's pixels (native.Normalizer)."""

    def __init__(self, seed, normalizer, max_width=800):
        self.seed = seed
        self.normalizer = normalizer
        self.max_width = max_width
        self.textures = Textures(seed)

    def crop(self, index):
        """Crop of line `index`: of a field in a picture, or of a picture that holds the line alone."""
        rng = random.Random(self.seed * 1_000_003 + index)
        nprng = np.random.default_rng(rng.getrandbits(63))
        while True:
            kind, text = texts.draw_text(rng)
            font = fonts.pick_font(rng, text, kind == "mrz")
            if font is None:
                continue
            field = rng.random() < 0.75
            paper, box = _print_document(rng, nprng, self.textures, text, font, kind == "mrz", field)
            around = (rng.uniform(0.12, 0.22) if rng.random() < 0.6 else rng.uniform(0.0, 0.6)) if field else max(rng.uniform(-0.5, 0.5), 0)
            grey, part = _photograph(rng, nprng, paper, box, around, not field)
            return Crop(kind, text, grey, part if field else None, rng.uniform(0.2, 0.42))

    def _line(self, crop):
        """The normalised line; None where it is not the text's, or squeezed beyond what CTC can tell apart."""
        if crop.part is None:
            line = self.normalizer(crop.grey)
        else:
            line, found = self.normalizer.part(crop.grey, crop.part, crop.room)
            height = crop.part[3] - crop.part[1]
            if found[1] > crop.part[1] + 0.45 * height or found[3] < crop.part[3] - 0.45 * height:
                return None
        # CTC needs a column a character and one more between equal neighbours.
        needed = len(crop.text) + sum(a == b for a, b in zip(crop.text, crop.text[1:]))
        if (line.shape[1] + 3) // 4 < needed + 2 or line.shape[1] > self.max_width:
            return None
        return line

    def legible(self, index):
        """(crop, normalised line [32, width]) of line `index`, or of a later one where that cannot be read."""
        crop = self.crop(index)
        line = self._line(crop)
        return self.legible(index + 500_000_000) if line is None else (crop, line)

    def line(self, index):
        """(kind, text, normalised line [32, width]) of line `index`."""
        crop, line = self.legible(index)
        return crop.kind, crop.text, line
