"""Frames of one document as a hand-held camera films it: tremor, focus that hunts, glare that moves. Deterministic for a seed."""

import dataclasses

import cv2
import numpy as np

from specimens import scene
from specimens.scene import HEIGHT, WIDTH

# Each is drawn to a frame's own value by this much of what it was before: 5 frames a second of a hand that wanders.
_MEMORY = 0.75
# Standard deviations of what wanders: pixels, degrees, and the share of the picture's width.
_TREMOR = {"x": 14.0, "y": 18.0, "roll": 1.0, "tilt": 2.2, "pan": 2.2, "share": 0.012}
_GLARE_STEP = 22.0  # pixels that a reflection moves for a degree of the sheet
_MAX_DEFOCUS = 4.5  # pixels, of the blur's standard deviation, where the focus is farthest off


class _Wander:
    """A value about 0 that changes smoothly (Ornstein and Uhlenbeck's process)."""

    def __init__(self, gen, deviation):
        self.gen, self.deviation = gen, deviation
        self.value = gen.normal(0, deviation)

    def step(self):
        self.value = _MEMORY * self.value + np.sqrt(1 - _MEMORY**2) * self.gen.normal(0, self.deviation)
        return self.value


def _defocus(gen, count):
    """How far the focus is off in each frame, in pixels of blur: now and then it is lost and found again in some frames."""
    blur = np.zeros(count)
    at = int(gen.integers(-3, 8))
    while at < count:
        length, worst = int(gen.integers(2, 7)), gen.uniform(0.8, _MAX_DEFOCUS)
        for k in range(length):
            if 0 <= at + k < count:
                blur[at + k] = worst * np.sin(np.pi * (k + 0.5) / length)
        at += length + int(gen.integers(2, 12))
    return blur


def _spots(gen):
    """Reflections: middle as shares of the sheet, half axes, angle, strength, softness."""
    return [(gen.uniform(0, 1, 2), (gen.uniform(20, 120), gen.uniform(15, 70)), gen.uniform(0, 180), gen.uniform(0.4, 1.0),
             gen.uniform(14, 40)) for _ in range(int(gen.integers(1, 4)))]


def _veil(spots, quad, moved, coverage):
    """Glare of 0..1; `moved` is where the tilt has taken it, in pixels. Soft as it is, a quarter of the size is enough."""
    veil = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
    for mix, axes, angle, strength, softness in spots:
        middle = (quad[0] + (quad[1] - quad[0]) * mix[0] + (quad[3] - quad[0]) * mix[1] + moved) / 4
        spot = np.zeros_like(veil)
        cv2.ellipse(spot, tuple(map(int, middle)), (int(axes[0] / 4), int(axes[1] / 4)), angle, 0, 360, 1.0, -1)
        veil = np.maximum(veil, strength * cv2.GaussianBlur(spot, (0, 0), softness / 4))
    return cv2.resize(veil, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) * coverage


def _streak(picture, way):
    """Motion during the exposure: `way` in pixels."""
    length = float(np.hypot(*way))
    if length < 1:
        return picture
    reach = int(min(length, 24) / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    step = np.array(way) / length * min(length, 24) / 2
    start, end = np.round((reach - step) * 16).astype(int), np.round((reach + step) * 16).astype(int)
    cv2.line(kernel, tuple(map(int, start)), tuple(map(int, end)), 1.0, 1, cv2.LINE_8, 4)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def film(sheet, width, height, condition, gen, count):
    """Gives `count` frames of `sheet` (8-bit RGB, scene.photograph's), one after the other, as scene.Frame."""
    kind, device = condition
    base = scene.pose(gen, kind, width, height)
    ground = scene._background(gen, kind).astype(np.float32)
    light, spots, blur = scene._light(gen), _spots(gen), _defocus(gen, count)
    depth, side = gen.uniform(4, 12), int(gen.choice((-1, 1)))
    noise = scene.sensor_noise(gen, (HEIGHT, WIDTH, 3))
    hand = int(gen.integers(1 << 30))
    wander = {name: _Wander(gen, deviation) for name, deviation in _TREMOR.items()}
    exposure = gen.uniform(0.03, 0.2)  # of the time between two frames
    before = None
    for k in range(count):
        at = {name: value.step() for name, value in wander.items()}
        pose = dataclasses.replace(base, share=base.share + at["share"], roll=base.roll + at["roll"], tilt=base.tilt + at["tilt"],
                                   pan=base.pan + at["pan"], middle=base.middle + (at["x"], at["y"]))
        quad = pose.quad(width, height)
        moved = (0, 0) if before is None else (quad.mean(0) - before) * exposure
        before = quad.mean(0)
        shift = np.float64([[1, 0, at["x"]], [0, 1, at["y"]]])
        picture = cv2.warpAffine(ground, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        document, coverage = scene._warp_sheet(sheet, scene.homography(width, height, quad))
        hidden = np.zeros((HEIGHT, WIDTH), np.float32)
        fingers = np.random.default_rng(hand)  # the same hand in all frames
        if kind == "H":
            scene._hand(picture, fingers, quad, side)
        picture = scene._lay(picture, document, coverage, depth)
        if kind == "H":
            hidden = scene._thumb(picture, fingers, quad, side)
        veil = _veil(spots, quad, np.array((at["pan"], at["tilt"])) * _GLARE_STEP, coverage)
        picture = picture * light
        picture += veil[..., None] * (270 - picture)
        if blur[k] > 0.3:
            picture = cv2.GaussianBlur(picture, (0, 0), blur[k])
        rolled = np.roll(noise, tuple(gen.integers(0, (HEIGHT, WIDTH))), (0, 1))
        picture = scene._camera(_streak(picture, moved), gen, device, rolled)
        yield scene.Frame(np.clip(picture + 0.5, 0, 255).astype(np.uint8), quad, np.maximum(hidden, veil))
