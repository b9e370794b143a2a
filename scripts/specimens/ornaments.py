"""What security printers draw: guilloches, rosettes, tints, emblems, a portrait without a face, a signature."""

import math

import cv2
import numpy as np

from specimens.canvas import SCALE, font


def tint(canvas, corners):
    """Blends four RGB corner colours (TL, TR, BL, BR) over the sheet."""
    small = np.array(corners, np.float32).reshape(2, 2, 3)
    size = (canvas.width * SCALE, canvas.height * SCALE)
    # Corner pixels must lie on the corners, so the sheet is cut from the middle of a twice as large blend.
    wide = cv2.resize(small, (size[0] * 2, size[1] * 2), interpolation=cv2.INTER_LINEAR)
    canvas.pixels[:] = wide[size[1] // 2:size[1] // 2 + size[1], size[0] // 2:size[0] // 2 + size[0]]


def _lines(phase, sharpness):
    """Thin lines where the phase passes whole numbers."""
    return np.exp(-sharpness * np.abs(phase - np.round(phase)))


def waves(canvas, rng, color, strength=0.25, pitch=9.0, box=None):
    """Families of wavy lines across the sheet (or a box)."""
    xs, ys = canvas.grid()
    total = np.zeros_like(xs)
    for _ in range(2):
        angle = rng.uniform(-0.7, 0.7)
        along = xs * math.cos(angle) + ys * math.sin(angle)
        across = ys * math.cos(angle) - xs * math.sin(angle)
        bend = (rng.uniform(8, 20) * np.sin(along / rng.uniform(24, 60) + rng.uniform(0, 6)) +
                rng.uniform(3, 9) * np.sin(along / rng.uniform(9, 20)))
        total = np.maximum(total, _lines((across + bend) / pitch, 9.0))
    if box is not None:
        inside = (xs > box[0]) & (xs < box[2]) & (ys > box[1]) & (ys < box[3])
        total = total * inside
    canvas.ink(total, color, strength)


def rosette(canvas, rng, x, y, radius, color, strength=0.4):
    """A closed guilloche of many turns."""
    petals, inner = rng.randint(7, 13), rng.uniform(0.25, 0.55)
    mask = np.zeros((canvas.height * SCALE, canvas.width * SCALE), np.uint8)
    turn = np.linspace(0, 2 * math.pi, 1400)
    for ring in range(9):
        shift = ring / 9 * 2 * math.pi / petals
        r = radius * (inner + (1 - inner) * (0.5 + 0.5 * np.cos(petals * (turn + shift)))) * (1 - 0.03 * ring)
        points = np.stack([x + r * np.cos(turn), y + r * np.sin(turn)], 1) * SCALE * 16
        cv2.polylines(mask, [np.round(points).astype(np.int32)], True, 255, 1, cv2.LINE_AA, 4)
    canvas.ink(mask / 255.0, color, strength)


def microtext(canvas, words, x, baseline, right, color):
    """A line of print too small to read."""
    face = font("sans", 4.5)
    line = (words + " ") * 40
    while face.getlength(line) / SCALE > right - x:
        line = line[:-1]
    canvas.text(line, x, baseline, "sans", 4.5, color, 0.6)


def emblem(canvas, x, y, radius, color, points):
    """An invented device: a star within a ring of dots."""
    star = []
    for i in range(points * 2):
        r = radius * (0.62 if i % 2 == 0 else 0.28)
        angle = math.pi * i / points - math.pi / 2
        star.append(((x + r * math.cos(angle)) * SCALE, (y + r * math.sin(angle)) * SCALE))
    canvas.shape(lambda d: d.polygon(star, fill=255), color)
    for i in range(points * 2):
        angle = math.pi * i / points
        cx, cy = (x + radius * 0.88 * math.cos(angle)) * SCALE, (y + radius * 0.88 * math.sin(angle)) * SCALE
        dot = radius * 0.08 * SCALE
        canvas.shape(lambda d, box=(cx - dot, cy - dot, cx + dot, cy + dot): d.ellipse(box, fill=255), color)


def flag(canvas, left, top, right, bottom, colors):
    """Upright stripes of invented colours."""
    step = (right - left) / len(colors)
    for i, color in enumerate(colors):
        canvas.box(left + i * step, top, left + (i + 1) * step, bottom, color)


def hologram(canvas, rng, x, y, radius):
    """A faint patch of shifting colour."""
    xs, ys = canvas.grid()
    distance = np.hypot(xs - x, ys - y) / radius
    fade = np.clip(1.2 - distance, 0, 1) * 0.22
    hue = (np.arctan2(ys - y, xs - x) * rng.randint(2, 4) + distance * 5)[..., None]
    canvas.pixels += fade[..., None] * 60 * np.sin(hue + np.array([0, 2.1, 4.2], np.float32))


def portrait(canvas, rng, left, top, right, bottom, backdrop=(214, 218, 222), name="photo"):
    """A head and shoulders in greys, with hair and no face."""
    w, h = (right - left), (bottom - top)
    size = (round(h * SCALE), round(w * SCALE))
    picture = np.empty(size + (3,), np.float32)
    picture[:] = np.array(backdrop, np.float32) * np.linspace(1.04, 0.92, size[1])[None, :, None]
    unit = np.array([size[1], size[0]])

    def blob(cx, cy, rx, ry, grey, angle=0):
        center, axes = (np.array([cx, cy]) * unit).astype(int), (np.array([rx, ry]) * unit).astype(int)
        cv2.ellipse(picture, tuple(map(int, center)), tuple(map(int, axes)), angle, 0, 360, grey, -1, cv2.LINE_AA)

    hair, skin, coat = rng.uniform(30, 150), rng.uniform(150, 205), rng.uniform(30, 110)
    long_hair = rng.random() < 0.5
    if long_hair:
        blob(0.5, 0.52, 0.29, 0.36, (hair,) * 3)
    blob(0.5, 1.08, 0.46, 0.32, (coat, coat, coat * 1.05))
    blob(0.5, 0.78, 0.11, 0.16, (skin * 0.86,) * 3)
    blob(0.5, 0.40, 0.23, 0.25, (hair * 0.9,) * 3)
    blob(0.5, 0.48, 0.19, 0.26, (skin, skin * 0.98, skin * 0.96))
    blob(0.5, 0.26, 0.19, 0.10, (hair,) * 3, rng.uniform(-12, 12))
    light = np.linspace(1.08, 0.88, size[1])[None, :, None]
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, 4, size + (1,))
    picture = cv2.GaussianBlur(picture, (0, 0), 2.2 * SCALE) * 0.75 + picture * 0.25
    y0, x0 = round(top * SCALE), round(left * SCALE)
    target = canvas.pixels[y0:y0 + size[0], x0:x0 + size[1]]
    target += 0.92 * (picture * light + grain - target)
    if name:
        canvas.area(name, left, top, right, bottom)


