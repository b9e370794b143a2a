"""What lies under a document: wood, cloth, paper, a keyboard, clutter. Pictures are float32 RGB, 0 to 255."""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from specimens.canvas import SCALE, font


def _noise(gen, shape, cell_y, cell_x):
    """Smooth noise of about unit strength with the given grain."""
    rough = gen.normal(0, 1, (int(shape[0] / cell_y) + 3, int(shape[1] / cell_x) + 3)).astype(np.float32)
    return cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _turn(picture, gen, low, high):
    """Rotates and enlarges about the middle so that nothing outside comes in."""
    h, w = picture.shape[:2]
    angle = gen.uniform(low, high)
    turn = math.radians(angle)
    grow = max(abs(math.cos(turn)) + h / w * abs(math.sin(turn)), abs(math.cos(turn)) + w / h * abs(math.sin(turn)))
    m = cv2.getRotationMatrix2D((w / 2, h / 2), angle, grow)
    return cv2.warpAffine(picture, m, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def wood(gen, shape):
    base = np.array([[176, 118, 66], [150, 96, 56], [196, 148, 96], [120, 76, 48]], np.float32)[gen.integers(4)]
    grain = (0.55 * _noise(gen, shape, 9, 420) + 0.35 * _noise(gen, shape, 3, 90) + 0.7 * _noise(gen, shape, 60, 700))
    ys = np.arange(shape[0], dtype=np.float32)[:, None]
    rings = np.sin(ys / gen.uniform(14, 30) + 2.2 * _noise(gen, shape, 160, 500))
    shade = 1 + 0.055 * grain + 0.03 * rings
    pores = np.clip(_noise(gen, shape, 2, 22) - 1.5, 0, 2) * 0.10
    return _turn(base * (shade - pores)[..., None], gen, 20, 160)


def cloth(gen, shape):
    base = np.array([[70, 78, 96], [150, 60, 58], [92, 110, 84], [190, 182, 168]], np.float32)[gen.integers(4)]
    ys, xs = np.mgrid[0:shape[0], 0:shape[1]].astype(np.float32)
    step = gen.uniform(3.5, 6)
    weave = np.sin(xs * 2 * math.pi / step) * np.sin(ys * 2 * math.pi / step)
    folds = _noise(gen, shape, 330, 260)
    return _turn(base * (1 + 0.07 * weave + 0.10 * folds + 0.04 * _noise(gen, shape, 2, 2))[..., None], gen, -40, 40)


def paper(gen, shape):
    """A desk with printed sheets on it."""
    base = np.array([206, 204, 196], np.float32) * gen.uniform(0.75, 1.0)
    sheet = base * (1 + 0.012 * _noise(gen, shape, 3, 3) + 0.04 * _noise(gen, shape, 500, 400))[..., None]
    drawn = np.ones(shape, np.float32)
    top = 30
    while top < shape[0] - 30:
        left = 60
        while left < shape[1] - 80:
            width = int(gen.integers(14, 80))
            if gen.random() < 0.93:
                drawn[top:top + 9, left:left + width:4] = 0.45
                drawn[top + 3:top + 5, left:left + width] = 0.55
            left += width + 12
        top += 26 if gen.random() < 0.85 else 60
    return _turn(sheet * cv2.GaussianBlur(drawn, (0, 0), 1.0)[..., None], gen, -30, 30)


def keyboard(gen, shape):
    """Dark keys with light legends, on a desk."""
    picture = wood(gen, shape)
    size = int(gen.integers(112, 150))
    board = Image.new("RGB", (shape[1] + 400, shape[0] + 400), (22, 22, 24))
    draw = ImageDraw.Draw(board)
    face = font("sans-bold", size * 0.15)
    legends = "QWERTYUIOPASDFGHJKLZXCVBNM1234567890"
    for row, top in enumerate(range(0, board.height, size)):
        for left in range(-(row % 3) * size // 3, board.width, size):
            grey = int(gen.integers(38, 56))
            draw.rounded_rectangle([left + 4, top + 4, left + size - 6, top + size - 6], size // 9, fill=(grey,) * 3)
            draw.rounded_rectangle([left + 14, top + 8, left + size - 16, top + size - 22], size // 8,
                                   fill=(grey + 10, grey + 10, grey + 12))
            draw.text((left + size * 0.26, top + size * 0.16), legends[int(gen.integers(len(legends)))], font=face,
                      fill=(222, 222, 218))
    board = np.asarray(board, np.float32)
    height = shape[0] * gen.uniform(0.7, 1.0)
    m = cv2.getRotationMatrix2D((board.shape[1] / 2, board.shape[0] / 2), gen.uniform(-25, 10), 1.1)
    m[:, 2] -= (200, 200)
    keys = cv2.warpAffine(board, m, (shape[1], shape[0]), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
    edge = int(shape[0] - height)
    slope = np.linspace(0, gen.uniform(-120, 120), shape[1])[None, :]
    below = np.arange(shape[0])[:, None] > edge + slope
    return np.where(below[..., None], keys, picture)


def _cable(draw, gen, shape):
    points = [gen.uniform(-0.1, 1.1, 2) for _ in range(4)]
    t = np.linspace(0, 1, 80)[:, None]
    curve = ((1 - t)**3 * points[0] + 3 * t * (1 - t)**2 * points[1] + 3 * t * t * (1 - t) * points[2] + t**3 * points[3])
    line = [(float(x * shape[1]), float(y * shape[0])) for x, y in curve]
    grey = int(gen.integers(15, 60))
    width = int(gen.integers(10, 22))
    draw.line(line, fill=(grey,) * 3, width=width, joint="curve")
    draw.line([(x - 2, y - 2) for x, y in line], fill=(grey + 30,) * 3, width=width // 4, joint="curve")


def _strip(draw, gen, shape):
    """A turned rectangle: pen, note, ruler, eraser."""
    x, y, turn = gen.uniform(0, shape[1]), gen.uniform(0, shape[0]), gen.uniform(0, math.pi)
    length, width = ((gen.uniform(300, 800), gen.uniform(16, 44)) if gen.random() < 0.5 else
                     (gen.uniform(90, 260), gen.uniform(60, 180)))
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])

    def corners(half_length, half_width, shift=(0, 0)):
        middle = np.array([x, y]) + shift
        return [tuple(map(float, middle + along * a * half_length + across * b * half_width))
                for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    color = np.array([[240, 226, 60], [60, 170, 90], [40, 90, 180], [226, 60, 110], [214, 170, 90], [36, 36, 40],
                      [200, 200, 204], [236, 120, 50]])[gen.integers(8)]
    draw.polygon(corners(length / 2, width / 2, (7, 9)), fill=(48, 34, 24))
    draw.polygon(corners(length / 2, width / 2), fill=tuple(map(int, color)))
    draw.polygon(corners(length / 2, width / 9, across * width * 0.2), fill=tuple(int(min(255, c * 1.2 + 16)) for c in color))
    if width < 60:
        for mark in np.arange(-length / 2 + 10, length / 2, 14):
            start = np.array([x, y]) + along * mark - across * width / 2
            draw.line([tuple(map(float, start)), tuple(map(float, start + across * width * 0.3))], fill=(30, 30, 30), width=2)


def clutter(gen, shape):
    picture = wood(gen, shape)
    layer = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(layer)
    for _ in range(int(gen.integers(16, 24))):
        (_cable if gen.random() < 0.3 else _strip)(draw, gen, shape)
    for _ in range(12):
        x, y, r = gen.uniform(0, shape[1]), gen.uniform(0, shape[0]), gen.uniform(10, 40)
        color = tuple(map(int, gen.integers(30, 250, 3)))
        draw.ellipse([x - r + 5, y - r + 7, x + r + 5, y + r + 7], fill=(50, 36, 26))
        draw.ellipse([x - r, y - r, x + r, y + r], fill=color)
    return cv2.GaussianBlur(np.asarray(layer, np.float32), (0, 0), 1.1)


def room(gen, shape):
    """An unfocused floor and furniture, as behind a document held in the hand."""
    picture = (wood if gen.random() < 0.6 else cloth)(gen, shape)
    for _ in range(4):
        left, top = gen.uniform(-200, shape[1]), gen.uniform(-200, shape[0])
        patch = [[left, top], [left + gen.uniform(200, 600), top + gen.uniform(-100, 100)],
                 [left + gen.uniform(200, 600), top + gen.uniform(300, 900)], [left, top + gen.uniform(300, 900)]]
        cv2.fillPoly(picture, [np.array(patch, np.int32)], gen.uniform(40, 170, 3).tolist(), cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), gen.uniform(9, 16)) * 0.7
