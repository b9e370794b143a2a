"""Cells to lines, in the plainest way: enough to score a network while it is trained. The program's
own way is recognizer/locate/find.
"""

import numpy as np

from finder.targets import CELL, HALF_HEIGHT_UNIT

NEIGHBOURS = ((0, 1), (1, -1), (1, 0), (1, 1))
LEAST_COSINE, MOST_RATIO, MOST_ASIDE = 0.85, 0.5, 0.65


def _links(text, axis, height, votes, rows, columns):
    """Whether each cell belongs to one line with its neighbour: both are text, alike in axis and
    height, and vote for one axis.

    Arrays [n, n]; false where the neighbour is outside.
    """

    def neighbour(array):
        shifted = np.roll(array, (-rows, -columns), (0, 1))
        return shifted

    inside = np.zeros(text.shape, bool)
    inside[: len(text) - rows, max(0, -columns) : text.shape[1] - max(0, columns)] = True
    cosine = np.abs((axis * neighbour(axis)).sum(2))
    ratio = np.abs(height - neighbour(height))
    apart = neighbour(votes) - votes
    aside = np.abs(apart[..., 0] * -axis[..., 1] + apart[..., 1] * axis[..., 0])
    near = aside < MOST_ASIDE * np.exp(np.minimum(height, neighbour(height)))
    return inside & text & neighbour(text) & (cosine > LEAST_COSINE) & (ratio < MOST_RATIO) & near


def group(outputs, threshold=0.0):
    """Labels [n, n] of the lines in the network's outputs [8, n, n]: 0 where no text is, else a
    line's number.
    """
    text = outputs[0] > threshold
    half = np.arctan2(outputs[4], outputs[3]) / 2
    axis = np.stack([np.cos(half), np.sin(half)], 2)
    height = np.clip(outputs[5], -2, 3) + np.log(HALF_HEIGHT_UNIT)
    ys, xs = np.mgrid[0 : text.shape[0], 0 : text.shape[1]] * CELL
    votes = np.stack([xs + outputs[6] * np.exp(height), ys + outputs[7] * np.exp(height)], 2)
    links = [
        (rows, columns, _links(text, axis, height, votes, rows, columns))
        for rows, columns in NEIGHBOURS
    ]
    labels = np.where(text, np.arange(1, text.size + 1).reshape(text.shape), 0)
    while True:
        before = labels.copy()
        for rows, columns, linked in links:
            there = np.roll(labels, (-rows, -columns), (0, 1))
            least = np.where(linked, np.minimum(labels, there), labels)
            back = np.where(
                np.roll(linked, (rows, columns), (0, 1)),
                np.roll(least, (rows, columns), (0, 1)),
                labels,
            )
            labels = np.minimum(least, back)
        if (labels == before).all():
            return labels
