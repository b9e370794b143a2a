"""Grounds of documents: clouds, guilloche, stripes and dots."""
import cv2
import numpy as np


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
