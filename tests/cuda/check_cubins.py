#!/usr/bin/env python3
"""Checks what nvcc makes of the CUDA kernels: check_cubins.py NVCC SOURCE_DIR [ARCHITECTURE...]

For each architecture: no kernel spills or has a stack, all are there, each holds the tensor-core instructions that are planned for it and no
others, loads and stores tiles of shared memory in 128 bits and copies asynchronously where the architecture can; and nothing but the kernels
is there (where there are no tensor cores for nibbles the compiler would add a function that emulates them, and call it).
check_cubins.py --self-test: that each kind of fault is found.
"""

import collections
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ARCHITECTURES = (75, 80, 86, 89, 90, 100, 120)

# The low 12 bits of an instruction's first word, from sm_75 to sm_120.
OPCODES = {0x237: "IMMA", 0x226: "IDP", 0x984: "LDS", 0x388: "STS", 0x988: "STS", 0xfae: "LDGSTS"}
# Of IMMA: what tells the products apart, in bits 72 to 90 (sizes, types and signs of the operands).
IMMA_KINDS = {0x44: "m8n8k16.u8.s8", 0x3844: "m8n8k32.u4.s4", 0x404c: "m16n8k32.u8.s8", 0x7844: "m16n8k64.u4.s4"}

MANGLED = re.compile(r"_ZN6nibble7kernels4cuda\d+(conv_mma|conv_dp4a|finish_sums)(?:ILi(\d)ELi(\d)ELi(\d)ELi(\d)E)?")
REPORT = re.compile(r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads\s*"
                    r"ptxas info\s*: Used (\d+) registers", re.DOTALL)

TILES = ("4x1x1", "2x2x1", "1x1x4")  # kTiles in kernels/cuda/conv.h
KERNELS = {f"conv_mma int{bits} {tile}" for bits in (8, 4) for tile in TILES} | {"conv_dp4a", "finish_sums"}


def kernel_name(symbol):
    match = MANGLED.search(symbol)
    if not match:
        return symbol
    kind, bits, *tile = match.groups()
    return f"{kind} int{bits} {'x'.join(tile)}" if bits else kind


def planned_products(kernel, architecture):
    """The IMMA kinds of a kernel and how many of them a slice of K takes in a warp's tile of 32 x 32."""
    if not kernel.startswith("conv_mma"):
        return {}
    nibbles = "int4" in kernel
    if architecture < 80:
        return {"m8n8k32.u4.s4" if nibbles else "m8n8k16.u8.s8": 64}
    if nibbles and architecture < 90:
        return {"m16n8k64.u4.s4": 16}
    return {"m16n8k32.u8.s8": 32 if nibbles else 16}


def sections(cubin):
    """Name -> bytes of an ELF file of 64 bits."""
    start, = struct.unpack_from("<Q", cubin, 0x28)
    size, count, names = struct.unpack_from("<HHH", cubin, 0x3a)
    headers = [struct.unpack_from("<IIQQQQIIQQ", cubin, start + i * size) for i in range(count)]
    at = headers[names][4]
    result = {}
    for name, kind, _, _, offset, length, *_ in headers:
        end = cubin.index(b"\0", at + name)
        if kind in (1, 2, 3):  # code, symbols, names
            result[cubin[at + name:end].decode()] = cubin[offset:offset + length]
    return result


def functions(cubin):
    """The names of all functions of a cubin, those that the compiler added too."""
    contents = sections(cubin)
    names = contents[".strtab"]
    for offset in range(0, len(contents[".symtab"]), 24):
        name, info = struct.unpack_from("<IB", contents[".symtab"], offset)
        if info & 15 == 2:
            yield names[name:names.index(b"\0", name)].decode()


def census(code):
    """Instructions of interest: name or (name, detail) -> count."""
    counts = collections.Counter()
    for offset in range(0, len(code), 16):
        low, high = struct.unpack_from("<QQ", code, offset)
        name = OPCODES.get(low & 0xfff)
        if name == "IMMA":
            kind = high >> 8 & 0x7fff
            counts[("IMMA", IMMA_KINDS.get(kind, hex(kind)))] += 1
        elif name in ("LDS", "STS"):
            counts[(name, {4: 32, 5: 64, 6: 128}.get(high >> 9 & 7, 8))] += 1
        elif name:
            counts[name] += 1
    return counts


