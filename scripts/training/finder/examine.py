#!/usr/bin/env python3
"""Scores a model of the finder on rendered pages that no training has seen.

    cd scripts/training; python3 -m finder.examine MODEL [--pictures 240] [--seed 7920] [--show OUT.png]

MODEL is a float model, or the ranges that train_quantized.py writes, which are scored in integers.
Cells: share of the found ones that are text (precision), of the text ones that are found (recall),
of these with the right reading direction (within 45 degrees). Lines: found when one group of cells
holds 80 % of a line's cells and no more than 30 % of others', and most of them have the right
direction; by the height of capitals in pixels. `empty`: groups a picture on which no text is.
"""

import argparse
import collections
import json
import pathlib

import cv2
import numpy as np
import torch

import quantized
from finder import batches, pages
from finder.grouping import group
from finder.quantized import QuantizedFinder
from finder.targets import HALF_HEIGHT_UNIT, Targets
from finder.train_quantized import Teacher, load

SEED = 7920
SIZES = (("below 6", 0, 6), ("6 to 10", 6, 10), ("10 to 20", 10, 20), ("above 20", 20, 1000))


def load_network(path):
    """A function from ink (whole numbers) to outputs."""
    tensors, metadata = load(path)
    if "ranges" not in metadata:
        teacher = Teacher(tensors)
        return lambda ink: teacher(ink * quantized.INPUT_SCALE)
    ranges = json.loads(metadata["ranges"])
    finder = QuantizedFinder(tensors, ranges["precision"])
    finder.load(tensors, ranges)
    return finder.integer_forward


def line_cells(picture, corners):
    """The cells of one line of a picture, and the height of its capitals."""
    alone = Targets(len(picture.pixels))
    alone.add(corners[[0, 3]], corners[[1, 2]])
    mine = (
        (alone.values[0] > 0)
        & (picture.values[0] > 0)
        & (np.abs(alone.values[5:] - picture.values[5:]).max(0) < 1e-3)
    )
    heights = alone.values[5][mine]
    return mine, 2 * HALF_HEIGHT_UNIT * float(np.exp(heights.mean())) if heights.size else 0.0


class Score:
    """Counts over pictures."""

    def __init__(self):
        self.counts = collections.Counter()

    def add(self, picture, outputs):
        counts, text, counted = self.counts, picture.values[0] > 0, picture.weight > 0
        found = outputs[0] > 0
        right = (outputs[1:3] * picture.values[1:3]).sum(0) > 0.7 * np.hypot(outputs[1], outputs[2])
        counts["found"] += int((found & counted).sum())
        counts["text"] += int((text & counted).sum())
        counts["both"] += int((found & text & counted).sum())
        counts["right"] += int((found & text & counted & right).sum())
        labels = group(outputs)
        if not text.any():
            counts["empty pictures"] += 1
            counts["empty groups"] += sum(
                int(size >= 2)
                for size in np.unique(labels[counted & (labels > 0)], return_counts=True)[1]
            )
        for corners in picture.lines:
            mine, cap = line_cells(picture, corners)
            if mine.sum() >= 3:
                self._line(mine, cap, labels, right)

    def _line(self, mine, cap, labels, right):
        size = next(name for name, low, high in SIZES if low <= cap < high)
        self.counts["lines " + size] += 1
        numbers, counts = np.unique(labels[mine & (labels > 0)], return_counts=True)
        if len(numbers) == 0:
            return
        best = numbers[counts.argmax()]
        if counts.max() >= 0.8 * mine.sum() and counts.max() >= 0.7 * (labels == best).sum():
            self.counts["whole " + size] += 1
            if right[mine & (labels == best)].mean() > 0.5:
                self.counts["good " + size] += 1

    def table(self):
        c = self.counts
        result = {
            "precision": c["both"] / max(c["found"], 1),
            "recall": c["both"] / max(c["text"], 1),
            "direction": c["right"] / max(c["both"], 1),
            "empty": c["empty groups"] / max(c["empty pictures"], 1),
        }
        for name, _, _ in SIZES:
            if c["lines " + name]:
                result["lines " + name] = c["lines " + name]
                result["whole " + name] = c["whole " + name] / c["lines " + name]
                result["good " + name] = c["good " + name] / c["lines " + name]
        return {key: round(value, 4) for key, value in result.items()}


def shown(picture, outputs):
    """The picture with what was found (red where rightly, blue where wrongly, yellow where missed)
    beside it.
    """
    plain = cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGR)
    size = picture.pixels.shape[::-1]
    found, text = outputs[0] > 0, picture.values[0] > 0
    painted = plain.copy()
    for mask, color in (
        (found & text, (0, 0, 255)),
        (found & ~text & (picture.weight > 0), (255, 60, 0)),
        (text & ~found, (0, 220, 220)),
    ):
        large = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        painted[large] = painted[large] // 2 + np.array(color, np.uint8) // 2
    return np.vstack([plain, painted])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--pictures", type=int, default=240)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", type=pathlib.Path, help="picture of the first 24")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    batches.load_fonts()
    renderer, network, score, tiles = (
        pages.Renderer(arguments.seed),
        load_network(arguments.model),
        Score(),
        [],
    )
    for number in range(arguments.pictures // pages.PICTURES):
        for picture in renderer.pictures(number):
            ink = torch.from_numpy(batches.ink(picture.pixels).astype(np.float32))[None, None]
            outputs = network(ink)[0].numpy()
            score.add(picture, outputs)
            if len(tiles) < 24:
                tiles.append(shown(picture, outputs))
    print(json.dumps(score.table()))
    if arguments.show:
        rows = [np.hstack(tiles[row : row + 8]) for row in range(0, len(tiles), 8)]
        cv2.imwrite(str(arguments.show), np.vstack(rows))


if __name__ == "__main__":
    main()
