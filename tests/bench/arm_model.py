#!/usr/bin/env python3
"""A model of the kernels' speed on ARM, where no such machine is at hand: arm_model.py KERNELS.INC OBJDUMP LLVM_MCA OBJECT... > FILE.json

For each instruction set and precision it takes the inner loop of the largest tile out of the compiled object, counts its instructions, and asks
llvm-mca for the cycles of a turn on several cores. It says nothing of caches, edges and the rest of the program: it is a model, and the result
says so ("kind": "model"). `nibble bench gemm --arm-model FILE` puts it beside what was measured.
"""

import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kernels"))
import check_objects  # noqa: E402

CORES = ["cortex-a53", "cortex-a55", "cortex-a72", "cortex-a76", "neoverse-n1"]
TURNS = 200
# Multiply-accumulates of an instruction, whose operands are vectors of 128 bits.
MACS = {"fmla": 4, "sadalp": 16, "smlal": 8, "sdot": 16, "smmla": 32, "mla": 16}
PRECISIONS = ("f32", "int8", "int4", "int3", "int2")


def count(loop, mnemonic):
    """A sum in bytes may begin with a plain product."""
    either = "mla|mul" if mnemonic == "mla" else f"{mnemonic}2?"
    return sum(bool(re.match(rf"(?:{either})\s", text)) for text in loop)


def largest_loop(listing, mnemonic, precision):
    """The loop with the most multiplies. Of the loops with a mnemonic, sadalp tells those of int8 from those of int4, and those of int3, which
    empty their bytes by it, from those of int2."""
    best = []
    for function, instructions in check_objects.functions(listing).items():
        if "compute_tile<" in function and "FewTile" not in function:
            loops = [loop for loop in check_objects.inner_loops(instructions)
                     if mnemonic not in ("smlal", "mla") or bool(count(loop, "sadalp")) == (precision == "int3")]
            best = max([best, *loops], key=lambda loop: count(loop, mnemonic))
    return best


def cycles(loop, core, llvm_mca):
    # A branch needs a label that llvm-mca can read; it falls through in the model.
    text = "\n".join(re.sub(r"\s+[0-9a-f]+ <.*$", " .", line.split("//")[0]) for line in loop) + "\n"
    command = [llvm_mca, "-mtriple=aarch64", f"-mcpu={core}", "-mattr=+dotprod,+i8mm", f"-iterations={TURNS}"]
    output = subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Total Cycles:\s+(\d+)", output)[1]) / TURNS


def main():
    inc, objdump, llvm_mca, *objects = sys.argv[1:]
    lines = check_objects.LINE.findall(pathlib.Path(inc).read_text(encoding="utf-8"))
    result = []
    for path in objects:
        isa = pathlib.Path(path).name.split(".")[0]
        plan = next((line[1:6] for line in lines if line[0] == isa), ("",) * 5)
        listing = subprocess.run([objdump, "-d", "--no-show-raw-insn", "-C", path], check=True, capture_output=True, text=True).stdout
        for precision, mnemonic in zip(PRECISIONS, plan):
            if mnemonic not in MACS:
                continue
            loop = largest_loop(listing, mnemonic, precision)
            macs = count(loop, mnemonic) * MACS[mnemonic]
            cores = {core: round(macs / cycles(loop, core, llvm_mca), 3) for core in CORES}
            result.append({"kind": "model", "isa": isa, "precision": precision, "instructions_per_mac": round(len(loop) / macs, 4),
                           "macs_per_cycle": cores})
    json.dump(result, sys.stdout, indent=1)
    print()
    return 0 if result else 1


if __name__ == "__main__":
    sys.exit(main())
