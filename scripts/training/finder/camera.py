"""How a page gets into a picture: position, perspective, light, focus, noise, compression."""

import math

import cv2
import numpy as np

from finder.noise import noise


def turn(rng):
    """An angle in radians: each quarter of a turn as often, and within it mostly nearly
    straight.
    """
    lean = rng.choices(
        (rng.uniform(-6, 6), rng.uniform(-25, 25), rng.uniform(-45, 45)), (45, 27, 28)
    )[0]
    return math.radians(rng.choice((0, 90, 180, 270)) + lean)


def placement(rng, page, size, scale):
    """The homography from a page's pixels to those of a picture of size x size."""
    angle, middle = turn(rng), (page.width / 2, page.height / 2)
    if page.lines and rng.random() < 0.85 and max(page.width, page.height) * scale > size * 0.8:
        line = rng.choice(page.lines)
        at = (line.left + line.right) / 2, line.baseline - line.cap / 2
        share = rng.choice((0, 0.5))
        middle = tuple(a + (m - a) * share for a, m in zip(at, middle))
    spread = size * 0.17
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    x = size / 2 + rng.uniform(-spread, spread) - c * middle[0] + s * middle[1]
    y = size / 2 + rng.uniform(-spread, spread) - s * middle[0] - c * middle[1]
    similar = np.array([[c, -s, x], [s, c, y], [0, 0, 1]])
    if rng.random() < 0.3:
        return similar
    stretch = np.array(
        [
            [1 + rng.gauss(0, 0.05), rng.gauss(0, 0.05), 0],
            [rng.gauss(0, 0.04), 1 + rng.gauss(0, 0.05), 0],
            [rng.gauss(0, 2.2e-4), rng.gauss(0, 2.2e-4), 1],
        ]
    )
    centre = np.array([[1, 0, size / 2], [0, 1, size / 2], [0, 0, 1]])
    return centre @ stretch @ np.linalg.inv(centre) @ similar


def project(homography, points):
    """[n, 2] -> [n, 2]; None where a point lies behind the camera."""
    points = np.asarray(points, float)
    image = np.concatenate([points, np.ones((len(points), 1))], 1) @ homography.T
    return None if image[:, 2].min() < 0.05 else image[:, :2] / image[:, 2:]


def lay(picture, page, homography, smooth):
    """The picture with the page on it; with `smooth` the page is blurred first, for a scale well
    below 1.
    """
    source = cv2.GaussianBlur(page.pixels, (0, 0), smooth) if smooth > 0 else page.pixels
    size = picture.shape[::-1]
    seen = cv2.warpPerspective(
        source, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = cv2.warpPerspective(
        np.ones(page.pixels.shape, np.float32), homography, size, flags=cv2.INTER_LINEAR
    )
    return picture + (seen - picture) * mask


def _light(rng, image):
    height, width = image.shape
    if rng.random() < 0.5:
        image = image * (1 + np.clip(noise(rng, width, height, 128), -2, 2) * rng.uniform(0, 0.2))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    if rng.random() < 0.5:
        angle = rng.uniform(0, 2 * math.pi)
        slope = ((xs - width / 2) * math.cos(angle) + (ys - height / 2) * math.sin(angle)) / width
        image = image * (1 + rng.uniform(0, 0.45) * slope)
    if rng.random() < 0.1:
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(15, 90)
        image = image + rng.uniform(60, 200) * np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / radius**2)
    contrast = rng.uniform(0.35, 1.1)
    return (image - 128) * contrast + 128 + rng.uniform(-60, 60) * (1.2 - contrast)


def _focus(rng, image, fine):
    """Blur of the lens, of motion or of few pixels; `fine` pictures of small print are spared the
    worst.
    """
    kind, (height, width) = rng.random(), image.shape
    if kind < 0.55:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.75 if fine else 1.0))
    if kind < 0.67:
        return cv2.GaussianBlur(
            image, (0, 0), rng.uniform(0.6, 0.9) if fine else rng.uniform(0.8, 1.6)
        )
    if kind < 0.75:
        side = rng.randint(2, 3 if fine else 6)
        kernel = np.zeros((side, side), np.float32)
        ends = ((0, rng.randrange(side)), (side - 1, rng.randrange(side)))
        cv2.line(kernel, *(ends if rng.random() < 0.5 else (end[::-1] for end in ends)), 1)
        return cv2.filter2D(image, -1, kernel / kernel.sum())
    if kind < 0.87:
        share = rng.uniform(0.75 if fine else 0.5, 0.95)
        small = cv2.resize(
            image, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA
        )
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return image


def photograph(rng, image, fine):
    """8-bit pixels of a float picture, as a camera or scanner hands them out."""
    image = _focus(rng, _light(rng, image), fine)
    if rng.random() < 0.65:
        height, width = image.shape
        image = image + noise(rng, width, height, 1) * rng.uniform(1, 8 if fine else 12)
    image = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        quality = rng.randint(55 if fine else 35, 92)
        image = cv2.imdecode(
            cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1],
            cv2.IMREAD_GRAYSCALE,
        )
    return image
