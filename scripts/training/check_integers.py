#!/usr/bin/env python3
"""Compares what quantization-aware training simulates with what the program computes, every integer of every layer.

    check_integers.py --ranges int4-ranges.safetensors --model data/models/nibble-int4.safetensors [--lines 50] [--library ...]
"""
import argparse
import json
import pathlib

import cv2
import numpy as np
import torch

import lines
import model_file
import native
import quantized
from network import file_layers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranges", type=pathlib.Path, required=True, help="what train_quantized.py wrote")
    parser.add_argument("--model", type=pathlib.Path, required=True, help="what `nibble quantize` made of it")
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--library", dest="native_library", help="libnibble_c.so (default: the newest build)")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)

    tensors, metadata = model_file.read(arguments.ranges)
    ranges = json.loads(metadata["ranges"])
    tensors = {name: torch.from_numpy(values) for name, values in tensors.items()}
    network = quantized.QuantizedNetwork(tensors, file_layers(metadata), ranges["precision"])
    network.load_scales(tensors, ranges)

    renderer = lines.LineRenderer(202, native.Normalizer(arguments.native_library))
    compared = 0
    for index in range(arguments.lines):
        _, _, line = renderer.line(index)
        width = -(-line.shape[1] // 4) * 4
        padded = np.full((line.shape[0], width), 255, np.uint8)
        padded[:, :line.shape[1]] = line
        simulated = []
        network.integer_forward(torch.from_numpy((255 - padded.astype(np.int64)) // 2)[None, None].float(), simulated)
        computed = native.run_layers(arguments.model, padded, path=arguments.native_library)
        for block, one, other in zip(network.blocks, simulated, computed, strict=True):
            different = int((one[0].permute(1, 2, 0).numpy() != other).sum())
            if different:
                raise SystemExit(f"line {index}, layer {block.layer.name}: {different} of {other.size} integers differ")
            compared += other.size
    print(f"{arguments.lines} lines, {len(network.blocks)} layers: all {compared} integers are equal")


if __name__ == "__main__":
    main()
