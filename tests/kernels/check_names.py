#!/usr/bin/env python3
"""Checks that an instruction set is named in three places and no other: check_names.py ROOT.

They are its own file, its line in kernels/CMakeLists.txt and its line in kernels/kernels.inc. `portable` is not looked for: it is the
specification, which tests name, and an English word. Texts for people (*.md) may name all, and so may what writes README's figures and its test,
and the test that emulates a processor for each.
check_names.py --self-test: that faults are found.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

LIST, FLAGS = "kernels/kernels.inc", "kernels/CMakeLists.txt"
TEXTS = ("scripts/experiments/", "tests/blackbox/test_experiments.py", "tests/arm/test_samples.py")
CODE = {".h", ".cpp", ".inc", ".py", ".sh", ".txt", ".cmake", ".json", ".yml", ".yaml"}


def names(root):
    text = (root / LIST).read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^NIBBLE_ISA\((\w+),", text, re.MULTILINE)) - {"portable"})


def check(root, files):
    isas = names(root)
    problems = [] if isas else [f"{LIST}: no instruction set"]
    # A longer name may hold a shorter one: whole words only.
    word = re.compile(r"\b(" + "|".join(map(re.escape, isas)) + r")(?:_kernels)?\b")
    for isa in isas:
        flags = len(re.findall(rf"^nibble_isa\({isa} ", (root / FLAGS).read_text(encoding="utf-8"), re.MULTILINE))
        if flags != 1:
            problems.append(f"{FLAGS}: {flags} lines for {isa}")
        if not (root / f"kernels/{isa}.cpp").is_file():
            problems.append(f"kernels/{isa}.cpp: missing")
    for path in files:
        if pathlib.Path(path).suffix not in CODE or path in (LIST, FLAGS) or path.startswith(TEXTS):
            continue
        for number, line in enumerate((root / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if line.startswith("#pragma GCC target"):
                continue  # compiler flags, which happen to have such names
            for match in word.finditer(line):
                if path != f"kernels/{match[1]}.cpp":
                    problems.append(f"{path}:{number}: names {match[1]}")
    return isas, problems


def self_test():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "kernels").mkdir()
        (root / LIST).write_text('NIBBLE_ISA(portable, true, "", "", "")\nNIBBLE_ISA(isa1, true, "a", "b", "c")\n', encoding="utf-8")
        (root / FLAGS).write_text('nibble_isa(isa1 "x" -m1)\n', encoding="utf-8")
        (root / "kernels/isa1.cpp").write_text("isa1_kernels\n", encoding="utf-8")
        (root / "clean.cpp").write_text("portable isa12 -misa1x\n", encoding="utf-8")
        (root / "planted.cpp").write_text("x\nif (isa1) y;\n", encoding="utf-8")
        failures += check(root, ["kernels/isa1.cpp", "clean.cpp"])[1] != []
        failures += check(root, ["planted.cpp"])[1] != ["planted.cpp:2: names isa1"]
        (root / FLAGS).write_text("", encoding="utf-8")
        failures += len(check(root, [])[1]) != 1
    print(f"{failures} failures")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1]).resolve()
    files = subprocess.run(["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files"], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    isas, problems = check(root, [f for f in files if (root / f).is_file()])
    print("\n".join(problems + [f"{len(isas)} instruction sets, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
