"""What stands on documents beside text: portraits, chips, barcodes, emblems, guilloches,
signatures.

Each of MARKS fills a box of the page: `target` is the box's pixels, which it changes.
"""

import math

import cv2
import numpy as np

from finder.noise import noise


def _ellipse(target, centre, radii, grey, thick=-1, turn=0.0):
    """An ellipse; centre and radii as shares of the box."""
    height, width = target.shape
    middle = round(centre[0] * width), round(centre[1] * height)
    axes = max(1, round(radii[0] * width)), max(1, round(radii[1] * height))
    cv2.ellipse(target, middle, axes, turn, 0, 360, grey, thick, cv2.LINE_AA)


def _features(rng, target, skin):
    """Eyes, brows, nose, mouth, glasses."""
    height, width = target.shape
    for side in (-1, 1):
        _ellipse(target, (0.5 + side * 0.11, 0.41), (0.05, 0.02), skin * 0.35)
        _ellipse(target, (0.5 + side * 0.11, 0.41), (0.018, 0.016), rng.uniform(0, 40))
        brow = [round((0.5 + side * x) * width) for x in (0.05, 0.17)]
        cv2.line(
            target,
            (brow[0], round(0.365 * height)),
            (brow[1], round(0.36 * height)),
            skin * 0.5,
            max(1, width // 40),
            cv2.LINE_AA,
        )
        if rng.random() < 0.2:
            _ellipse(
                target, (0.5 + side * 0.11, 0.41), (0.085, 0.06), skin * 0.3, max(1, width // 60)
            )
    cv2.line(
        target,
        (width // 2, round(0.43 * height)),
        (round(0.52 * width), round(0.52 * height)),
        skin * 0.8,
        max(1, width // 60),
        cv2.LINE_AA,
    )
    _ellipse(target, (0.5, 0.59), (0.09, 0.018), skin * 0.5)


def portrait(rng, target):
    height, width = target.shape
    target[:] = rng.uniform(60, 240) + noise(rng, width, height, 32) * rng.uniform(2, 15)
    skin, hair = rng.uniform(90, 220), rng.uniform(0, 130)
    _ellipse(target, (0.5, 0.98), (0.48, 0.3), rng.uniform(0, 200))
    _ellipse(target, (0.5, 0.4), (0.33, 0.35 if rng.random() < 0.6 else 0.5), hair)
    _ellipse(target, (0.5, 0.72), (0.12, 0.2), skin * 0.85)
    _ellipse(target, (0.5, 0.45), (0.25, 0.3), skin)
    _features(rng, target, skin)
    for _ in range(rng.randint(0, 25)):
        angle = rng.uniform(3.3, 6.1)
        x, y = 0.5 + 0.3 * math.cos(angle), 0.45 + 0.3 * math.sin(angle)
        end = round((x + rng.gauss(0, 0.06)) * width), round((y + rng.uniform(0.05, 0.4)) * height)
        cv2.line(
            target, (round(x * width), round(y * height)), end, rng.uniform(0, 160), 1, cv2.LINE_AA
        )
    for _ in range(rng.randint(0, 6)):
        xs = [round(rng.uniform(0.1, 0.9) * width) for _ in range(2)]
        cv2.line(
            target,
            (xs[0], round(0.8 * height)),
            (xs[1], height),
            rng.uniform(0, 255),
            rng.randint(1, 3),
            cv2.LINE_AA,
        )
    target += noise(rng, width, height, 8) * rng.uniform(0, 18)
    target += noise(rng, width, height, 2) * rng.uniform(0, 12)
    if rng.random() < 0.5:
        target[:] = cv2.GaussianBlur(target, (0, 0), rng.uniform(0.5, 2))


def photo(rng, target):
    height, width = target.shape
    for cell in (32, 8, 3):
        target += noise(rng, width, height, cell) * rng.uniform(3, 40)


def barcode(rng, target):
    width = target.shape[1]
    target[:] = rng.uniform(180, 250)
    unit, x, dark = rng.uniform(1, max(1.2, width / 90)), 0.0, rng.uniform(0, 60)
    while x < width:
        bar = rng.choice((1, 1, 2, 3)) * unit
        target[:, round(x) : round(x + bar)] = dark
        x += bar + rng.choice((1, 1, 2, 3)) * unit


def matrix_code(rng, target):
    height, width = target.shape
    count = rng.randint(12, 40)
    rows = count if rng.random() < 0.7 else max(4, count // 3)
    bits = np.random.default_rng(rng.getrandbits(32)).random((rows, count)) > 0.5
    cells = bits.astype(np.float32) * rng.uniform(110, 240) + rng.uniform(0, 15)
    target[:] = cv2.resize(cells, (width, height), interpolation=cv2.INTER_NEAREST)


def chip(rng, target):
    """The contacts of a chip card."""
    height, width = target.shape
    plate, gap = rng.uniform(110, 230), rng.uniform(30, 100)
    target[:] = plate + noise(rng, width, height, 16) * 6
    for share in (0.25, 0.5, 0.75):
        y = round(share * height)
        cv2.line(target, (0, y), (round(width * 0.38), y), gap, max(1, width // 40), cv2.LINE_AA)
        cv2.line(
            target, (round(width * 0.62), y), (width, y), gap, max(1, width // 40), cv2.LINE_AA
        )
    _ellipse(target, (0.5, 0.5), (0.16, 0.3), gap, max(1, width // 40))
    cv2.rectangle(target, (0, 0), (width - 1, height - 1), gap, max(1, width // 30))


def circuit(rng, target):
    """A black chip with its pins, as on a board."""
    height, width = target.shape
    target[:] = rng.uniform(60, 150)
    pitch = rng.uniform(3, max(4, width / 8))
    for x in np.arange(pitch / 2, width, pitch):
        half = max(1, round(pitch * 0.2))
        cv2.rectangle(
            target, (round(x) - half, 0), (round(x) + half, height), rng.uniform(170, 240), -1
        )
    dark = rng.uniform(10, 60)
    cv2.rectangle(target, (0, round(height * 0.25)), (width, round(height * 0.75)), dark, -1)
    cv2.circle(
        target, (round(width * 0.1), round(height * 0.62)), max(1, height // 16), dark + 30, -1
    )


def emblem(rng, target):
    """Coats of arms, seals, stars, eagles: ellipses and rays in one ink."""
    grey, (height, width) = rng.uniform(0, 255), target.shape
    for _ in range(rng.randint(3, 22)):
        centre = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7)
        radii = rng.uniform(0.05, 0.45), rng.uniform(0.05, 0.45)
        ink = rng.uniform(0, 255) if rng.random() < 0.3 else grey
        _ellipse(target, centre, radii, ink, rng.choice((1, 1, 1, 2, -1)), rng.uniform(0, 360))
    for _ in range(rng.randint(0, 14)):
        angle = rng.uniform(0, 2 * math.pi)
        end = round(width * (0.5 + 0.5 * math.cos(angle))), round(
            height * (0.5 + 0.5 * math.sin(angle))
        )
        cv2.line(target, (width // 2, height // 2), end, grey, 1, cv2.LINE_AA)


def flag(rng, target):
    height, count = target.shape[0], rng.randint(2, 8)
    for stripe in range(count):
        target[round(stripe * height / count) : round((stripe + 1) * height / count)] = rng.uniform(
            0, 255
        )


def signature(rng, target):
    """A pen line of loops: no print."""
    height, width = target.shape
    t = np.linspace(0, 1, 90)
    phases = [rng.uniform(0, 6.3) for _ in range(4)]
    loops, ups = rng.uniform(20, 60), rng.uniform(12, 40)
    xs = width * (0.05 + 0.88 * t + 0.05 * np.sin(t * loops + phases[0]))
    decay = 1 - rng.uniform(0, 0.7) * t
    ys = height * (
        0.5
        + decay
        * (
            0.28 * np.sin(t * ups + phases[1]) * np.sin(t * 7 + phases[2])
            + 0.14 * np.sin(t * loops + phases[3])
        )
    )
    points = np.round(np.stack([xs, ys], 1) * 8).astype(np.int32)
    grey = float(target.mean())
    ink = max(0.0, grey - rng.uniform(60, 220)) if grey > 90 else grey + 120
    cv2.polylines(target, [points], False, ink, rng.choice((1, 1, 2, 2, 3)), cv2.LINE_AA, 3)


def rosette(rng, target):
    """A closed guilloche."""
    height, width = target.shape
    turn = np.linspace(0, 2 * math.pi, 300)
    grey = float(target.mean()) + rng.choice((-1, 1)) * rng.uniform(15, 80)
    petals, inner = rng.randint(5, 13), rng.uniform(0.2, 0.6)
    for ring in range(rng.randint(2, 7)):
        r = inner + (1 - inner) * (0.5 + 0.5 * np.cos(petals * turn + ring))
        points = np.stack(
            [width * (0.5 + 0.49 * r * np.cos(turn)), height * (0.5 + 0.49 * r * np.sin(turn))], 1
        )
        cv2.polylines(
            target, [np.round(points * 8).astype(np.int32)], True, grey, 1, cv2.LINE_AA, 3
        )


MARKS = (
    portrait,
    portrait,
    photo,
    barcode,
    matrix_code,
    chip,
    circuit,
    emblem,
    emblem,
    flag,
    signature,
    rosette,
)


def place(rng, page, left, top, right, bottom, mark):
    """Draws a mark into the box where it lies on the page and is at least 8 pixels wide and
    tall.
    """
    x0, y0, x1, y1 = (round(value) for value in (left, top, right, bottom))
    if (
        x0 >= 0
        and y0 >= 0
        and x1 <= page.width
        and y1 <= page.height
        and x1 - x0 >= 8
        and y1 - y0 >= 8
    ):
        mark(rng, page.pixels[y0:y1, x0:x1])


def scatter(rng, page, count, low, high):
    """Marks of `low` to `high` pixels where no line of text is."""
    for _ in range(count):
        width = rng.uniform(low, high)
        height = width * rng.uniform(0.4, 1.3)
        mark = rng.choice(MARKS)
        for _ in range(6):
            x, y = rng.uniform(0, max(1, page.width - width)), rng.uniform(
                0, max(1, page.height - height)
            )
            if page.clear_of_lines(x, y, x + width, y + height, 4):
                place(rng, page, x, y, x + width, y + height, mark)
                break


def guilloche(rng, page):
    """Fine waves over the whole page."""
    xs = np.arange(0, page.width + 12, 6, dtype=np.float32)
    mask = np.zeros(page.pixels.shape, np.uint8)
    long, short, wide, narrow = (
        rng.uniform(20, 200),
        rng.uniform(10, 90),
        rng.uniform(5, page.height / 4),
        rng.uniform(0, 20),
    )
    phase, pitch, slope, drift = (
        rng.uniform(0, 6.3),
        rng.uniform(4, 30),
        rng.uniform(-0.4, 0.4),
        rng.uniform(0, 0.6),
    )
    for wave in range(rng.randint(3, 18)):
        ys = (
            0.1 * page.height
            + wave * pitch
            + wide * np.sin(xs / long + phase + drift * wave)
            + narrow * np.sin(xs / short + wave * drift)
            + slope * (xs - page.width / 2)
        )
        cv2.polylines(
            mask, [np.round(np.stack([xs, ys], 1)).astype(np.int32)], False, 255, 1, cv2.LINE_AA
        )
    page.pixels += mask * np.float32(rng.choice((-1, 1)) * rng.uniform(6, 55) / 255)
