#!/usr/bin/env python3
"""Checks what the shared library shows: check_exports.py HEADERS NM LIBRARY. Each function of nibble.h and each one and class of nibble.hpp that
is marked NIBBLE_API, and nothing else. check_exports.py --self-test: that faults are found."""

import pathlib
import re
import subprocess
import sys

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|^#[^\n]*", re.DOTALL | re.MULTILINE)


def declared(header):
    """Names of the functions of nibble.h, or of the functions and of the classes of nibble.hpp."""
    text = COMMENT.sub("", header)
    functions = set(re.findall(r"NIBBLE_(?:C_)?API\s+(?!class\b|struct\b)[^;{(]*?(\w+)\(", text))
    return functions, set(re.findall(r"(?:class|struct)\s+NIBBLE_API\s+(\w+)", text))


def check(c_header, cpp_header, symbols):
    """Problems of a list of demangled names."""
    c_functions, _ = declared(c_header)
    functions, classes = declared(cpp_header)
    known = {function: False for function in c_functions} | {f"nibble::{name}": False for name in functions | classes}
    problems = [] if c_functions and functions and classes else ["a header declares nothing"]
    for symbol in symbols:
        name = re.sub(r"^(?:vtable for|typeinfo for|typeinfo name for) ", "", symbol).split("(")[0].split("[")[0]
        owner = "::".join(name.split("::")[:2]) if name.startswith("nibble::") else name
        is_member = owner.removeprefix("nibble::") in classes
        if owner not in known or (owner != name and not is_member):
            problems.append(f"shows {symbol}")
        else:
            known[owner] = True
    return problems + [f"does not show {name}" for name, seen in sorted(known.items()) if not seen]


def self_test():
    c_header = "#define NIBBLE_C_API __attribute__((x))\nNIBBLE_C_API const char* nibble_name(\n    int i);\n/** nibble_not(int) */\nNIBBLE_C_API nibble_code nibble_two(void);"
    cpp_header = "NIBBLE_API std::string name(int i);\nclass NIBBLE_API Reader {\n void read(); };\nclass NIBBLE_API Error : public X {};"
    good = ["nibble_name", "nibble_two", "nibble::name[abi:cxx11](int)", "nibble::Reader::read() const", "typeinfo for nibble::Error"]
    failures = 0
    if check(c_header, cpp_header, good):
        failures += 1
        print("clean:", check(c_header, cpp_header, good))
    planted = ["nibble_three", "nibble::hidden(int)", "nibble::Hidden::f()", "std::vector<nibble::Reader>::push_back()", "cv::f()", "vtable for nibble::Hidden",
               "nibble::Readers::f()"]
    for name in planted:
        if check(c_header, cpp_header, good + [name]) != [f"shows {name}"]:
            failures += 1
            print(f"planted {name}: {check(c_header, cpp_header, good + [name])}")
    for name in good:
        if len(check(c_header, cpp_header, [other for other in good if other != name])) != 1:
            failures += 1
            print(f"left out {name}")
    print(f"{failures} failures")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    headers, nm, library = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    text = subprocess.run([nm, "-D", "-C", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    symbols = [line.split(" ", 2)[2] for line in text.splitlines()]
    problems = check((headers / "nibble.h").read_text(encoding="utf-8"), (headers / "nibble.hpp").read_text(encoding="utf-8"), symbols)
    print("\n".join(problems + [f"{len(symbols)} symbols, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
