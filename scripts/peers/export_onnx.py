"""Writes a float model as ONNX, and as its 8-bit form (QDQ: activations u8, weights s8 a channel) if asked.

    export_onnx.py MODEL -o OUT.onnx [--qdq OUT.onnx --lines FOLDER]       in the virtual environment of compare_peers.py

The input is the ink of a normalised line, (255 - grey) / 255, as 1 x 1 x 32 x width with a width that is a multiple of the stride;
the output is the natural-log probabilities, 1 x classes x 1 x columns.
"""
import argparse
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "training"))
import model_file  # noqa: E402

OPSET = 17
IR_VERSION = 9  # of the same age as the operators
MOST_LINES = 200  # calibration's use of memory grows with them


def layer_nodes(layer, source):
    """The operators of one layer and the name of its output."""
    name = layer["name"]
    nodes = [helper.make_node("Conv", [source, f"{name}.weight", f"{name}.bias"], [name], name=name, kernel_shape=layer["kernel"],
                              strides=layer["stride"], pads=layer["pad"])]
    last = name
    if layer.get("relu"):
        clip = layer.get("clip", 0)
        nodes.append(helper.make_node("Clip", [last, "zero", f"{name}.clip"], [f"{name}.relu"]) if clip else
                     helper.make_node("Relu", [last], [f"{name}.relu"]))
        last = f"{name}.relu"
    pool = layer.get("pool", [1, 1])
    if pool != [1, 1]:
        nodes.append(helper.make_node("MaxPool", [last], [f"{name}.pool"], kernel_shape=pool, strides=pool))
        last = f"{name}.pool"
    return nodes, last


def weights_of(graph, tensors):
    """The layers' weights in ONNX's order: output, input, row, column."""
    initializers = []
    for layer in graph["layers"]:
        name = layer["name"]
        weight = np.ascontiguousarray(tensors[f"{name}.weight"].transpose(0, 3, 1, 2))
        initializers += [numpy_helper.from_array(weight, f"{name}.weight"), numpy_helper.from_array(tensors[f"{name}.bias"], f"{name}.bias")]
        if layer.get("clip", 0):
            initializers.append(numpy_helper.from_array(np.float32(layer["clip"]), f"{name}.clip"))
    if any(layer.get("clip", 0) for layer in graph["layers"]):
        initializers.append(numpy_helper.from_array(np.float32(0), "zero"))
    return initializers


def export(path):
    """The ONNX model of a float model file."""
    tensors, metadata = model_file.read(pathlib.Path(path))
    if metadata["precision"] != "f32":
        raise SystemExit(f"{path}: is a model of {metadata['precision']}; give the float model")
    graph = json.loads(metadata["graph"])
    nodes, last = [], "ink"
    for layer in graph["layers"]:
        added, last = layer_nodes(layer, last)
        nodes += added
    nodes.append(helper.make_node("LogSoftmax", [last], ["scores"], axis=1))
    height, classes = graph["input"]["height"], graph["layers"][-1]["out"]
    model = helper.make_model(
        helper.make_graph(nodes, "nibble", [helper.make_tensor_value_info("ink", TensorProto.FLOAT, [1, 1, height, "width"])],
                          [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, classes, 1, "columns"])], weights_of(graph, tensors)),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model


def ink_of(line, stride=4):
    """The network's input of a normalised line (grey, height x width), extended with white to a multiple of the stride."""
    line = np.pad(line, ((0, 0), (0, -line.shape[1] % stride)), constant_values=255)
    return ((255 - line.astype(np.float32)) / np.float32(255))[None, None]


def read_lines(folder):
    """The normalised lines that `nibble eval --crops FOLDER` wrote, at most MOST_LINES, evenly spread."""
    import cv2
    paths = sorted(pathlib.Path(folder).rglob("*_line.png"))
    if not paths:
        raise SystemExit(f"{folder}: has no *_line.png; `nibble eval DATASET --crops FOLDER` writes them")
    paths = paths[::-(-len(paths) // MOST_LINES)]
    return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]


def quantize(source, target, lines):
    """Writes the 8-bit form of an exported model, calibrated by the least and greatest values over normalised lines."""
    from onnxruntime import quantization
    from onnxruntime.quantization import shape_inference

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.feeds = iter([{"ink": ink_of(line)} for line in lines])

        def get_next(self):
            return next(self.feeds, None)

    prepared = pathlib.Path(target).with_suffix(".prepared.onnx")
    shape_inference.quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantization.quantize_static(str(prepared), str(target), Reader(), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
                                 activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
                                 calibrate_method=quantization.CalibrationMethod.MinMax)
    prepared.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("-o", "--out", required=True)
    parser.add_argument("--qdq")
    parser.add_argument("--lines")
    arguments = parser.parse_args()
    if bool(arguments.qdq) != bool(arguments.lines):
        parser.error("--qdq and --lines go together")
    onnx.save(export(arguments.model), arguments.out)
    if arguments.qdq:
        quantize(arguments.out, arguments.qdq, read_lines(arguments.lines))


if __name__ == "__main__":
    main()
