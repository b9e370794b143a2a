"""Reads and writes the model file: safetensors layout, blobs aligned to 64 bytes, graph and training record in the metadata."""
import json
import os
import struct

import numpy as np

import alphabet

ALIGNMENT = 64


def serialize(tensors, metadata):
    """`tensors` maps names to float32 arrays; the same input always gives the same bytes."""
    header, blobs, offset = {"__metadata__": dict(sorted(metadata.items()))}, [], 0
    for name in sorted(tensors):
        data = np.ascontiguousarray(tensors[name], dtype="<f4")
        blob = data.tobytes()
        header[name] = {"dtype": "F32", "shape": list(data.shape), "data_offsets": [offset, offset + len(blob)]}
        padding = -len(blob) % ALIGNMENT
        blobs.append(blob + b"\0" * padding)
        offset += len(blob) + padding
    if blobs and (last := header[max(tensors)]["data_offsets"][1]) != offset:
        blobs[-1] = blobs[-1][:len(blobs[-1]) - (offset - last)]
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + b"".join(blobs)


TYPES = {"F32": "<f4", "I8": "i1", "U8": "u1", "I32": "<i4"}


def read(path):
    """(tensors, metadata) of a model file of floats or integers that is taken to be sound."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[8 + length + begin:8 + length + end], TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
    return tensors, metadata


def unpack_weight(layer, stored):
    """The weights [out, kh, kw, in] of a layer of an integer model's graph as they stand in the file; of 4 bits, two a byte, the first one low."""
    if layer["precision"] == "int8":
        return stored.astype(np.int64)
    shape = (layer["out"], *layer["kernel"], layer["in"])
    nibbles = np.stack((stored & 15, stored >> 4), 1).reshape(-1)[:np.prod(shape)].astype(np.int64)
    return np.where(nibbles < 8, nibbles, nibbles - 16).reshape(shape)


def _dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def store(path, tensors, metadata):
    """Writes a model file in one step."""
    _replace(path, serialize(tensors, metadata))


def _replace(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".partial")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def write_ranges(path, network, metadata, record):
    """Writes the float weights of a network trained for integers, with its scales: what `nibble quantize` turns into integers."""
    tensors = {}
    for block in network.blocks:
        tensors[f"{block.layer.name}.weight"] = block.weight.detach().permute(0, 2, 3, 1).numpy()
        tensors[f"{block.layer.name}.bias"] = block.bias.detach().numpy()
        tensors[f"{block.layer.name}.weight_scale"] = block.log_weight_scale.detach().exp().numpy()
    ranges = {"precision": network.precision, "layers": network.ranges()}
    store(path, tensors, {**metadata, "training": _dump(record), "ranges": _dump(ranges)})


def write(path, network, record):
    """Writes a trained network with its norms folded."""
    tensors = {}
    for block in network.blocks:
        weight, bias = block.folded()
        tensors[f"{block.layer.name}.weight"] = weight.numpy()
        tensors[f"{block.layer.name}.bias"] = bias.numpy()
    metadata = {"format_version": "1", "precision": "f32", "graph": _dump(network.graph()), "alphabet": _dump(list(alphabet.ALPHABET)),
                "normalization": _dump({"height": 32, "margin": 2, "padding": 8, "input": "(255 - grey) / 255"}), "training": _dump(record)}
    store(path, tensors, metadata)
