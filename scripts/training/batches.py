"""Rendered lines as batches: worker processes render them in order, and batches collect lines of about one width."""
import collections
import os

import cv2
import numpy as np
import torch

import alphabet
import lines
import native

BUCKET = 64
BATCH_PIXELS = 32 * 256
CHUNK = 64  # lines that a worker renders at once

_renderer = None


def start_worker(seed, library):
    """Initializer of the processes of the pool that rendered_lines uses."""
    global _renderer
    os.nice(5)
    cv2.setNumThreads(1)
    _renderer = lines.LineRenderer(seed, native.Normalizer(library))


def _render_chunk(chunk):
    return [(text, line) for _, text, line in (_renderer.line(chunk * CHUNK + offset) for offset in range(CHUNK))]


def rendered_lines(pool, first_chunk, ahead):
    """Lines in the order of their numbers, `ahead` chunks rendered in advance."""
    pending = collections.deque()
    chunk = first_chunk
    while True:
        while len(pending) < ahead:
            pending.append(pool.apply_async(_render_chunk, (chunk,)))
            chunk += 1
        yield from pending.popleft().get()


def bucket_width(line):
    return -(-line.shape[1] // BUCKET) * BUCKET


def make_batch(items, width):
    """(pixels [n, 1, 32, width] with ink 1 and paper 0, class numbers joined, their counts)."""
    pixels = np.zeros((len(items), 1, items[0][1].shape[0], width), np.float32)
    for row, (_, line) in enumerate(items):
        pixels[row, 0, :, :line.shape[1]] = (255 - line).astype(np.float32) / 255
    labels = [alphabet.encode(text) for text, _ in items]
    return (torch.from_numpy(pixels).to(memory_format=torch.channels_last), torch.tensor([c for label in labels for c in label]),
            torch.tensor([len(label) for label in labels]))


def batches(source, reuse, rng):
    """Batches of about BATCH_PIXELS columns x lines, one bucket of widths each, with their counts of lines.

    With reuse > 1 a line comes again once, in another batch some thousand lines later: rendering is dearer than a training step.
    """
    waiting = collections.defaultdict(list)
    memory = collections.deque()
    for item in source:
        fresh = [item]
        if reuse > 1:
            memory.append(item)
            if len(memory) > 4000:
                fresh.append(memory.popleft())
        for line in fresh:
            width = bucket_width(line[1])
            waiting[width].append(line)
            if len(waiting[width]) >= max(BATCH_PIXELS // width, 4):
                rng.shuffle(waiting[width])
                yield make_batch(waiting[width], width), len(waiting[width])
                waiting[width] = []
