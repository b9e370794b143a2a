"""What the network should say of every cell of a picture: the definition of its outputs.

A cell is 4 x 4 pixels; the middle of cell (i, j) is the pixel position (4 j + 1.5, 4 i + 1.5),
pixel middles being whole numbers.

| output | meaning                                                                                                |
|--------|--------------------------------------------------------------------------------------------------------|
| 0      | text: score before the sigmoid; a cell is text near the axis of a line of print, away from its two ends |
| 1, 2   | reading direction of the line: x and y of a unit vector, y downwards                                     |
| 3, 4   | axis of the line: cosine and sine of twice the direction's angle                                         |
| 5      | log(h / 8), h being half the height of the line's capitals in pixels                                     |
| 6, 7   | from the cell's middle to the nearest point of the axis: x and y, in h                                   |

The axis runs through the middle of the capitals. Text cells reach 0.5 h (at least 2.05 pixels) to
both sides of it, and end 0.6 h (at most a quarter of the line) before the ends of the ink, so lines
one after the other stay apart. Values 1 to 7 count where text is.
"""

import cv2
import numpy as np

OUTPUTS = (
    "text",
    "direction_x",
    "direction_y",
    "axis_cosine",
    "axis_sine",
    "log_half_height",
    "offset_x",
    "offset_y",
)
CELL = 4
HALF_HEIGHT_UNIT = 8.0
END_GAP, CORE = 0.6, 0.5
MIN_CORE = 2.05  # pixels: half a cell, so that every line has cells
MIN_HALF_HEIGHT = 1.7  # pixels; smaller print is neither text nor not


def cell_middles(size):
    """x and y of the middles of the cells of a picture of size x size pixels."""
    ys, xs = np.mgrid[0 : size // CELL, 0 : size // CELL].astype(np.float32)
    return xs * CELL + (CELL - 1) / 2, ys * CELL + (CELL - 1) / 2


class Targets:
    """`values` [8, n, n]: text (0 or 1), then outputs 1 to 7; `weight` [n, n]: 0 where a cell does
    not count.
    """

    def __init__(self, size):
        self.size = size
        self.xs, self.ys = cell_middles(size)
        count = size // CELL
        self.values = np.zeros((len(OUTPUTS), count, count), np.float32)
        self.weight = np.ones((count, count), np.float32)

    def cover(self, polygon):
        """Something without text lies on the polygon [n, 2] of pixel positions."""
        mask = np.zeros(self.weight.shape, np.uint8)
        cv2.fillPoly(mask, [np.round((np.asarray(polygon) - 1.5) / CELL).astype(np.int32)], 1)
        self.values[:, mask > 0] = 0
        self.weight[mask > 0] = 1

    def _window(self, begin, end, margin):
        low, high = np.minimum(begin, end) - margin, np.maximum(begin, end) + margin
        first = np.maximum(0, np.floor(low / CELL)).astype(int)
        last = np.minimum(len(self.weight), np.ceil(high / CELL) + 1).astype(int)
        return slice(first[1], max(first[1], last[1])), slice(first[0], max(first[0], last[0]))

    def add(self, left, right):
        """A line of print; each end is (middle of the top of the capitals there, on the baseline
        there), in pixels.
        """
        (top0, base0), (top1, base1) = np.asarray(left, float), np.asarray(right, float)
        begin, end = (top0 + base0) / 2, (top1 + base1) / 2
        length = float(np.hypot(*(end - begin)))
        if length < 1:
            return
        direction = (end - begin) / length
        normal = np.array([-direction[1], direction[0]])
        heights = abs((base0 - top0) @ normal) / 2, abs((base1 - top1) @ normal) / 2
        mean = sum(heights) / 2
        window = self._window(begin, end, mean * 2 + 6)
        x, y = self.xs[window] - begin[0], self.ys[window] - begin[1]
        if x.size == 0:
            return
        along, across = x * direction[0] + y * direction[1], x * normal[0] + y * normal[1]
        height = heights[0] + (heights[1] - heights[0]) * np.clip(along / length, 0, 1)
        if mean < MIN_HALF_HEIGHT:
            around = (along >= -4) & (along <= length + 4) & (np.abs(across) <= height * 1.4 + 2)
            self.weight[window][around] = 0
            return
        inset = min(mean * END_GAP, length / 4)
        text = (
            (along >= inset)
            & (along <= length - inset)
            & (np.abs(across) <= np.maximum(height * CORE, MIN_CORE))
        )
        self._write(window, text, direction, normal, across, height)

    def _write(self, window, text, direction, normal, across, height):
        values, (dx, dy) = self.values[:, window[0], window[1]], direction
        offset = (across / height)[text]
        values[0][text] = 1
        values[1][text], values[2][text] = dx, dy
        values[3][text], values[4][text] = dx * dx - dy * dy, 2 * dx * dy
        values[5][text] = np.log(height[text] / HALF_HEIGHT_UNIT)
        values[6][text], values[7][text] = -offset * normal[0], -offset * normal[1]
        self.weight[window][text] = 1


def turned(pixels, values, weight, quarters):
    """A picture with its targets turned counterclockwise by quarters of a turn."""
    pixels, weight = (np.rot90(array, quarters) for array in (pixels, weight))
    values = np.rot90(values, quarters, (1, 2)).copy()
    for _ in range(quarters % 4):
        for x, y in ((1, 2), (6, 7)):
            values[x], values[y] = values[y].copy(), -values[x]
    if quarters % 2:
        values[3:5] = -values[3:5]
    return pixels, values, weight
