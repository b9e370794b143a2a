#!/usr/bin/env python3
"""Trains the finder in float on rendered pages, and writes its model file.

    cd scripts/training; python3 -m finder.train --run DIR --pictures 30000 --out FILE [--seed 1]

Started again with the same DIR it goes on from the last checkpoint; a changed --pictures moves the
end of the learning rate's decay. One process trains on one core in float32; --workers processes
render beside it. Curve: DIR/log.jsonl.
"""

import torch

from finder import export, losses, training
from finder.network import FinderNetwork
from quantized import INPUT_SCALE


def make_optimizer(network, rate):
    """AdamW, with decay for weights but not for biases and norms."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}],
        lr=rate,
        betas=(0.9, 0.98),
    )


def main():
    arguments = training.options(__doc__, 30_000, 3e-3).parse_args()
    torch.manual_seed(arguments.seed)
    network = FinderNetwork().to(memory_format=torch.channels_last)
    trained = training.Training(arguments, network, make_optimizer(network, arguments.rate))
    averaged = FinderNetwork()

    def write():
        averaged.load_state_dict(trained.average.state)
        export.write_float(arguments.out, averaged.blocks, trained.record())

    trained.run(
        lambda ink, values, weight: losses.parts(network(ink * INPUT_SCALE), values, weight), write
    )
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