def check_code(kernel, architecture, counts):
    products = {detail: n for (name, detail), n in ((k, n) for k, n in counts.items() if isinstance(k, tuple)) if name == "IMMA"}
    if products != planned_products(kernel, architecture):
        yield f"multiplies by {products}, planned {planned_products(kernel, architecture)}"
    if (kernel == "conv_dp4a") != (counts["IDP"] > 0):
        yield f"{counts['IDP']} dp4a instructions"
    if kernel.startswith("conv_mma"):
        if counts[("LDS", 128)] < 8:
            yield f"{counts[('LDS', 128)]} 128-bit loads of shared memory; a slice takes 8"
        if (architecture >= 80) != (counts["LDGSTS"] > 0):
            yield f"{counts['LDGSTS']} asynchronous copies"
        if architecture < 80 and not counts[("STS", 128)]:
            yield "no 128-bit stores to shared memory"


def check_report(report):
    """ptxas's report: problems, and kernel -> registers."""
    problems, registers = [], {}
    for symbol, stack, stores, loads, used in REPORT.findall(report):
        kernel = kernel_name(symbol)
        registers[kernel] = int(used)
        if int(stack) or int(stores) or int(loads):
            problems.append(f"{kernel}: {stack} bytes of stack, {stores} and {loads} bytes spilled")
    problems += [line.strip() for line in report.splitlines() if "warning" in line.lower()]
    if set(registers) != KERNELS:
        problems.append(f"compiled {sorted(registers)}, not {sorted(KERNELS)}")
    return problems, registers


def check_cubin(cubin, architecture):
    problems, found = [], {}
    for name, code in sections(cubin).items():
        if name.startswith(".text."):
            kernel = kernel_name(name[len(".text."):])
            found[kernel] = census(code)
            problems += [f"{kernel}: {problem}" for problem in check_code(kernel, architecture, found[kernel])]
    if set(found) != KERNELS:
        problems.append(f"code of {sorted(found)}, not of {sorted(KERNELS)}")
    problems += [f"holds a function that is no kernel: {name}" for name in functions(cubin) if kernel_name(name) not in KERNELS]
    return problems, found


def compile_kernels(nvcc, source, architecture, folder):
    cubin = pathlib.Path(folder) / f"sm_{architecture}.cubin"
    result = subprocess.run([nvcc, "-std=c++17", "-O3", f"-arch=sm_{architecture}", "-cubin", "-Xptxas", "-v,--warn-on-spills", "-I", source,
                             str(pathlib.Path(source) / "kernels/cuda/device.cu"), "-o", str(cubin)], capture_output=True, text=True)
    if result.returncode:
        return None, result.stderr
    return cubin.read_bytes(), result.stderr


EMULATED = """
__global__ void emulated(unsigned* a, int* d) {
  asm volatile("mma.sync.aligned.m8n8k32.row.col.s32.u4.s4.s32 {%0, %1}, {%2}, {%3}, {%0, %1};" : "+r"(d[0]), "+r"(d[1]) : "r"(a[0]), "r"(a[1]));
}
"""


def emulation_is_seen(nvcc, folder):
    """Whether this compiler's emulation of products of nibbles shows as a function, so that its absence means something."""
    source, cubin = pathlib.Path(folder) / "emulated.cu", pathlib.Path(folder) / "emulated.cubin"
    source.write_text(EMULATED, encoding="ascii")
    subprocess.run([nvcc, "-arch=sm_90", "-cubin", str(source), "-o", str(cubin)], check=True)
    return any("mma_sub_byte" in problem for problem in check_cubin(cubin.read_bytes(), 90)[0])


def describe(counts):
    names = {key if isinstance(key, str) else f"{key[0]} {key[1]}": n for key, n in counts.items()}
    return ", ".join(f"{n} {name}" for name, n in sorted(names.items()))


