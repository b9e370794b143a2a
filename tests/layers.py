#!/usr/bin/env python3
"""Checks who includes whom, room by room: layers.py ROOT, or layers.py --self-test to see that each kind of violation is found."""

import pathlib
import re
import sys
import tempfile

# What a room may include besides itself. Arrows point one way: a room names only rooms above it in this list, which the
# self-test checks. A folder without rooms is one room; where nn is not allowed, only its errors, its
# reader of JSON and its file writer are.
MAY_INCLUDE = {
    "include/nibble": set(),
    "kernels": set(),
    "nn": {"kernels"},
    "quant": {"nn"},
    "recognizer/base": {"nn/error.h", "nn/atomic_file.h"},
    "recognizer/image": {"recognizer/base", "nn/error.h", "nn/atomic_file.h"},
    "recognizer/page": {"recognizer/image", "recognizer/base", "nn"},
    "recognizer/locate": {"recognizer/page", "recognizer/image", "recognizer/base", "nn"},
    "recognizer/kinds": {"recognizer/locate", "recognizer/page", "recognizer/image", "recognizer/base", "nn/error.h", "nn/checked_json.h",
                         "nn/atomic_file.h"},
    "recognizer/line": {"recognizer/page", "recognizer/image", "recognizer/base", "nn"},
    "recognizer/mrz": {"recognizer/line", "recognizer/locate", "recognizer/page", "recognizer/image", "recognizer/base", "nn"},
    "recognizer/rules": {"recognizer/mrz", "recognizer/line", "recognizer/page", "recognizer/base", "nn/error.h"},
    "recognizer/clip": {"recognizer/rules", "recognizer/mrz", "recognizer/line", "recognizer/page", "recognizer/image", "recognizer/base"},
    "recognizer/result": {"recognizer/rules", "recognizer/mrz", "recognizer/line", "recognizer/kinds", "recognizer/page",
                          "recognizer/image", "recognizer/base", "nn/error.h"},
    "recognizer/reader": {"recognizer/result", "recognizer/clip", "recognizer/rules", "recognizer/mrz", "recognizer/line", "recognizer/kinds",
                          "recognizer/locate", "recognizer/page", "recognizer/image", "recognizer/base", "nn"},
    "python": set(),  # as any caller: the public header alone
    "data": {"recognizer", "nn/error.h", "nn/checked_json.h"},
    "app/support": {"data", "recognizer", "nn", "kernels"},
    "app/manual": {"app/support", "recognizer", "nn/error.h"},
    "app/report": {"app/support", "data", "recognizer", "nn/error.h"},
    "app/eval": {"app/report", "app/support", "data", "recognizer", "nn"},
    "app/template": {"app/eval", "app/report", "app/support", "data", "recognizer", "nn/error.h", "nn/atomic_file.h", "nn/checked_json.h"},
    "app/bench": {"app/eval", "app/report", "app/support", "data", "recognizer", "nn", "kernels"},
    "app/commands": {"app/bench", "app/template", "app/eval", "app/report", "app/support", "data", "recognizer", "quant", "nn", "kernels"},
}

# The public header: words that all speak, and nothing below it. Code for one instruction set stays without std::.
for room in MAY_INCLUDE.keys() - {"include/nibble", "kernels"}:
    MAY_INCLUDE[room].add("include/nibble")

# Programs of their own that stand in a room but are no part of its library.
PROGRAMS = {"recognizer/image/pdf_reader.cpp"}

# Libraries that stay in their room: the start of the include -> rooms, layers or files that may use it.
LIBRARIES = {
    "opencv2/": {"recognizer", "app"},
    "Eigen/": {"nn/float_reference.cpp"},
    "CLI/": {"app"},
    "jpeglib.h": {"recognizer/image"},
    "png.h": {"recognizer/image"},
    "tiff": {"recognizer/image"},
    "utf8proc.h": {"recognizer/base"},
    "iostream": {"app"},
}

