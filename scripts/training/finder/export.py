"""Model files of the finder, see model_file.py."""

import model_file
from finder import network
from finder.targets import CELL, HALF_HEIGHT_UNIT, OUTPUTS


def metadata(record):
    """The metadata of the float model; `record` tells of its training."""
    dump = model_file._dump
    return {
        "format_version": "2",
        "task": "find",
        "precision": "f32",
        "graph": dump(network.graph()),
        "training": dump(record),
        "outputs": dump(
            {"names": list(OUTPUTS), "cell": CELL, "half_height_unit": HALF_HEIGHT_UNIT}
        ),
        "normalization": dump({"input": "(255 - grey) / 255", "padding": "mean"}),
    }


def write_float(path, blocks, record):
    """Writes a trained network with its norms folded; `blocks` are those of a FinderNetwork."""
    tensors = {}
    for name, block in blocks.items():
        weight, bias = block.folded()
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = (
            weight.detach().numpy(),
            bias.detach().numpy(),
        )
    model_file._replace(path, model_file.serialize(tensors, metadata(record)))


def write_ranges(path, finder, float_metadata, record):
    """Writes the float weights of a network trained for integers, with its scales: what `nibble
    quantize` turns into integers.
    """
    tensors = {}
    for name, block in finder.nodes.items():
        if hasattr(block, "weight"):
            tensors[f"{name}.weight"] = block.weight.detach().permute(0, 2, 3, 1).numpy()
            tensors[f"{name}.bias"] = block.bias.detach().numpy()
            tensors[f"{name}.weight_scale"] = block.log_weight_scale.detach().exp().numpy()
    dump = model_file._dump
    ranges = {"precision": finder.precision, "layers": finder.ranges()}
    model_file._replace(
        path,
        model_file.serialize(
            tensors, {**float_metadata, "training": dump(record), "ranges": dump(ranges)}
        ),
    )
