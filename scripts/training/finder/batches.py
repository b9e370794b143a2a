"""Rendered pictures as batches: processes render them in the order of their numbers; every picture
is used again, turned.
"""

import collections
import os
import random

import cv2
import numpy as np
import torch

import fonts
from finder import drawing, pages
from finder.targets import turned

BATCH = 8
GROUPS = 4  # pages that a worker renders at once
SHUFFLED = 192  # pictures among which a batch is drawn

_renderer = None


def _start_worker(seed, size):
    global _renderer
    os.nice(1)
    cv2.setNumThreads(1)
    _renderer = pages.Renderer(seed, size)


def _render(chunk):
    pictures = []
    for group in range(chunk * GROUPS, (chunk + 1) * GROUPS):
        for picture in _renderer.pictures(group):
            pictures.append(
                (picture.pixels, picture.values.astype(np.float16), picture.weight.astype(np.uint8))
            )
    return pictures


def load_fonts():
    """Once before processes are forked, since it takes seconds."""
    fonts.load_fonts()
    fonts.pick_font(random.Random(1), "A")
    drawing.scripts()


def pool(context, workers, seed, size):
    return context.Pool(workers, _start_worker, (seed, size))


def rendered(workers, first_chunk, ahead):
    """The pictures of one chunk after the other, `ahead` chunks rendered in advance."""
    pending, chunk = collections.deque(), first_chunk
    while True:
        while len(pending) < ahead:
            pending.append(workers.apply_async(_render, (chunk,)))
            chunk += 1
        yield pending.popleft().get()


def ink(pixels):
    """The program's input of 8-bit grey: integers 0 (white) to 127 (black)."""
    return (255 - pixels) >> 1


def make_batch(items):
    """(ink [n, 1, size, size] of whole numbers, values, weight) of pictures with their targets."""
    pixels, values, weight = (np.stack([item[part] for item in items]) for part in range(3))
    inputs = torch.from_numpy(ink(pixels).astype(np.float32))[:, None].contiguous(
        memory_format=torch.channels_last
    )
    return (
        inputs,
        torch.from_numpy(values.astype(np.float32)),
        torch.from_numpy(weight.astype(np.float32)),
    )


def batches(source, reuse, rng):
    """Endless batches. A picture comes `reuse` times in a different quarter turn each, so that none
    is learned better than another.
    """
    waiting = []
    for pictures in source:
        for picture in pictures:
            first = rng.randrange(4)
            waiting.extend((picture, (first + turn) % 4) for turn in (0, 2, 1, 3)[:reuse])
        if len(waiting) < SHUFFLED:
            continue
        rng.shuffle(waiting)
        while len(waiting) > SHUFFLED // 2:
            drawn, waiting = waiting[:BATCH], waiting[BATCH:]
            yield make_batch([turned(*picture, quarters) for picture, quarters in drawn])
