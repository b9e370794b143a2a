#!/usr/bin/env python3
"""Fine-tunes a trained float model for integers, and writes its float weights with the ranges learned.

    train_quantized.py --float data/models/nibble-f32.safetensors --precision int4 --run DIR --lines 600000 --out int4-ranges.safetensors
    nibble quantize int4-ranges.safetensors -o data/models/nibble-int4.safetensors

The float model is the starting point and the teacher: the loss is CTC's, plus the divergence from the teacher's classes in each column.
With --start an integer model is the starting point, and the float one the teacher alone.
Started again with the same DIR it goes on from the last checkpoint. Lines, log and seed are those of train.py.
"""
import argparse
import json
import pathlib

import torch

import batches
import lines
import loop
import model_file
import quantized
import reading
from network import convolve, file_layers

FIRST_LINE = 40_000_000  # far from the lines that the float model has seen
CALIBRATION_LINES = 200


def ctc_and_distance(scores, taught, labels, counts, share):
    """CTC's loss plus `share` times the mean divergence of a column's classes from the teacher's."""
    loss = loop.ctc_loss(scores, labels, counts)
    if share == 0:
        return loss
    expected = taught.float().log_softmax(-1)
    divergence = (expected.exp() * (expected - scores.float().log_softmax(-1))).sum(-1).mean()
    return loss + share * divergence


class Teacher(torch.nn.Module):
    """The float model as it stands in its file: norms folded."""

    def __init__(self, tensors, layers):
        super().__init__()
        self.layers = [(layer, tensors[f"{layer.name}.weight"].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last), tensors[f"{layer.name}.bias"])
                       for layer in layers]

    @torch.no_grad()
    def forward(self, x):
        for layer, weight, bias in self.layers:
            x = convolve(layer, x, weight, bias)
            if layer.pool != (1, 1):
                x = torch.nn.functional.max_pool2d(x, layer.pool)
            if layer.relu:
                x = x.relu()
        return x.squeeze(2).permute(0, 2, 1)


def load_tensors(path):
    tensors, metadata = model_file.read(path)
    return {name: torch.from_numpy(values) for name, values in tensors.items()}, metadata


def read_integers(network, pixels):
    return network.integer_forward(quantized.ink(pixels))


def begin(arguments, network, teacher, validation):
    """Gives a network its first weights and scales: those of --start, or those of a calibration."""
    if arguments.start:
        tensors, ranges = quantized.from_integers(*model_file.read(arguments.start))
        if ranges["precision"] != arguments.precision:
            raise SystemExit(f"{arguments.start} is of precision {ranges['precision']}, not {arguments.precision}")
        network.go_on_from(tensors, ranges)
    else:
        network.calibrate([quantized.ink(batches.make_batch([item], batches.bucket_width(item[1]))[0]) for item in validation[:CALIBRATION_LINES]])
    few = validation[:loop.QUICK_VALIDATION]
    print("teacher", reading.validate(teacher, few), flush=True)
    print("start", reading.validate(lambda pixels: read_integers(network, pixels), few), flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--float", dest="float_model", type=pathlib.Path, required=True)
    parser.add_argument("--start", type=pathlib.Path, help="integer model to go on from (default: the float model, calibrated)")
    parser.add_argument("--precision", choices=("int2", "int3", "int4", "int8"), default="int4")
    parser.add_argument("--distill", type=float, default=4.0, help="weight of the divergence from the teacher")
    loop.add_options(parser, 600_000, 4e-4)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    validation = loop.prepare(arguments)
    tensors, metadata = load_tensors(arguments.float_model)
    teacher = Teacher(tensors, file_layers(metadata))
    network = quantized.QuantizedNetwork(tensors, file_layers(metadata), arguments.precision)
    if not loop.checkpoint_path(arguments).exists():
        begin(arguments, network, teacher, validation)
    scales = [p for name, p in network.named_parameters() if name.endswith("_scale")]
    others = [p for name, p in network.named_parameters() if not name.endswith("_scale")]
    optimizer = torch.optim.AdamW([{"params": others}, {"params": scales}], lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0)
    training = loop.Training(arguments, network, optimizer, read_integers)

    def loss_of(pixels, labels, counts):
        with loop.autocast():
            taught = teacher(pixels) if arguments.distill > 0 else None
            scores = network(quantized.ink(pixels).contiguous(memory_format=torch.channels_last))
        return ctc_and_distance(scores, taught, labels, counts, arguments.distill)

    training.run(loss_of, validation, FIRST_LINE)
    exact, cer = training.validate(validation)
    teacher_exact, teacher_cer = reading.validate(teacher, validation)
    print(f"validation on {len(validation)} lines: integers exact {exact:.4f}, character error rate {cer:.4f}; float {teacher_exact:.4f}, {teacher_cer:.4f}")
    record = json.loads(metadata.get("training", "{}"))
    progress = training.progress
    record["quantization"] = {"precision": arguments.precision, "seed": arguments.seed, "history": progress.history, "lines": progress.seen,
                              "reuse": arguments.reuse, "steps": progress.steps, "seconds": round(progress.seconds), "peak_rate": arguments.rate,
                              "distill": arguments.distill, "data_version": lines.DATA_VERSION, "commit": loop.git_commit(),
                              "validation_exact": round(exact, 4), "validation_cer": round(cer, 4),
                              "float_validation_exact": round(teacher_exact, 4), "float_validation_cer": round(teacher_cer, 4)}
    model_file.write_ranges(arguments.out, training.probe, metadata, record)
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
