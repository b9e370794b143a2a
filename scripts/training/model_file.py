"""Writes the model file: safetensors layout, blobs aligned to 64 bytes, graph and training record in the metadata."""
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


def write(path, network, record):
    """Writes a trained network with its norms folded."""
    tensors = {}
    for block in network.blocks:
        weight, bias = block.folded()
        tensors[f"{block.layer.name}.weight"] = weight.numpy()
        tensors[f"{block.layer.name}.bias"] = bias.numpy()
    dump = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    metadata = {"format_version": "1", "precision": "f32", "graph": dump(network.graph()), "alphabet": dump(list(alphabet.ALPHABET)),
                "normalization": dump({"height": 32, "margin": 2, "padding": 8, "input": "(255 - grey) / 255"}), "training": dump(record)}
    data = serialize(tensors, metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".partial")
    temporary.write_bytes(data)
    os.replace(temporary, path)
