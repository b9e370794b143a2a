"""Training lines rendered on the fly: a text printed on a document's ground, photographed, cut out, and normalised by the library.

Every line is a function of (seed, index) alone, whatever process renders it.
"""
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

import fonts
import text as texts

# Raised whenever the rendered lines of a seed change.
DATA_VERSION = 7
# Lines are drawn with capitals of this height, well above what a camera resolves, then scaled down to the camera's pixels.
DRAWN_CAP_HEIGHT = 28


class Textures:
    """Grounds in [-1, 1], drawn once a process: clouds, guilloche, stripes and dots, from which pieces are cut."""

    HEIGHT, WIDTH, COUNT = 256, 1024, 48

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.pool = [self._make(rng, index % 4) for index in range(self.COUNT)]

    def _make(self, rng, kind):
        y, x = np.mgrid[0:self.HEIGHT, 0:self.WIDTH].astype(np.float32)
        if kind == 0:
            ground = np.zeros((self.HEIGHT, self.WIDTH), np.float32)
            for octave in range(2, 8):
                small = rng.standard_normal((max(self.HEIGHT >> (8 - octave), 2), max(self.WIDTH >> (8 - octave), 2))).astype(np.float32)
                ground += cv2.resize(small, (self.WIDTH, self.HEIGHT), interpolation=cv2.INTER_CUBIC) * rng.uniform(0.4, 0.9) ** octave
        elif kind == 1:
            ground = np.zeros((self.HEIGHT, self.WIDTH), np.float32)
            for _ in range(rng.integers(1, 4)):
                wave = rng.uniform(4, 24) * np.sin(x / rng.uniform(12, 120) + rng.uniform(0, 6.3)) + rng.uniform(0, 10) * np.sin(x / rng.uniform(5, 40))
                phase = (y * rng.uniform(0.3, 1) + x * rng.uniform(-0.7, 0.7) + wave) * 2 * np.pi / rng.uniform(5, 22)
                ground = np.minimum(ground, -np.clip(np.cos(phase) * rng.uniform(2, 6) - rng.uniform(1, 4), 0, 1))
        elif kind == 2:
            angle, period = rng.uniform(0, np.pi), rng.uniform(4, 40)
            ground = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
            if rng.random() < 0.5:
                ground = ground * np.sin((x * np.sin(angle) - y * np.cos(angle)) * 2 * np.pi / period)
        else:
            ground = cv2.GaussianBlur(rng.standard_normal((self.HEIGHT, self.WIDTH)).astype(np.float32), (0, 0), rng.uniform(0.7, 6))
        ground -= ground.mean()
        return (ground / (np.abs(ground).max() + 1e-6)).astype(np.float32)

    def cut(self, rng, height, width):
        """A piece of a random texture, at a random magnification, with mean about 0."""
        ground = self.pool[rng.randrange(self.COUNT)]
        zoom = rng.uniform(0.5, 2.0)
        h, w = min(int(height / zoom) + 2, self.HEIGHT), min(int(width / zoom) + 2, self.WIDTH)
        y, x = rng.randrange(self.HEIGHT - h + 1), rng.randrange(self.WIDTH - w + 1)
        piece = ground[y:y + h, x:x + w]
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        return cv2.resize(piece, (width, height), interpolation=cv2.INTER_LINEAR)


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
    pen, places = 2.0 * unit, []
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
    width, height = int(pen + 2 * unit), 4 * unit
    canvas = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(canvas)
    wobble = rng.random() < 0.06
    for character, x in zip(text, places):
        if character != " ":
            draw.text((x, 2.5 * unit + (rng.uniform(-0.05, 0.05) * unit if wobble else 0)), character, fill=255, font=face, anchor="ls")
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


def _add_surroundings(rng, paper, box, ink):
    """What stands beside a field: captions cut by the crop's edge, rules, boxes, the end of a neighbour."""
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


def _print_document(rng, nprng, textures, text, font, mrz):
    """Grey document piece (float, 0..255) with the text, and the ink's box."""
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
    _add_surroundings(rng, paper, box, ink)
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


