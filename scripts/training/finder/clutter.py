"""What is no text: grounds that documents lie on, and things on documents and desks that look like
text from afar.
"""

import math

import cv2
import numpy as np

from finder.noise import noise


def _point(x, y):
    return round(x), round(y)


def _random_point(rng, width, height):
    return rng.uniform(0, width), rng.uniform(0, height)


def _polygon(image, points, grey):
    cv2.fillPoly(image, [np.round(points).astype(np.int32)], grey, cv2.LINE_AA)


def wood(rng, image):
    height, width = image.shape
    image += noise(rng, width, height, rng.choice((64, 128)), rng.choice((2, 3, 4))) * rng.uniform(
        5, 30
    )
    image += noise(rng, width, height, 32, rng.choice((2, 8))) * rng.uniform(2, 12)


def cloth(rng, image):
    ys, xs = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    pitch, angle = rng.uniform(3, 16), rng.uniform(0, math.pi)
    along = np.sin((xs * math.cos(angle) + ys * math.sin(angle)) * (2 * math.pi / pitch))
    across = np.sin((ys * math.cos(angle) - xs * math.sin(angle)) * (2 * math.pi / pitch))
    weave = np.sign(along) if rng.random() < 0.3 else along * (across if rng.random() < 0.7 else 1)
    image += weave * rng.uniform(4, 40)


def shards(rng, image):
    height, width = image.shape
    filled = rng.random() < 0.6
    for _ in range(rng.randint(5, 40)):
        x, y = _random_point(rng, width, height)
        radius = rng.uniform(4, 120)
        points = np.array(
            [
                (x + rng.gauss(0, 0.6) * radius, y + rng.gauss(0, 0.6) * radius)
                for _ in range(rng.randint(3, 7))
            ]
        )
        if filled:
            _polygon(image, points, rng.uniform(0, 255))
        else:
            cv2.polylines(
                image,
                [np.round(points).astype(np.int32)],
                rng.random() < 0.5,
                rng.uniform(0, 255),
                rng.randint(1, 5),
                cv2.LINE_AA,
            )


def strokes(rng, image):
    """Grass, straw, scratches."""
    height, width = image.shape
    lean = rng.uniform(0, math.pi)
    spread = rng.choice((0.2, 0.5, 3.0))
    for _ in range(rng.randint(30, 160)):
        x, y = _random_point(rng, width, height)
        length, angle = rng.uniform(4, 80), rng.gauss(lean, spread)
        end = _point(x + length * math.cos(angle), y + length * math.sin(angle))
        cv2.line(image, _point(x, y), end, rng.uniform(0, 255), rng.randint(1, 4), cv2.LINE_AA)


def grid(rng, image):
    """Tiles, squared paper."""
    height, width = image.shape
    pitch, grey, thick = rng.uniform(5, 60), rng.uniform(0, 255), rng.choice((1, 1, 2, 4))
    for step in np.arange(rng.uniform(0, pitch), max(height, width), pitch):
        cv2.line(image, _point(step, 0), _point(step, height), grey, thick)
        cv2.line(image, _point(0, step), _point(width, step), grey, thick)


def chess(rng, image):
    height, width = image.shape
    pitch = rng.randint(4, 60)
    ys, xs = np.mgrid[0:height, 0:width] // pitch
    image += np.where((xs + ys) % 2 == 0, rng.uniform(20, 120), 0).astype(np.float32)


def blobs(rng, image):
    height, width = image.shape
    field = noise(rng, width, height, rng.choice((4, 8, 16, 32)), rng.choice((4, 8, 16, 32)))
    image[field > rng.uniform(-0.5, 1)] = rng.uniform(0, 255)


def ticks(rng, image):
    """Rulers, combs, zips, rows of pins, with and without longer marks."""
    height, width = image.shape
    for _ in range(rng.randint(1, 10)):
        x, y = _random_point(rng, width, height)
        angle, pitch = rng.choice((0, math.pi / 2, rng.uniform(0, 2 * math.pi))), rng.uniform(
            2.5, 20
        )
        c, s = math.cos(angle), math.sin(angle)
        length, count, every = (
            pitch * rng.uniform(0.4, 4),
            rng.randint(4, 40),
            rng.choice((1, 2, 5)),
        )
        thick, grey = max(1, round(pitch * rng.uniform(0.1, 0.6))), rng.uniform(0, 255)
        if rng.random() < 0.6:
            box = np.array(
                [
                    (0, -length * 0.7),
                    (count * pitch, -length * 0.7),
                    (count * pitch, length * 1.8),
                    (0, length * 1.8),
                ]
            )
            _polygon(image, box @ np.array([[c, s], [-s, c]]) + (x, y), rng.uniform(0, 255))
        for mark in range(count):
            reach = length * (1.6 if every > 1 and mark % every == 0 else 1)
            start = np.array([x + mark * pitch * c, y + mark * pitch * s])
            cv2.line(
                image,
                _point(*start),
                _point(start[0] - reach * s, start[1] + reach * c),
                grey,
                thick,
                cv2.LINE_AA,
            )


