"""A photograph of a document: placing, light, glare, fingers, blur and noise. Deterministic for a seed."""

import dataclasses

import cv2
import numpy as np

from specimens import textures
from specimens.canvas import SCALE

WIDTH, HEIGHT = 1080, 1920
# Scene (T table, K keyboard, H hand, P partly outside, C clutter), then the camera (A or S).
CONDITIONS = ("TA", "TS", "KA", "KS", "HA", "HS", "PA", "PS", "CA", "CS")
# More than this of a veil (glare, 0..1) or of a finger (0..1) over a field hides it.
_HIDDEN = 0.5


@dataclasses.dataclass
class Frame:
    picture: np.ndarray  # 8-bit RGB
    quad: np.ndarray  # 4 x 2, TL TR BR BL, pixel centres at whole numbers
    hidden: np.ndarray  # HEIGHT x WIDTH, 0..1: how much of the document cannot be seen there

    def clean(self, to_frame, quad):
        """True when a field (a quad of the template) lies in the frame and nothing hides it."""
        points = cv2.perspectiveTransform(np.array([quad], np.float64), to_frame)[0]
        if points.min() < 0 or points[:, 0].max() > WIDTH - 1 or points[:, 1].max() > HEIGHT - 1:
            return False
        mask = np.zeros(self.hidden.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.round(points).astype(np.int32), 1)
        return float(self.hidden[mask > 0].max()) < _HIDDEN


@dataclasses.dataclass
class Pose:
    """Where a sheet is before the camera: its width as a share of the picture's, angles in degrees, and its middle in pixels."""
    share: float
    roll: float
    tilt: float
    pan: float
    middle: np.ndarray

    def quad(self, width, height):
        """The corners as a pinhole camera sees the tilted sheet."""
        across, down = WIDTH * self.share / 2, WIDTH * self.share / 2 * height / width
        corners = np.array([[-across, -down, 0], [across, -down, 0], [across, down, 0], [-across, down, 0]])
        corners = corners @ (_turn(0, self.tilt) @ _turn(1, self.pan) @ _turn(2, self.roll)).T
        focal = 1700.0
        return corners[:, :2] * (focal / (focal + corners[:, 2:])) + self.middle


def pose(gen, scene, width, height):
    """Draws a pose in which all of the sheet is in the picture, but for the scene P."""
    share = gen.uniform(0.84, 0.95) if width > 950 else gen.uniform(0.72, 0.94)
    roll = gen.uniform(-14, 14) if scene in "KC" else gen.uniform(-7, 7)
    drawn = Pose(share, roll, gen.uniform(-16, 16), gen.uniform(-12, 12), np.zeros(2))
    reach = np.abs(drawn.quad(width, height)[:, 0]).max()
    drawn.middle = np.array([WIDTH / 2, HEIGHT / 2 + gen.uniform(-160, 160)])
    slack = WIDTH / 2 - reach - 12
    if scene == "P":
        drawn.middle += (gen.choice((-1, 1)) * gen.uniform(0.2, 0.36) * WIDTH * share, gen.uniform(-200, 200))
    elif slack > 0:
        drawn.middle[0] += gen.uniform(-slack, slack)
    return drawn


def place(gen, scene, width, height):
    """The document's corners in the picture."""
    drawn = pose(gen, scene, width, height)
    flat = drawn.quad(width, height) - drawn.middle
    reach = np.abs(flat[:, 0]).max()
    if scene != "P" and reach > WIDTH / 2 - 12:
        flat *= (WIDTH / 2 - 12) / reach
    return flat + drawn.middle


def _turn(axis, degrees):
    """A rotation about one axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = [k for k in range(3) if k != axis]
    m = np.eye(3)
    m[i, i] = m[j, j] = c
    m[i, j], m[j, i] = -s, s
    return m


def homography(width, height, quad):
    """Template pixels -> frame pixels."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return _solve(corners, np.asarray(quad, np.float64))


