"""What a network reads, and how far that is from the truth."""
import pathlib
import sys

import torch

import alphabet
from batches import make_batch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from scoring import edit_distance  # noqa: E402


def greedy(scores):
    """Texts of class scores [n, columns, classes]: the best class a column, repeats joined, blanks dropped."""
    best = scores.argmax(-1)
    texts = []
    for row in best.tolist():
        previous, text = 0, ""
        for cell in row:
            if cell not in (0, previous):
                text += alphabet.ALPHABET[cell - 1]
            previous = cell
        texts.append(text.strip())
    return texts


@torch.no_grad()
def validate(read, items):
    """Share of lines read without an error, and the character error rate; `read` maps pixels to class scores."""
    right = errors = total = 0
    for text, line in items:
        pixels, _, _ = make_batch([(text, line)], -(-line.shape[1] // 4) * 4)
        reading = greedy(read(pixels))[0]
        right += reading == text
        errors += edit_distance(reading, text)
        total += len(text)
    return right / len(items), errors / total