# Calls that stay in their room, as regular expressions over code without comments and strings.
PRINTING = r"\b(?:std::)?(?:cout|cerr|clog)\b|\b(?:std::)?v?f?printf\s*\(|\b(?:std::)?f?put(?:s|c|char)\s*\("
EXITING = r"\b(?:std::)?(?:_exit|_Exit|exit|quick_exit|abort|terminate)\s*\("
THROWING = r"\bthrow\b|\btry\b"
ALLOCATING = r"\bnew\b|\b(?:malloc|calloc|realloc|aligned_alloc|make_unique|make_shared)\b|\bstd::(?:vector|string|map|function)\b"
CALLS = [
    (PRINTING, {"app"}, "prints"),
    (EXITING, {"app"}, "ends the process"),
    (THROWING, {"nn", "quant", "recognizer", "python", "data", "app"}, "throws"),
    (ALLOCATING, {"include", "nn", "quant", "recognizer", "python", "data", "app"}, "allocates"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
INCLUDE_LINE = re.compile(r"^[ \t]*#[ \t]*include.*$", re.MULTILINE)


def code_of(text):
    """The text without comments, strings and includes, line by line as before."""
    text = INCLUDE_LINE.sub("", text)
    return NOT_CODE.sub(lambda m: "\n" * m.group().count("\n"), text)


def without_comments(text):
    return NOT_CODE.sub(lambda m: m.group() if m.group()[0] in "\"'R" else "\n" * m.group().count("\n"), text)


def room_of(path):
    """The room of a file: the longest folder of its path that is one; None when it stands in no room."""
    folders = path.split("/")[:-1]
    for length in range(len(folders), 0, -1):
        if "/".join(folders[:length]) in MAY_INCLUDE:
            return "/".join(folders[:length])
    return None


def within(path, folders):
    """Whether a path is one of the files or lies in one of the folders."""
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def check_includes(root, path, text):
    room = room_of(path)
    if room is None:
        yield f"{path}: stands in no room"
        return
    for match in INCLUDE.finditer(without_comments(text)):
        bracket, included = match.groups()
        if bracket == "<":
            for start, rooms in LIBRARIES.items():
                if included.startswith(start) and not within(path, rooms):
                    yield f"{path}: <{included}> belongs to {', '.join(sorted(rooms))}"
            continue
        if not (root / included).is_file():
            yield f'{path}: "{included}" does not start at the root'
            continue
        if room_of(included) != room and not within(included, MAY_INCLUDE[room]):
            yield f'{path}: {room} may not include "{included}"'


def check_calls(path, text):
    layer = path.split("/")[0]
    if path in PROGRAMS:
        return
    code = code_of(text)
    for pattern, layers, what in CALLS:
        if layer not in layers:
            for match in re.finditer(pattern, code):
                line = code.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {layer} {what}: {match.group().strip()}"


def check(root):
    root = pathlib.Path(root)
    problems, count = [], 0
    for layer in dict.fromkeys(room.split("/")[0] for room in MAY_INCLUDE):
        for file in sorted((root / layer).rglob("*")):
            if file.suffix not in {".h", ".hpp", ".cpp", ".inc", ".cu", ".cuh"}:
                continue
            count += 1
            path, text = file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
            problems += check_includes(root, path, text)
            problems += check_calls(path, text)
    return count, problems


CLEAN = {
    "include/nibble/n.hpp": "#include <vector>\nstd::vector<int> f();\n",
    "kernels/k.h": "#include <cstdint>\n",
    "nn/error.h": "// may say printf( and new here\n",
    "nn/t.h": '#include "kernels/k.h"\nconst char* s = "exit(1)"; int n = 1\'000\'000;\n#include <vector>\n',
    "nn/float_reference.cpp": "#include <Eigen/Core>\n",
    "quant/q.cpp": '#include "nn/t.h"\n',
    "recognizer/base/b.h": '#include "nn/error.h"\n',
    "recognizer/image/i.h": '#include <png.h>\n#include "recognizer/base/b.h"\n',
    "recognizer/page/p.h": '#include <opencv2/core.hpp>\n#include "nn/t.h"\nvoid f() { throw 1; snprintf(0, 0, ""); }\n',
    "recognizer/line/l.h": '#include "recognizer/page/p.h"\n',
    "recognizer/reader/r.h": '#include "recognizer/line/l.h"\n#include "recognizer/image/i.h"\n',
    "python/src/m.cpp": '#include "include/nibble/n.hpp"\nvoid f() { throw 1; }\n',
    "data/d.h": '#include "nn/error.h"\n#include "recognizer/reader/r.h"\n',
    "app/commands/a.cpp": '#include <iostream>\n#include "data/d.h"\n#include "nn/t.h"\nint main() { std::cout << 1; exit(0); }\n',
}

PLANTED = {
    "include/nibble/x.hpp": ['#include "nn/t.h"', "void f() { throw 1; }"],
    "kernels/x.h": ['#include "nn/t.h"', '#include "include/nibble/n.hpp"', "#include <opencv2/core.hpp>", "void f() { throw 1; }", "int* p = new int;",
                    "void f() { printf(0); }"],
    "nn/x.cpp": ['#include "recognizer/r.h"', '#include "app/commands/a.cpp"', "#include <Eigen/Core>", "#include <opencv2/core.hpp>",
                 '#include "t.h"', '#include "../nn/t.h"', "int n = 1'000; void f() { std::cout << 'a'; }", "#include <iostream>"],
    "quant/x.cpp": ['#include "recognizer/r.h"', '#include "kernels/k.h"', "void f() { std::exit(1); }"],
    "recognizer/base/x.h": ['#include "recognizer/image/i.h"', '#include "nn/t.h"', "#include <png.h>"],
    "recognizer/image/x.h": ['#include "recognizer/page/p.h"', '#include "nn/t.h"', "#include <tiffio.h>\n#include <jpeglib.h>\n#include <CLI/CLI.hpp>"],
    "recognizer/line/x.cpp": ['#include "recognizer/reader/r.h"'],
    "recognizer/x.h": ["int n;"],
    "recognizer/page/x.h": ['#include "data/d.h"', '#include "kernels/k.h"', "void f() { fprintf(stderr, 0); }", "#include <png.h>",
                       "#  include <CLI/CLI.hpp>"],
    "python/src/x.cpp": ['#include "nn/t.h"', '#include "recognizer/reader/r.h"', "void f() { printf(0); }"],
    "data/x.h": ['#include "app/commands/a.cpp"', '#include "nn/t.h"', "#include <opencv2/imgproc.hpp>", "void f() { std::abort(); }"],
    "app/commands/x.cpp": ["#include <Eigen/Dense>", '#include "missing/x.h"'],
}


def upward_arrows():
    """Rooms that may include one further down in MAY_INCLUDE: a cycle would need one."""
    below = list(MAY_INCLUDE)
    for room, included in MAY_INCLUDE.items():
        for other in included:
            if any(within(later, {other}) or within(other, {later}) for later in below[below.index(room):]):
                yield f"{room} -> {other}"


def self_test():
    failures = 0
    for arrow in upward_arrows():
        failures += 1
        print(f"an arrow that points upwards: {arrow}")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in CLEAN.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        count, problems = check(root)
        if count != len(CLEAN) or problems:
            failures += 1
            print(f"clean tree: {count} files, {problems}")
        for path, lines in PLANTED.items():
            for line in lines:
                (root / path).write_text(line + "\n", encoding="utf-8")
                problems = check(root)[1]
                if len(problems) != 1 or not problems[0].startswith(path):
                    failures += 1
                    print(f"planted in {path}: {line!r} gave {problems}")
                (root / path).unlink()
    print(f"{failures} failures over {sum(map(len, PLANTED.values()))} planted violations")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    count, problems = check(sys.argv[1])
    print("\n".join(problems + [f"{count} files, {len(problems)} problems"]))
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