def main(nvcc, source, architectures):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        if not emulation_is_seen(nvcc, folder):
            problems.append("a product of nibbles on sm_90 shows no emulation: this check must learn how it looks now")
        for architecture in architectures:
            cubin, report = compile_kernels(nvcc, source, architecture, folder)
            if cubin is None:
                problems.append(f"sm_{architecture}: {report.strip()}")
                continue
            found, registers = check_report(report)
            more, kernels = check_cubin(cubin, architecture)
            problems += [f"sm_{architecture}: {problem}" for problem in found + more]
            for kernel in sorted(kernels):
                print(f"sm_{architecture:<4} {kernel:20} {registers.get(kernel, 0):4} registers, {describe(kernels[kernel])}")
    print("\n".join(problems + [f"{len(architectures)} architectures, {len(problems)} problems"]))
    return 1 if problems else 0


def instruction(opcode, high=0):
    return struct.pack("<QQ", opcode, high)


def self_test():
    """Each fault planted in code that is right."""
    load = instruction(0x984, 6 << 9)
    right = {
        ("conv_mma int8 2x2x1", 75): instruction(0x237, 0x44 << 8) * 64 + load * 8 + instruction(0x388, 6 << 9),
        ("conv_mma int4 2x2x1", 75): instruction(0x237, 0x3844 << 8) * 64 + load * 8 + instruction(0x388, 6 << 9),
        ("conv_mma int8 4x1x1", 86): instruction(0x237, 0x404c << 8) * 16 + load * 8 + instruction(0xfae),
        ("conv_mma int4 4x1x1", 89): instruction(0x237, 0x7844 << 8) * 16 + load * 8 + instruction(0xfae),
        ("conv_mma int4 1x1x4", 90): instruction(0x237, 0x404c << 8) * 32 + load * 8 + instruction(0xfae),
        ("conv_dp4a", 100): instruction(0x226) * 8,
        ("finish_sums", 120): b"",
    }
    failures = []
    for (kernel, architecture), code in right.items():
        plant = {"nothing": code, "a product": code + instruction(0x237, 0x404c << 8)}
        if kernel.startswith("conv_mma"):
            plant["no products"] = code.replace(instruction(0x237, struct.unpack_from("<Q", code, 8)[0]), b"")
            plant["narrow loads"] = code.replace(load, instruction(0x984, 4 << 9))
            plant["other copies"] = code.replace(instruction(0xfae), b"") if architecture >= 80 else code + instruction(0xfae)
        if kernel == "conv_dp4a":
            plant["no dp4a"] = b""
        for what, planted in plant.items():
            problems = list(check_code(kernel, architecture, census(planted)))
            if (what == "nothing") == bool(problems):
                failures.append(f"{kernel} on sm_{architecture} with {what}: {problems}")
    lines = "ptxas info : Compiling entry function '{}' for 'sm_90'\n {} bytes stack frame, {} bytes spill stores, 0 bytes spill loads\n" \
            "ptxas info : Used 40 registers\n"
    symbols = [f"_ZN6nibble7kernels4cuda8conv_mmaILi{b}ELi{t[0]}ELi{t[2]}ELi{t[4]}EEEvNS1_10ConvParamsE" for b in (8, 4) for t in TILES]
    symbols += ["_ZN6nibble7kernels4cuda9conv_dp4aENS1_10ConvParamsE", "_ZN6nibble7kernels4cuda11finish_sumsENS1_10ConvParamsE"]
    good = "".join(lines.format(symbol, 0, 0) for symbol in symbols)
    for what, report, faulty in (("nothing", good, False), ("a spill", good.replace("0 bytes spill stores", "8 bytes spill stores", 1), True),
                                 ("a stack", good.replace("0 bytes stack", "16 bytes stack", 1), True),
                                 ("a missing kernel", good[good.index("\n", 200):], True), ("a warning", good + "ptxas warning : x\n", True)):
        if bool(check_report(report)[0]) != faulty:
            failures.append(f"a report with {what}: {check_report(report)[0]}")
    print("\n".join(failures + [f"{len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], sys.argv[2], [int(a) for a in sys.argv[3:]] or ARCHITECTURES))