def ghost(canvas, left, top, right, bottom, source):
    """A small faint copy of the portrait, as second images are."""
    quad = canvas.areas[source]
    x0, y0, x1, y1 = (round(v * SCALE) for v in (*quad[0], *quad[2]))
    width, height = round((right - left) * SCALE), round((bottom - top) * SCALE)
    small = cv2.resize(canvas.pixels[y0:y1, x0:x1], (width, height), interpolation=cv2.INTER_AREA)
    grey = small.mean(2, keepdims=True)
    ys, xs = round(top * SCALE), round(left * SCALE)
    target = canvas.pixels[ys:ys + height, xs:xs + width]
    target -= 0.35 * np.clip(225 - grey, 0, 255)


def signature(canvas, rng, left, top, right, bottom, color=(32, 34, 70)):
    """A pen line of loops within the box."""
    count = rng.randint(7, 10)
    xs = np.linspace(left + 6, right - 6, count)
    middle, height = (top + bottom) / 2, (bottom - top) / 2
    knots = []
    for i, x in enumerate(xs):
        sway = (1 if i % 2 else -1) * rng.uniform(0.15, 0.95 if i < 3 else 0.5) * (1 - 0.4 * i / count)
        knots.append((x + rng.uniform(-7, 7), middle + sway * (height - 3)))
    knots = np.array(knots)
    t = np.linspace(0, count - 1, 500)
    i = np.clip(t.astype(int), 0, count - 2)
    f = (t - i)[:, None]
    before, after = knots[np.maximum(i - 1, 0)], knots[np.minimum(i + 2, count - 1)]
    here, there = knots[i], knots[i + 1]
    curve = here + 0.5 * f * (there - before + f * (2 * before - 5 * here + 4 * there - after +
                                                     f * (3 * (here - there) + after - before)))
    loops = np.stack([np.cos(t * 2.9), np.sin(t * 2.9)], 1) * (height * 0.18)
    points = np.clip(curve + loops, (left, top), (right, bottom))
    mask = np.zeros((canvas.height * SCALE, canvas.width * SCALE), np.uint8)
    cv2.polylines(mask, [np.round(points * SCALE * 16).astype(np.int32)], False, 255, round(1.1 * SCALE), cv2.LINE_AA, 4)
    canvas.ink(mask / 255.0, color, 0.85)
    canvas.area("signature", left, top, right, bottom)