def _photograph(rng, nprng, paper, box):
    """The camera's pixels of the text with its margins: perspective, blur, light, noise, compression."""
    left, top, right, bottom = box
    height = bottom - top
    # The field's quad hugs the ink more or less, plus the 10 % margin; letters without descenders leave room below.
    upper = rng.uniform(-0.01, 0.38) if rng.random() < 0.85 else rng.uniform(-0.04, 0.8)
    lower = rng.uniform(-0.01, 0.38) if rng.random() < 0.85 else rng.uniform(-0.04, 0.8)
    before = rng.uniform(-0.02, 0.5) if rng.random() < 0.85 else rng.uniform(-0.02, 2.0)
    after = rng.uniform(-0.02, 0.5) if rng.random() < 0.85 else rng.uniform(-0.02, 2.0)
    cap = max(height, DRAWN_CAP_HEIGHT * 0.9)
    x0, x1, y0, y1 = left - before * cap, right + after * cap, top - upper * cap, bottom + lower * cap
    kind = rng.random()
    rows = rng.uniform(18, 34) if kind < 0.65 else rng.uniform(13, 20) if kind < 0.82 else rng.uniform(32, 50)
    scale = rows / (y1 - y0)
    # Published specimens, and so the data sets made of them, are reproductions: low resolution before the camera's own.
    if rng.random() < 0.6:
        paper = _reproduce(rng, nprng, paper, rng.uniform(10, 13) if rng.random() < 0.4 else rng.uniform(12, 22))
    stretch = rng.uniform(0.72, 1.3) if rng.random() < 0.6 else rng.uniform(0.9, 1.1)
    columns = max(int((x1 - x0) * scale * stretch), 4)
    rows = int(round(rows))

    source = np.float32([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    angle = np.deg2rad(rng.gauss(0, 1.0)) if rng.random() < 0.6 else 0.0
    skew = rng.uniform(-0.25, 0.25) if rng.random() < 0.2 else rng.uniform(-0.04, 0.04)
    centre = source.mean(0)
    slope = min(1.0, 9 * (y1 - y0) / (x1 - x0))
    offset = source - centre
    offset[:, 1] += offset[:, 0] * np.tan(angle) * slope
    offset[:, 0] += offset[:, 1] * skew
    jitter = nprng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * (y1 - y0)
    source = centre + offset + jitter

    # Scale in two steps: area averaging down to at most twice the camera's pixels, then the warp, so that nothing aliases.
    shrink = min(1.0, 2 * scale)
    small = cv2.resize(paper, None, fx=min(1.0, shrink * max(stretch, 1)), fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else paper
    source = source * np.float32([small.shape[1] / paper.shape[1], small.shape[0] / paper.shape[0]])
    blur = rng.uniform(0.3, 0.9) if rng.random() < 0.72 else rng.uniform(0.8, 1.5)
    blur = max(blur * 2 * rows / 26 * (0.7 if rows < 18 else 1.0), 0.3)
    squeeze = rng.uniform(1.0, 1.8) if rng.random() < 0.3 else 1.0  # lenses and shake blur one way more than the other
    small = cv2.GaussianBlur(small, (0, 0), blur * squeeze, sigmaY=blur) if rng.random() < 0.5 else cv2.GaussianBlur(small, (0, 0), blur, sigmaY=blur * squeeze)
    target = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    view = cv2.warpPerspective(small, cv2.getPerspectiveTransform(source.astype(np.float32), target), (columns, rows), flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.15:
        length = rng.randint(2, 5 if rows > 20 else 3)
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
        x, y, spread = rng.uniform(0, columns), rng.uniform(-0.5, 1.5) * rows, rng.uniform(0.4, 3) * rows
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
        view = cv2.resize(view, size, interpolation=rng.choice((cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LINEAR)))
    return view


class LineRenderer:
    """Renders lines of a seed; `normalizer` maps a grey crop to the network's pixels (native.Normalizer)."""

    def __init__(self, seed, normalizer, max_width=800):
        self.seed = seed
        self.normalizer = normalizer
        self.max_width = max_width
        self.textures = Textures(seed)

    def crop(self, index):
        """(kind, text, grey crop) of line `index`."""
        rng = random.Random(self.seed * 1_000_003 + index)
        nprng = np.random.default_rng(rng.getrandbits(63))
        while True:
            kind, text = texts.draw_text(rng)
            font = fonts.pick_font(rng, text, kind == "mrz")
            if font is None:
                continue
            paper, box = _print_document(rng, nprng, self.textures, text, font, kind == "mrz")
            return kind, text, _photograph(rng, nprng, paper, box)

    def legible_crop(self, index):
        """crop(index), or that of a later line where the text is squeezed beyond what CTC can tell apart."""
        kind, text, crop = self.crop(index)
        columns = (self.normalizer(crop).shape[1] + 3) // 4
        # CTC needs a column a character and one more between equal neighbours.
        needed = len(text) + sum(a == b for a, b in zip(text, text[1:]))
        if columns < needed + 2 or 4 * columns > self.max_width:
            return self.legible_crop(index + 500_000_000)
        return kind, text, crop

    def line(self, index):
        """(kind, text, normalised line [32, width]) of line `index`."""
        kind, text, crop = self.legible_crop(index)
        return kind, text, self.normalizer(crop)
