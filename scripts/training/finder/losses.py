"""How far the network's outputs are from the targets."""

import torch
from torch.nn import functional

PARTS = ("text", "overlap", "direction", "axis", "height", "offset")
SHARES = dict(zip(PARTS, (4.0, 0.5, 0.5, 1.0, 1.0, 0.7)))


def parts(outputs, values, weight):
    """The losses by part, see PARTS; `values` and `weight` are those of targets.Targets, in
    batches.
    """
    score, text = outputs[:, 0], values[:, 0]
    counted = text * weight
    cross_entropy = functional.binary_cross_entropy_with_logits(score, text, reduction="none")
    probability = torch.sigmoid(score) * weight
    # Dice counts small print as much as large, whose cells are many.
    overlap = (2 * (probability * text).sum((1, 2)) + 20) / (
        probability.sum((1, 2)) + counted.sum((1, 2)) + 20
    )
    along = outputs[:, 1] * values[:, 1] + outputs[:, 2] * values[:, 2]
    aside = outputs[:, 1] * values[:, 2] - outputs[:, 2] * values[:, 1]
    direction = functional.softplus(-4 * along) / 0.693 + 0.1 * aside.square()
    total = counted.sum() + 1
    return {
        "text": (cross_entropy * weight * (1 + 2 * text)).sum() / weight.sum(),
        "overlap": 1 - overlap.mean(),
        "direction": (direction * counted).sum() / total,
        "axis": ((outputs[:, 3:5] - values[:, 3:5]).square().sum(1) * counted).sum() / total,
        "height": ((outputs[:, 5] - values[:, 5]).abs() * counted).sum() / total,
        "offset": ((outputs[:, 6:8] - values[:, 6:8]).abs().sum(1) * counted).sum() / total,
    }


def total(by_part):
    """The sum; parts that are not in PARTS count as they are."""
    return sum(SHARES.get(part, 1.0) * loss for part, loss in by_part.items())
