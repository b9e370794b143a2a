"""Smooth noise, cut out of fields made once."""

import functools

import cv2
import numpy as np

FIELD, FIELDS = 1400, 6


@functools.lru_cache(maxsize=64)
def _field(number, cell_x, cell_y):
    generator = np.random.default_rng((number, cell_x, cell_y))
    rough = generator.standard_normal((FIELD // cell_y + 2, FIELD // cell_x + 2), np.float32)
    return cv2.resize(rough, (FIELD, FIELD), interpolation=cv2.INTER_CUBIC)


def noise(rng, width, height, cell_x, cell_y=None):
    """[height, width] of about unit strength whose grain is the cell; sides up to FIELD."""
    field = _field(rng.randrange(FIELDS), cell_x, cell_y or cell_x)
    x, y = rng.randrange(FIELD - width + 1), rng.randrange(FIELD - height + 1)
    window = field[y : y + height, x : x + width]
    return window[:: rng.choice((1, -1)), :: rng.choice((1, -1))]