def _solve(source, target):
    """The projective map of four points; numpy's solver, in double precision on every version of OpenCV."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1.0).reshape(3, 3)


def _enlarged():
    """Pixel centres of a picture -> those of the same picture at SCALE times the size."""
    shift = (SCALE - 1) / 2
    return np.array([[SCALE, 0, shift], [0, SCALE, shift], [0, 0, 1]], np.float64)


def _warp_sheet(sheet, to_frame):
    """The sheet seen by the camera, and its coverage (rounded corners), both sampled SCALE times too finely."""
    h, w = sheet.shape[:2]
    alpha = np.zeros((h, w), np.uint8)
    radius = int(0.035 * w)
    for left, right, top, bottom in ((radius, w - radius, 0, h), (0, w, radius, h - radius)):
        alpha[top:bottom, left:right] = 255
    for x in (radius, w - radius - 1):
        for y in (radius, h - radius - 1):
            cv2.circle(alpha, (x, y), radius, 255, -1)
    m = _enlarged() @ to_frame @ np.linalg.inv(_enlarged())
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    both = np.dstack([sheet * (alpha[..., None] > 0), alpha])
    fine = cv2.warpPerspective(both, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    small = cv2.resize(fine, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
    return small[..., :3], small[..., 3] / 255


def _background(gen, scene):
    shape = (HEIGHT, WIDTH)
    if scene == "K":
        return textures.keyboard(gen, shape)
    if scene == "C":
        return textures.clutter(gen, shape)
    if scene == "H":
        return textures.room(gen, shape)
    return (textures.wood, textures.cloth, textures.paper, textures.wood)[gen.integers(4)](gen, shape)


def _finger(picture, gen, tip, root, width):
    """Draws one finger and returns where it is, 0..1."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(mask, tuple(map(int, root)), tuple(map(int, tip)), 255, int(width), cv2.LINE_AA)
    mask = cv2.GaussianBlur(mask, (0, 0), 2.5).astype(np.float32) / 255
    depth = cv2.GaussianBlur(mask, (0, 0), width / 4)
    skin = np.array([206, 150, 122], np.float32) * gen.uniform(0.85, 1.1)
    shade = (0.45 + 0.62 * depth)[..., None] * (1 + 0.02 * gen.normal(0, 1, (HEIGHT, WIDTH, 1)).astype(np.float32))
    picture += mask[..., None] * (skin * shade - picture)
    return mask


def _hand(picture, gen, quad, side):
    """The palm and the fingers under the document; `side` is -1 or 1, where the thumb will lie."""
    middle = quad.mean(0)
    _finger(picture, gen, middle + (0, 120), (middle[0] + side * 160, HEIGHT + 100), 560)
    for share in (0.1, 0.36, 0.62, 0.88):
        tip = quad[0] + (quad[1] - quad[0]) * share - (0, gen.uniform(0, 50))
        _finger(picture, gen, tip, middle + (200 * (share - 0.5), 160), gen.uniform(100, 130))


def _thumb(picture, gen, quad, side):
    """The thumb over the left or right edge; returns what it hides."""
    top, bottom = (quad[0], quad[3]) if side < 0 else (quad[1], quad[2])
    width = gen.uniform(110, 140)
    # The rounded end reaches half a width beyond the line's end.
    tip = top + (bottom - top) * gen.uniform(0.25, 0.75) + (side * (width / 2 - gen.uniform(10, 55)), 0)
    return _finger(picture, gen, tip, tip + (side * gen.uniform(40, 120), 460), width)


def _glare(gen, quad, coverage):
    """Reflections on the laminate: a veil of 0..1."""
    veil = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(int(gen.integers(0, 3))):
        mix = gen.uniform(0, 1, 2)
        middle = (quad[0] + (quad[1] - quad[0]) * mix[0] + (quad[3] - quad[0]) * mix[1]).astype(int)
        axes = (int(gen.uniform(20, 110)), int(gen.uniform(15, 60)))
        spot = np.zeros_like(veil)
        cv2.ellipse(spot, tuple(map(int, middle)), axes, float(gen.uniform(0, 180)), 0, 360, 1.0, -1)
        veil = np.maximum(veil, gen.uniform(0.3, 1.0) * cv2.GaussianBlur(spot, (0, 0), gen.uniform(14, 40)))
    return veil * coverage


