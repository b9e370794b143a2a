"""What a network reads, and how far that is from the truth."""
import torch

import alphabet
from batches import make_batch


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


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        previous, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            previous, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, previous + (x != y))
    return row[-1]


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
