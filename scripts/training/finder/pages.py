"""Rendered pictures for the finder. Every group of pictures is a function of the seed and its
number.
"""

import dataclasses
import math
import random

import cv2
import numpy as np

from finder import camera, clutter, layouts, marks
from finder.targets import Targets

DATA_VERSION = "1"
SIZE = 320
PICTURES = 3  # of one page, from different places
MIN_CAP, MAX_CAP = (
    4.2,
    30.0,
)  # of the main print in the picture, pixels; captions go below, headings above
FINE_CAP = 7.0
SMALL = 0.55  # of the picture's side: a page that is smaller lies there once or several times


@dataclasses.dataclass
class Picture:
    """`pixels` [size, size] of 8 bits, and the targets of its cells, see targets.Targets."""

    pixels: np.ndarray
    values: np.ndarray
    weight: np.ndarray
    # corners [4, 2] of every line: left and right of the top of the capitals, right and left of the
    # baseline
    lines: list


def _cap(rng):
    """Heights of capitals are drawn evenly on a scale of ratios; a few are tall."""
    if rng.random() < 0.07:
        return rng.uniform(MAX_CAP, 64)
    return math.exp(rng.uniform(math.log(MIN_CAP), math.log(MAX_CAP)))


def _drawn_scale(cap):
    """How many times as large as in the picture a page is drawn: small print is drawn large, so
    that it is not fitted to the pixels.
    """
    return 2.0 if cap < 8 else 1.4 if cap < 14 else 1.0


class _Layer:
    """A page, drawn so that its main print has capitals of `cap` pixels in the picture."""

    def __init__(self, rng, cap):
        self.cap, drawn = cap, _drawn_scale(cap)
        self.page = layouts.draw_page(rng, cap * drawn)
        np.clip(self.page.pixels, 0, 255, out=self.page.pixels)
        self.scale, self.smooth = 1 / drawn, 0.45 * drawn if drawn > 1 else 0

    def extent(self):
        """The longer side in the picture, in pixels."""
        return max(self.page.width, self.page.height) * self.scale

    def lay(self, rng, picture, targets, lines):
        """Puts the page into the picture; returns it with the page on it."""
        page = self.page
        homography = camera.placement(rng, page, targets.size, self.scale * rng.uniform(0.86, 1.14))
        outline = camera.project(
            homography, [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
        )
        if outline is None:
            return picture
        targets.cover(outline)
        for line in page.lines:
            top, middle = line.baseline - line.cap, [line.left, line.right]
            ends = camera.project(
                homography, [(x, y) for x in middle for y in (top, line.baseline)]
            )
            targets.add(ends[:2], ends[2:])
            lines.append(ends[[0, 2, 3, 1]])
        return camera.lay(picture, page, homography, self.smooth)


def _finger(rng, picture, targets):
    """A thumb over the edge of what is shown."""
    size, grey = targets.size, rng.uniform(60, 220)
    angle, thick = rng.uniform(0, 2 * math.pi), rng.uniform(20, 70)
    tip = np.array([rng.uniform(0.15, 0.85) * size, rng.uniform(0.15, 0.85) * size])
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]]) * thick / 2
    turn = np.linspace(-math.pi / 2, math.pi / 2, 9)
    cap = [tip - along * thick / 2 * math.cos(t) + across * math.sin(t) for t in turn]
    outline = np.array(cap + [tip + along * 600 + across, tip + along * 600 - across])
    cv2.fillPoly(picture, [np.round(outline).astype(np.int32)], grey, cv2.LINE_AA)
    targets.cover(outline)


class Renderer:
    """Pictures of pages, of any seed."""

    def __init__(self, seed, size=SIZE):
        self.seed, self.size = seed, size

    def pictures(self, number):
        """The PICTURES pictures of a number: one page seen from different places, on different
        grounds.
        """
        rng = random.Random(f"{self.seed}:{number}")
        top = _Layer(rng, _cap(rng))
        under = _Layer(rng, _cap(rng)) if rng.random() < 0.15 else None
        return [self._picture(rng, top, under) for _ in range(PICTURES)]

    def _picture(self, rng, top, under):
        targets, lines = Targets(self.size), []
        picture = clutter.ground(rng, self.size, self.size)
        if under:
            picture = under.lay(rng, picture, targets, lines)
        for _ in range(rng.randint(1, 3) if top.extent() < self.size * SMALL else 1):
            picture = top.lay(rng, picture, targets, lines)
        if rng.random() < 0.08:
            _finger(rng, picture, targets)
        fine = min(layer.cap for layer in (top, under) if layer) < FINE_CAP
        pixels = camera.photograph(rng, picture, fine)
        return Picture(pixels, targets.values, targets.weight, lines)
