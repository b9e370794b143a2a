#!/usr/bin/env python3
"""Fine-tunes the finder's float model for integers, and writes its float weights with the ranges
learned.

    cd scripts/training
    python3 -m finder.train_quantized --float FLOAT --precision int4 --run DIR --pictures 12000 --out RANGES
    nibble quantize RANGES -o data/models/nibble-find-int4.safetensors

The float model is the starting point and the teacher. Started again with the same DIR it goes on
from the last checkpoint.
"""

import json
import pathlib

import torch
from torch.nn import functional

import model_file
import quantized
from finder import batches, export, losses, network, pages, training
from finder.quantized import QuantizedFinder

FIRST_CHUNK = 1_000_000  # far from the pages that the float model has seen
CALIBRATION_CHUNK = 2_000_000
CALIBRATION_CHUNKS = 4
SCALE_RATE = 0.3  # of the rate of the weights: few numbers on which all else hangs


class Teacher(torch.nn.Module):
    """The float model as it stands in its file: norms folded."""

    def __init__(self, tensors):
        super().__init__()
        self.tensors = {}
        for name, value in tensors.items():
            weight = name.endswith(".weight")
            self.tensors[name] = (
                value.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
                if weight
                else value
            )

    def _conv(self, node, x):
        x = network.convolve(
            node, x, self.tensors[f"{node.name}.weight"], self.tensors[f"{node.name}.bias"]
        )
        if node.pool != (1, 1):
            x = functional.max_pool2d(x, node.pool)
        return x.relu() if node.relu else x

    @torch.no_grad()
    def forward(self, x):
        return network.evaluate(x, self._conv, lambda node, a, b: a + b)


def load(path):
    """(tensors, metadata) of a float model of the finder."""
    tensors, metadata = model_file.read(path)
    if metadata.get("task") != "find":
        raise SystemExit(f'{path} is no model of the finder: its task is not "find"')
    return {name: torch.from_numpy(values) for name, values in tensors.items()}, metadata


def distance(outputs, taught):
    """How far outputs are from the teacher's: of the text score everywhere, of the others where it
    sees text.
    """
    probability = torch.sigmoid(taught[:, 0])
    score = functional.binary_cross_entropy_with_logits(
        outputs[:, 0], probability, weight=1 + 2 * probability
    )
    others = ((outputs[:, 1:] - taught[:, 1:]).abs().sum(1) * probability).sum() / (
        probability.sum() + 1
    )
    return 4 * score + 0.5 * others


def calibration(arguments):
    """Ink of some pages that are not trained on."""
    renderer = pages.Renderer(arguments.seed, arguments.size)
    batches.load_fonts()
    numbers = range(CALIBRATION_CHUNK, CALIBRATION_CHUNK + CALIBRATION_CHUNKS * batches.GROUPS)
    return [
        batches.make_batch([(p.pixels, p.values, p.weight) for p in renderer.pictures(number)])[0]
        for number in numbers
    ]


def parse_arguments():
    parser = training.options(__doc__, 12_000, 6e-4)
    parser.add_argument("--float", dest="float_model", type=pathlib.Path, required=True)
    parser.add_argument("--precision", choices=("int4", "int8"), default="int4")
    parser.add_argument(
        "--distill", type=float, default=1.0, help="weight of the distance from the teacher"
    )
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    tensors, metadata = load(arguments.float_model)
    teacher, finder = Teacher(tensors), QuantizedFinder(tensors, arguments.precision)
    if not (arguments.run / "checkpoint.pt").exists():
        finder.calibrate(calibration(arguments))
    scales = [p for name, p in finder.named_parameters() if name.endswith("_scale")]
    others = [p for name, p in finder.named_parameters() if not name.endswith("_scale")]
    groups = [{"params": others}, {"params": scales, "share": SCALE_RATE}]
    optimizer = torch.optim.AdamW(groups, lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0)
    trained = training.Training(arguments, finder, optimizer)
    averaged = QuantizedFinder(tensors, arguments.precision)

    def losses_of(ink, values, weight):
        outputs = finder(ink)
        by_part = losses.parts(outputs, values, weight)
        if arguments.distill > 0:
            by_part["teacher"] = (
                distance(outputs, teacher(ink * quantized.INPUT_SCALE)) * arguments.distill
            )
        return by_part

    def write():
        averaged.load_state_dict(trained.average.state)
        record = json.loads(metadata["training"])
        record["quantization"] = {
            "precision": arguments.precision,
            "distill": arguments.distill,
            **trained.record(),
        }
        export.write_ranges(arguments.out, averaged, metadata, record)

    trained.run(losses_of, write, FIRST_CHUNK)
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