def _light(gen):
    """Uneven light over the frame, and its colour."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    angle = gen.uniform(0, 2 * np.pi)
    slope = (np.cos(angle) * (xs / WIDTH - 0.5) + np.sin(angle) * (ys / HEIGHT - 0.5)) * gen.uniform(0.1, 0.5)
    corner = np.hypot(xs / WIDTH - 0.5, ys / HEIGHT - 0.5)
    return ((1 + slope) * (1 - 0.35 * corner**2) * gen.uniform(0.72, 1.05))[..., None]


def _camera(picture, gen, device, noise=None):
    """Lens, sensor and the telephone's own processing; `noise` of one's own, HEIGHT x WIDTH x 3, saves drawing it."""
    blur = gen.uniform(0.5, 1.15) if device == "A" else gen.uniform(0.6, 1.35)
    picture = cv2.GaussianBlur(picture, (0, 0), blur)
    if gen.random() < 0.3:
        picture = _shake(picture, gen)
    cast = np.array([1.04, 1.0, 0.93] if device == "A" else [0.98, 1.0, 1.03], np.float32)
    picture = picture * cast * gen.uniform(0.97, 1.03, 3).astype(np.float32)
    noise = sensor_noise(gen, picture.shape) if noise is None else noise
    strength = gen.uniform(1.5, 4.0) * (0.6 + 0.5 * np.sqrt(np.clip(picture, 0, 255) / 255))
    picture = picture + noise * strength
    amount = gen.uniform(0.2, 0.5) if device == "A" else gen.uniform(0.5, 0.9)
    return picture + amount * (picture - cv2.GaussianBlur(picture, (0, 0), 1.4))


def sensor_noise(gen, shape):
    """Noise of strength 1 in brightness and 0.6 in colour."""
    noise = gen.normal(0, 1, shape[:2] + (1,)) + 0.6 * gen.normal(0, 1, shape)
    return cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 0.7)


def _shake(picture, gen):
    kernel = np.zeros((9, 9), np.float32)
    angle, reach = gen.uniform(0, np.pi), gen.uniform(1.0, 2.4)
    step = np.array([np.cos(angle), np.sin(angle)]) * reach
    start, end = np.round((4 - step) * 16).astype(int), np.round((4 + step) * 16).astype(int)
    cv2.line(kernel, tuple(map(int, start)), tuple(map(int, end)), 1.0, 1, cv2.LINE_8, 4)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def _lay(picture, document, coverage, depth):
    """The document on its ground, with its shadow."""
    moved = cv2.warpAffine(coverage, np.float64([[1, 0, depth], [0, 1, depth]]), (WIDTH, HEIGHT))
    picture = picture * (1 - 0.5 * cv2.GaussianBlur(moved, (0, 0), depth)[..., None])
    # The sheet is black where it does not cover, so its colours are already weighted.
    return picture * (1 - coverage[..., None]) + document


def photograph(sheet, width, height, condition, gen):
    """Takes a frame of `sheet` (8-bit RGB, SCALE times the template's width and height)."""
    scene, device = condition
    quad = place(gen, scene, width, height)
    picture = _background(gen, scene).astype(np.float32)
    document, coverage = _warp_sheet(sheet, homography(width, height, quad))
    hidden = np.zeros((HEIGHT, WIDTH), np.float32)
    if scene == "H":
        side = int(gen.choice((-1, 1)))
        _hand(picture, gen, quad, side)
    picture = _lay(picture, document, coverage, gen.uniform(4, 12))
    if scene == "H":
        hidden = _thumb(picture, gen, quad, side)
    veil = _glare(gen, quad, coverage)
    picture = picture * _light(gen)
    picture += veil[..., None] * (270 - picture)
    picture = _camera(picture, gen, device)
    return Frame(np.clip(picture + 0.5, 0, 255).astype(np.uint8), quad, np.maximum(hidden, veil))