def keys(rng, image):
    """A keyboard without legends: the frames of its keys."""
    height, width = image.shape
    pitch, gap, grey = rng.uniform(14, 70), rng.uniform(0.1, 0.25), rng.uniform(0, 255)
    for row in range(int(height / pitch) + 2):
        shift = rng.uniform(-pitch, 0)
        for column in range(int(width / pitch) + 2):
            corner = _point(shift + column * pitch, (row - 0.5) * pitch)
            end = _point(shift + (column + 1 - gap) * pitch, (row + 0.5 - gap) * pitch)
            cv2.rectangle(image, corner, end, grey + rng.uniform(-5, 5), -1)
            cv2.rectangle(image, corner, end, grey * 0.7, 1)


def cables(rng, image):
    height, width = image.shape
    for _ in range(rng.randint(2, 8)):
        ends = np.array([_random_point(rng, width * 1.3, height * 1.3) for _ in range(4)]) - (
            width * 0.15,
            height * 0.15,
        )
        t = np.linspace(0, 1, 40)[:, None]
        curve = (
            (1 - t) ** 3 * ends[0]
            + 3 * t * (1 - t) ** 2 * ends[1]
            + 3 * t * t * (1 - t) * ends[2]
            + t**3 * ends[3]
        )
        curve, grey, thick = (
            np.round(curve).astype(np.int32),
            rng.uniform(0, 255),
            rng.randint(2, 14),
        )
        cv2.polylines(image, [curve], False, grey, thick, cv2.LINE_AA)
        cv2.polylines(
            image,
            [curve - 1],
            False,
            min(255, grey + rng.uniform(10, 80)),
            max(1, thick // 3),
            cv2.LINE_AA,
        )


def screws(rng, image):
    """Heads with a slot or a cross, washers, coins, holes."""
    height, width = image.shape
    for _ in range(rng.randint(1, 14)):
        (x, y), radius, grey = (
            _random_point(rng, width, height),
            rng.uniform(3, 30),
            rng.uniform(40, 240),
        )
        cv2.circle(image, _point(x + 1, y + 2), round(radius * 1.15), grey * 0.4, -1, cv2.LINE_AA)
        cv2.circle(image, _point(x, y), round(radius), grey, -1, cv2.LINE_AA)
        cv2.circle(image, _point(x, y), max(1, round(radius * 0.7)), grey * 0.8, 1, cv2.LINE_AA)
        turn = rng.uniform(0, math.pi)
        for arm in range(rng.randint(0, 2)):
            c, s = radius * 0.6 * math.cos(turn + arm * math.pi / 2), radius * 0.6 * math.sin(
                turn + arm * math.pi / 2
            )
            cv2.line(
                image,
                _point(x - c, y - s),
                _point(x + c, y + s),
                grey * 0.3,
                max(1, round(radius / 5)),
                cv2.LINE_AA,
            )


def fingers(rng, image):
    height, width = image.shape
    for _ in range(rng.randint(1, 5)):
        (x, y), angle, thick, grey = (
            _random_point(rng, width, height),
            rng.uniform(0, 2 * math.pi),
            rng.randint(20, 80),
            rng.uniform(60, 230),
        )
        end = _point(
            x + rng.uniform(60, 300) * math.cos(angle), y + rng.uniform(60, 300) * math.sin(angle)
        )
        cv2.line(image, _point(x, y), end, grey * 0.8, thick, cv2.LINE_AA)
        cv2.line(image, _point(x + 2, y), end, grey, max(1, thick - 8), cv2.LINE_AA)
    image[:] = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 3))


def hair(rng, image):
    """Eyes, fur, flowers: dark middles with thin lines around."""
    height, width = image.shape
    for _ in range(rng.randint(2, 8)):
        (x, y), radius, grey = (
            _random_point(rng, width, height),
            rng.uniform(6, 50),
            rng.uniform(0, 255),
        )
        cv2.ellipse(
            image,
            _point(x, y),
            _point(radius, radius * rng.uniform(0.3, 1)),
            rng.uniform(0, 180),
            0,
            360,
            grey,
            -1,
            cv2.LINE_AA,
        )
        inner = max(1, round(radius * 0.4)), max(1, round(radius * rng.uniform(0.1, 0.4)))
        cv2.ellipse(
            image,
            _point(x, y),
            inner,
            rng.uniform(0, 180),
            0,
            360,
            rng.uniform(0, 255),
            rng.choice((-1, 1, 2)),
            cv2.LINE_AA,
        )
        for _ in range(rng.randint(0, 30)):
            angle = rng.uniform(0, 2 * math.pi)
            start = _point(x + radius * math.cos(angle), y + radius * math.sin(angle))
            lean = angle + rng.gauss(0, 0.2)
            cv2.line(
                image,
                start,
                _point(x + radius * 1.7 * math.cos(lean), y + radius * 1.7 * math.sin(lean)),
                grey,
                1,
                cv2.LINE_AA,
            )


GROUNDS = (
    wood,
    cloth,
    shards,
    shards,
    strokes,
    grid,
    chess,
    blobs,
    ticks,
    ticks,
    keys,
    cables,
    screws,
    fingers,
    hair,
)


def ground(rng, width, height):
    """A picture without text, plain now and then."""
    image = np.full((height, width), rng.uniform(10, 245), np.float32)
    image += noise(rng, width, height, rng.choice((64, 128))) * rng.uniform(0, 35)
    if rng.random() < 0.88:
        rng.choice(GROUNDS)(rng, image)
    if rng.random() < 0.25:
        rng.choice((ticks, screws, shards, strokes))(rng, image)
    if rng.random() < 0.3:
        image += noise(rng, width, height, rng.choice((2, 4))) * rng.uniform(0, 18)
    return np.clip(image, 0, 255)
