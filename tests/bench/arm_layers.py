#!/usr/bin/env python3
"""A model of whole 3x3 convolutions on ARM, where no such machine is at hand.

    arm_layers.py KERNELS.INC ARM_LAYER --objdump aarch64-linux-gnu-objdump [--llvm-mca llvm-mca] > FILE.json

ARM_LAYER (arm_layer.cpp, made by the tests in kernels/emulated) runs one convolution under qemu, whose log says which blocks of instructions ran how
often. Counted are all instructions of the run, transforms, edges and requantisation included. Cycles are llvm-mca's for each block, as if it
were repeated without end, times its executions: a model without caches and branches that go wrong, and the result says so ("kind": "model").
"""

import argparse
import collections
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kernels"))
from arm_model import CORES  # noqa: E402
from check_objects import planned  # noqa: E402

FORMS = [("int8", "direct"), ("int4", "direct"), ("int4", "winograd")]
LAYERS = [(height, 64, channels) for channels in (32, 64, 96) for height in (16, 8, 4)]
TURNS = 100

ADDRESS = re.compile(r"^0x([0-9a-f]+):")
TRACE = re.compile(r"^Trace \d+: 0x[0-9a-f]+ \[[0-9a-f]+/0*([0-9a-f]+)/[^\]]*\] ?(\S*)")


def disassembly(objdump, program):
    """Address -> instruction, as llvm-mca can read it: a branch has a label, and falls through in the model."""
    listing = subprocess.run([objdump, "-d", "--no-show-raw-insn", program], check=True, capture_output=True, text=True).stdout
    result = {}
    for line in listing.splitlines():
        if match := re.match(r"^\s+([0-9a-f]+):\s+(.*)$", line):
            result[int(match[1], 16)] = re.sub(r"\s+[0-9a-f]+ <.*$", " .", match[2].split("//")[0]).strip()
    return result


def executed_blocks(qemu, program, arguments):
    """(addresses of a block's instructions) -> executions, from the kernel's first instruction to the return to main."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        command = [qemu, "-cpu", "max", "-d", "in_asm,exec,nochain", "-D", log, program, *map(str, arguments)]
        start = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout, 16)
        blocks, counts, current, running = {}, collections.Counter(), None, False
        with open(log, encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith("IN:"):
                    current = []
                elif current is not None and (match := ADDRESS.match(line)):
                    current.append(int(match[1], 16))
                    blocks[current[0]] = current
                elif match := TRACE.match(line):
                    current = None
                    address = int(match[1], 16)
                    if running and match[2] == "main":
                        break
                    running = running or address == start
                    if running:
                        counts[address] += 1
    return {tuple(blocks[address]): count for address, count in counts.items()}


class Cycles:
    """llvm-mca's cycles of blocks, each asked for once."""

    def __init__(self, llvm_mca):
        self.llvm_mca = llvm_mca
        self.known = {}

    def of(self, text, core):
        if (text, core) not in self.known:
            command = [self.llvm_mca, "-mtriple=aarch64", f"-mcpu={core}", "-mattr=+dotprod,+i8mm", f"-iterations={TURNS}"]
            output = subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout
            self.known[text, core] = int(re.search(r"Total Cycles:\s+(\d+)", output)[1]) / TURNS
        return self.known[text, core]


def measure(blocks, text, cores, cycles):
    return {"instructions": sum(count * len(block) for block, count in blocks.items()),
            "cycles": {core: round(sum(count * cycles.of("\n".join(text[a] for a in block) + "\n", core) for block, count in blocks.items()))
                       for core in cores}}


def mean_ratios(result, isa, form):
    """How many times the instructions, and the cycles of each core, the direct int8 kernel takes: geometric means over the layers."""
    def logs(of):
        entries = [r for r in result if (r["isa"], r["precision"], r["form"]) == (isa, *of)]
        return [{name: math.log(value) for name, value in {"instructions": r["instructions"], **r["cycles"]}.items()} for r in entries]
    base, other = logs(FORMS[0]), logs(form)
    return {name: math.exp(sum(a[name] - b[name] for a, b in zip(base, other)) / len(base)) for name in base[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--objdump", required=True)
    parser.add_argument("--llvm-mca", help="without it instructions are counted only")
    parser.add_argument("--qemu", default="qemu-aarch64")
    parser.add_argument("--layer", action="append", help="HEIGHTxWIDTHxCHANNELS (default: nine layers)")
    parser.add_argument("--least", type=float, help="fail when int8 takes fewer than this times the instructions of int4 by Winograd's algorithm")
    arguments = parser.parse_args()
    layers = [tuple(map(int, layer.split("x"))) for layer in arguments.layer or []] or LAYERS
    text = disassembly(arguments.objdump, arguments.program)
    cycles = Cycles(arguments.llvm_mca)
    isas = planned(arguments.kernels.read_text(encoding="utf-8"), "aarch64")
    cores = CORES if arguments.llvm_mca else []
    result = []
    for isa in isas:
        for precision, form in FORMS:
            for layer in layers:
                blocks = executed_blocks(arguments.qemu, arguments.program, [isa, precision, form, *layer])
                result.append({"kind": "model", "isa": isa, "precision": precision, "form": form, "layer": "x".join(map(str, layer)),
                               **measure(blocks, text, cores, cycles)})
    json.dump(result, sys.stdout, indent=1)
    print()
    short = 0
    for isa in isas:
        for form in FORMS[1:]:
            ratios = mean_ratios(result, isa, form)
            print(f"{isa} int8 direct / {' '.join(form)}: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()), file=sys.stderr)
            short += form[1] == "winograd" and ratios["instructions"] < (arguments.least or 0)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
