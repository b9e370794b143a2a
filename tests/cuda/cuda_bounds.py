#!/usr/bin/env python3
"""What no GPU can beat: cuda_bounds.py MODEL... [--lines N] [--width PIXELS] [--check PROGRAM]

Bytes and multiply-accumulates of each layer of an integer model, and the least time they take on four devices by their makers' published
peaks: the longer of operations at the peak rate of the tensor cores and bytes at the peak rate of the memory, and the operations alone for
tensors that stay in the device's cache. Launches, latencies and occupancy come on top. Computed, not measured.
--check: compares the number of multiply-accumulates with what PROGRAM (nibble) counts.
"""

import argparse
import json
import pathlib
import struct
import subprocess
import sys

# Dense tensor-core operations a second (two a multiply-accumulate) and bytes a second, from NVIDIA's data sheets: Tesla T4 (320 GB/s),
# A100 80GB SXM, Ada architecture white paper (GeForce RTX 4090), H100 SXM. The H100 multiplies no nibbles: they take bytes' time.
DEVICES = {
    "T4": {"int8": 130e12, "int4": 260e12, "memory": 320e9},
    "A100": {"int8": 624e12, "int4": 1248e12, "memory": 2039e9},
    "RTX 4090": {"int8": 660.6e12, "int4": 1321.2e12, "memory": 1008e9},
    "H100": {"int8": 1978.9e12, "int4": 1978.9e12, "memory": 3352e9},
}

CHUNK_BYTES = 16  # a pixel's bytes are padded to it, see kernels/cuda/conv.h


def read_graph(path):
    data = pathlib.Path(path).read_bytes()
    length, = struct.unpack_from("<Q", data)
    return json.loads(json.loads(data[8:8 + length])["__metadata__"]["graph"])


def round_up(value, step):
    return -(-value // step) * step


def pixel_bytes(channels, precision):
    return round_up(channels if precision == "int8" else -(-channels // 2), CHUNK_BYTES)


def layers(graph, width):
    """Name, precision, multiply-accumulates a line, weight bytes, and bytes read and written a line."""
    height, width = graph["input"]["height"], round_up(width, graph["stride"])
    for i, layer in enumerate(graph["layers"]):
        following = graph["layers"][i + 1]["precision"] if i + 1 < len(graph["layers"]) else None
        precision = layer["precision"]
        if precision == "f32":
            raise ValueError("a model of precision f32 does not run on the device")
        taps = layer["kernel"][0] * layer["kernel"][1]
        top, left, bottom, right = layer["pad"]
        read = height * width * (layer["in"] if i == 0 else pixel_bytes(layer["in"], precision))
        height = (height + top + bottom - layer["kernel"][0]) // layer["stride"][0] + 1
        width = (width + left + right - layer["kernel"][1]) // layer["stride"][1] + 1
        macs = height * width * layer["out"] * taps * layer["in"]
        height, width = height // layer["pool"][0], width // layer["pool"][1]
        pixel = pixel_bytes(layer["out"], following) if following else 4 * round_up(layer["out"], 8)
        weights = round_up(layer["out"], 32) * (taps * (layer["in"] if i == 0 else pixel_bytes(layer["in"], precision)) + 12)
        yield layer["name"], precision, macs, weights, read + height * width * pixel


def least_microseconds(device, precision, macs, moved):
    return 1e6 * max(2 * macs / device[precision], moved / device["memory"])


def print_table(path, graph, lines, width):
    print(f"{path}: {lines} lines of {width} pixels; least microseconds, COMPUTED from published peaks, NOT MEASURED")
    print(f"{'layer':10} {'type':5} {'MACs/line':>10} {'bytes/line':>10} {'weights':>8}" + "".join(f" {name:>9}" for name in DEVICES))
    totals = dict.fromkeys(DEVICES, 0.0)
    all_macs = all_bytes = all_weights = 0
    for name, precision, macs, weights, moved in layers(graph, width):
        times = {d: least_microseconds(DEVICES[d], precision, macs * lines, moved * lines + weights) for d in DEVICES}
        for device, time in times.items():
            totals[device] += time
        all_macs, all_bytes, all_weights = all_macs + macs, all_bytes + moved, all_weights + weights
        print(f"{name:10} {precision:5} {macs:10} {moved:10} {weights:8}" + "".join(f" {time:9.2f}" for time in times.values()))
    print(f"{'all':10} {'':5} {all_macs:10} {all_bytes:10} {all_weights:8}" + "".join(f" {time:9.2f}" for time in totals.values()))
    alone = [sum(least_microseconds(peaks, precision, macs * lines, 0) for _, precision, macs, *_ in layers(graph, width))
             for peaks in DEVICES.values()]
    print(f"{'all, operations alone':46}" + "".join(f" {time:9.2f}" for time in alone))
    print(f"{'per line':46}" + "".join(f" {time / lines:9.3f}" for time in totals.values()) + "\n")


def check(program, path, graph):
    said = json.loads(subprocess.run([program, "model", "info", path, "--format", "json"], check=True, capture_output=True).stdout)
    counted = sum(layer[2] for layer in layers(graph, said["macs_width"]))
    if counted != said["macs"]:
        print(f"{path}: {counted} multiply-accumulates for {said['macs_width']} pixels; nibble says {said['macs']}")
    return counted == said["macs"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--lines", type=int, default=64)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--check", metavar="PROGRAM")
    arguments = parser.parse_args()
    well = True
    for path in arguments.models:
        graph = read_graph(path)
        print_table(path, graph, arguments.lines, arguments.width)
        well = well and (not arguments.check or check(arguments.check, path, graph))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
