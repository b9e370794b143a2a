#!/usr/bin/env python3
"""Trains the line network in float on rendered lines, and writes the model file.

    train.py --run DIR --lines 900000 [--seed 1] [--out data/models/nibble-f32.safetensors]

Started again with the same DIR it goes on from the last checkpoint; a changed --lines moves the end of the learning rate's decay.
One process trains on one core in bfloat16 (float32 where the CPU lacks it); --workers processes render beside it.
Curve: DIR/log.jsonl. Every line is a function of the seed and its number, so a run can be repeated.
"""
import argparse
import json
import pathlib

import torch

import alphabet
import batches
import growing
import loop
import model_file
import reading
from network import LineNetwork, file_layers


START_LINES = 200  # that set the norms of a network that begins with a file's weights


def make_optimizer(network, rate):
    """AdamW, with decay for weights but not for biases and norms."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}], lr=rate, betas=(0.9, 0.98))


def begin(network, path, checkpoint, validation):
    """Begins with the float model of a file where no checkpoint is there to go on from. Returns the record of the model's training."""
    tensors, metadata = model_file.read(path)
    if json.loads(metadata["alphabet"]) != list(alphabet.ALPHABET)[:len(json.loads(metadata["alphabet"]))]:
        raise SystemExit(f"{path} has classes of another alphabet")
    if checkpoint.exists():
        return json.loads(metadata.get("training", "{}"))
    pixels = [batches.make_batch([item], batches.bucket_width(item[1]))[0] for item in validation[:START_LINES]]
    growing.grow(network, tensors, file_layers(metadata), pixels)
    few = validation[:loop.QUICK_VALIDATION]
    print("start", reading.validate(network.eval(), few), flush=True)
    return json.loads(metadata.get("training", "{}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    loop.add_options(parser, 900_000, 2.5e-3)
    parser.add_argument("--start", type=pathlib.Path, help="float model to begin with, which may have fewer layers")
    parser.add_argument("--out", type=pathlib.Path, help="model file to write at the end")
    arguments = parser.parse_args()
    validation = loop.prepare(arguments)
    network = LineNetwork(len(alphabet.ALPHABET) + 1).to(memory_format=torch.channels_last)
    earlier = begin(network, arguments.start, loop.checkpoint_path(arguments), validation) if arguments.start else None
    training = loop.Training(arguments, network, make_optimizer(network, arguments.rate), lambda probe, pixels: probe(pixels))

    def loss_of(pixels, labels, counts):
        with loop.autocast():
            scores = network(pixels)
        return loop.ctc_loss(scores, labels, counts)

    loss = training.run(loss_of, validation)
    exact, cer = training.validate(validation)
    print(f"validation on {len(validation)} lines: exact {exact:.4f}, character error rate {cer:.4f}")
    progress = training.progress
    record = {"seed": arguments.seed, "history": progress.history, "lines": progress.seen, "reuse": arguments.reuse, "steps": progress.steps,
              "seconds": round(progress.seconds), "peak_rate": arguments.rate, "final_loss": round(loss, 4),
              "validation_lines": len(validation), "validation_exact": round(exact, 4), "validation_cer": round(cer, 4), "torch": torch.__version__}
    if earlier is not None:
        record["started_from"] = earlier
    if arguments.out:
        model_file.write(arguments.out, training.probe, record)
        print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
