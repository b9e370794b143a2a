#!/usr/bin/env python3
"""Checks the compiled kernels: check_objects.py kernels.inc OBJDUMP NM PROCESSOR OBJECT...

Each instruction set's inner loops hold the multiply instruction that kernels.inc plans, and touch no stack: a sum that lives there costs more
than the multiply. No object defines a weak symbol: the linker could keep that copy of it for processors that cannot run it.
check_objects.py --self-test: that each kind of fault is found.
"""

import pathlib
import re
import subprocess
import sys

LINE = re.compile(r'^NIBBLE_ISA\((\w+),.*, "(\w*)", "(\w*)", "(\w*)", "(\w*)", "(\w*)", "\w*"\)', re.MULTILINE)
FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\s+(.*)$")
BRANCH = re.compile(r"^(?:j\w+|b|b\.\w+|cbn?z\s+\w+,|tbn?z\s+\w+, #\w+,)\s+([0-9a-f]+) ")
STACK = re.compile(r"\(%[re][sb]p[,)]|\[(?:sp|x29)\b")


def functions(listing):
    """Name -> [(address, instruction)] of a disassembly."""
    result, current = {}, None
    for line in listing.splitlines():
        if match := FUNCTION.match(line):
            current = result.setdefault(match[1], [])
        elif (match := INSTRUCTION.match(line)) and current is not None:
            current.append((int(match[1], 16), match[2]))
    return result


def inner_loops(instructions):
    """The loops without a loop inside."""
    index = {address: i for i, (address, _) in enumerate(instructions)}
    spans = set()
    for i, (address, text) in enumerate(instructions):
        match = BRANCH.match(text)
        if match and int(match[1], 16) <= address and int(match[1], 16) in index:
            spans.add((index[int(match[1], 16)], i))
    inner = [s for s in spans if not any(o != s and o[0] >= s[0] and o[1] <= s[1] for o in spans)]
    return [[text for _, text in instructions[first:last + 1]] for first, last in inner]


def check_loops(name, listing, mnemonics):
    """Problems of one object's tiles, and the number of loops looked at for each mnemonic."""
    problems, seen = [], {mnemonic: 0 for mnemonic in mnemonics}
    for function, instructions in functions(listing).items():
        if "compute_tile<" not in function:
            continue
        tile = re.sub(r"nibble::kernels::|\(anonymous namespace\)::", "", function).split("(")[0]
        for loop in inner_loops(instructions):
            multiplies = [m for m in mnemonics if any(re.search(rf"\b{m}\b", text) for text in loop)]
            for mnemonic in multiplies:
                seen[mnemonic] += 1
            touching = [text for text in loop if STACK.search(text)]
            if multiplies and touching:
                problems.append(f"{name}: the loop of {tile} touches the stack: {touching[0].strip()}")
    return problems + [f"{name}: no loop with {m}" for m, count in seen.items() if count == 0], seen


def check_peaks(name, listing, mnemonics):
    """The loops on registers do not multiply less than the tiles' own: a compiler that saw through them would flatter the machine."""
    most = {True: {}, False: {}}
    for function, instructions in functions(listing).items():
        peak = "::register_peak" in function
        if not peak and "compute_tile<" not in function:
            continue
        for loop in inner_loops(instructions):
            for m in mnemonics:
                count = sum(bool(re.search(rf"\b{m}\b", text)) for text in loop)
                if peak and count:
                    most[True][m] = min(count, most[True].get(m, count))
                    if any(STACK.search(text) for text in loop):
                        yield f"{name}: a register peak with {m} touches the stack"
                elif count and not peak:
                    most[False][m] = max(count, most[False].get(m, 0))
    for m in mnemonics:
        # Tiles may do four steps in a turn.
        if 4 * most[True].get(m, 0) < most[False].get(m, 0):
            yield f"{name}: the register peak has {most[True].get(m, 0)} {m}, a tile {most[False].get(m, 0)}"


def check_symbols(name, listing):
    return [f"{name}: weak symbol {match[1]}" for match in re.finditer(r"^[0-9a-f ]* [VWu] (.*)$", listing, re.MULTILINE)]


def planned(text, processor):
    """Instruction set -> its multiply instructions, of the part of kernels.inc that is for this processor."""
    part = re.search(rf"^#(?:el)?if defined\(__{processor}__\)\n(.*?)^#(?:elif defined|endif\n?\Z)", text, re.MULTILINE | re.DOTALL)
    return {m[1]: set(m.groups()[1:]) - {""} for m in LINE.finditer(part[1])} if part else {}


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    inc, objdump, nm, processor, *objects = sys.argv[1:]
    plans = planned(pathlib.Path(inc).read_text(encoding="utf-8"), processor)
    problems, loops, found = [], 0, set()
    for path in objects:
        name = pathlib.Path(path).name.split(".")[0]
        run = lambda *command: subprocess.run([*command, path], check=True, capture_output=True, text=True).stdout
        problems += check_symbols(name, run(nm, "-C"))
        if name in plans:
            found.add(name)
            listing = run(objdump, "-d", "--no-show-raw-insn", "-C")
            more, seen = check_loops(name, listing, plans[name])
            problems += more + list(check_peaks(name, listing, plans[name]))
            loops += sum(seen.values())
            print(f"{name}: " + ", ".join(f"{count} loops with {mnemonic}" for mnemonic, count in sorted(seen.items())))
    problems += [f"{name}: no object" for name in plans if name not in found]
    print("\n".join(problems + [f"{loops} loops in {len(found)} instruction sets, {len(problems)} problems"]))
    return 1 if problems or not loops else 0


CLEAN = """
0000000000000000 <void nibble::kernels::(anonymous namespace)::compute_tile<Tile, 6>(int)>:
   0:\tvmovdqa %ymm1,0x8(%rsp)
   4:\tvpmaddubsw %ymm0,%ymm2,%ymm1
   8:\tcmp    %rsi,%rcx
   c:\tjne    4 <void nibble+0x4>
  10:\tjmp    0 <void nibble>
"""


def self_test():
    cases = [
        ("a clean loop inside one that saves", CLEAN, {"vpmaddubsw"}, 0),
        ("a sum on the stack", CLEAN.replace("cmp    %rsi,%rcx", "vmovdqa %ymm1,0x28(%rsp)"), {"vpmaddubsw"}, 1),
        ("a sum on ARM's stack", CLEAN.replace("cmp    %rsi,%rcx", "str\tq0, [sp, #16]"), {"vpmaddubsw"}, 1),
        ("another instruction", CLEAN, {"vpdpbusd"}, 1),
        ("no tile at all", CLEAN.replace("compute_tile", "other"), {"vpmaddubsw"}, 1),
    ]
    failures = [what for what, listing, mnemonics, expected in cases if len(check_loops("x", listing, mnemonics)[0]) != expected]
    if check_symbols("x", "0000000000000000 D kernels\n                 U memcpy\n"):
        failures.append("no weak symbol")
    if len(check_symbols("x", "0000000000000000 W int std::max<int>(int)\n0000000000000000 V DW.ref\n")) != 2:
        failures.append("weak symbols")
    print("\n".join([f"self-test failed: {what}" for what in failures] + [f"{len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
