"""Model files of the finder, see model_file.py."""
import model_file
from finder import network
from finder.targets import CELL, HALF_HEIGHT_UNIT, OUTPUTS


def metadata(record):
    """The metadata of the float model; `record` tells of its training."""
    dump = model_file._dump
    return {"format_version": "2", "task": "find", "precision": "f32", "graph": dump(network.graph()), "training": dump(record),
            "outputs": dump({"names": list(OUTPUTS), "cell": CELL, "half_height_unit": HALF_HEIGHT_UNIT}),
            "normalization": dump({"input": "(255 - grey) / 255", "padding": "mean"})}


def write_float(path, blocks, record):
    """Writes a trained network with its norms folded; `blocks` are those of a FinderNetwork."""
    tensors = {}
    for name, block in blocks.items():
        weight, bias = block.folded()
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight.detach().numpy(), bias.detach().numpy()
    model_file._replace(path, model_file.serialize(tensors, metadata(record)))
