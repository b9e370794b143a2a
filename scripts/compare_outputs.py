#!/usr/bin/env python3
"""Runs two builds of the program on the same pictures in every way of reading and every format, and says where their output differs.

    scripts/compare_outputs.py OLD NEW [--data DATA] [--quick]

Times, versions and commits are left aside; everything else must be equal byte by byte: standard output, messages, exit code.
A change of contract that is meant shows up as a difference too: it is for a person to judge.
"""

import argparse
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FORMATS = ["text", "json", "jsonl", "tsv", "csv", "hocr", "alto"]

# What differs from run to run or from release to release.
ASIDE = [
    (re.compile(r'("(?:decode|locate|rectify|read|total|ms)":\s*)[0-9.e+-]+'), r"\1T"),
    (re.compile(r'("version":\s*)"[^"]*"'), r'\1"V"'),
    (re.compile(r"(<softwareVersion>)[^<]*"), r"\1V"),
    (re.compile(r"(content=\"nibble )[0-9.]+"), r"\1V"),
    (re.compile(r"[0-9.]+ ms"), "T ms"),
    (re.compile(r" +(?=T ms)"), " "),
    (re.compile(r"\(decode [0-9.]+, rectify [0-9.]+, read [0-9.]+\)"), "(times)"),
]


# What lines have in both.
LINE_KEYS = ["text", "raw", "confidence", "network_confidence", "decision", "quad", "chars", "ms"]


def as_before(result):
    """A result without what version 0.2 changed in it on purpose: lines that were read without a template stood in `fields`, and a whole
    picture that was only assumed to be the document was called given, with confidence 1."""
    if not isinstance(result, dict) or result.get("status") != "ok":
        return result
    document = result.get("document")
    lines = result.pop("lines", [])
    if document and document["template"] is None and "fields" in result:
        lines = [{key: line[key] for key in LINE_KEYS} for line in lines or result["fields"]]
        result["fields"] = lines
    if document and any("whole picture" in warning for warning in result["warnings"]):
        document["quad_source"], document["confidence"] = "whole", 0
    return result


def renumbered(text):
    """Lines without a template are numbered without gaps since version 0.2."""
    numbers = {}
    return re.sub(r"\bline[0-9]{2,}\b", lambda m: numbers.setdefault(m.group(), f"line#{len(numbers) + 1}"), text)


def plain(text, arguments):
    form = arguments[arguments.index("--format") + 1] if "--format" in arguments else "text"
    if form == "json" and text.strip():
        value = json.loads(text)
        text = json.dumps([as_before(one) for one in value] if isinstance(value, list) else as_before(value), indent=1)
    elif form == "jsonl":
        text = "\n".join(json.dumps(as_before(json.loads(line))) for line in text.splitlines())
    elif "none" in arguments:
        text = re.sub(" +", " ", renumbered(text))
    for pattern, replacement in ASIDE:
        text = pattern.sub(replacement, text)
    return text


def quad_of(photo):
    """The corners in the data set's truth beside a photograph, as --quad takes them."""
    truth = pathlib.Path(str(photo.parent).replace("/images/", "/ground_truth/")) / (photo.stem + ".json")
    return str(truth) if truth.is_file() else None


def photographs(data):
    return sorted(p for p in (data / "samples").rglob("*.jpg"))


def cases(data, quick):
    photos = photographs(data)
    templates = sorted(p.stem for p in (data / "templates").glob("*.json"))
    formats = FORMATS[:3] if quick else FORMATS
    for photo in photos:
        kind = photo.parents[2].name.split("_", 1)[1]
        for form in formats:
            yield ["read", "--template", "auto", "--format", form, str(photo)]
            yield ["read", "--template", "none", "--format", form, str(photo)]
            if quad_of(photo):
                yield ["read", "--template", kind, "--quad-json", quad_of(photo), "--format", form, str(photo)]
        yield ["read", "--template", "auto", "-v", "--alternatives", "9", "--beam", "4", "--format", "json", str(photo)]
        yield ["read", "--template", "auto", "--no-rules", "--format", "json", "--calibration", "none", str(photo)]
        for form in ["text", "json", "jsonl"]:
            yield ["mrz", "--format", form, str(photo)]
        yield ["mrz", "--no-rules", "--format", "json", str(photo)]
        yield ["locate", "--format", "json", str(photo)]
        yield ["locate", "--template", "auto", "--format", "json", str(photo)]
    for template in templates:
        for form in formats:
            yield ["read", "--template", template, "--format", form, *map(str, photos)]
        picture = data / "templates" / (template + ".jpg")
        yield ["read", "--template", template, "--format", "json", str(picture)]
        yield ["read", "--line", "--format", "json", str(picture)]
    for precision in ["f32", "int8", "int4"]:
        yield ["read", "--precision", precision, "--template", "auto", "--format", "jsonl", "-j", "2", *map(str, photos)]
    yield ["read", "--template", "auto", "--threads", "3", "--format", "json", *map(str, photos[:2]), "/nowhere.png"]


def run(program, arguments, data):
    env = {k: v for k, v in os.environ.items() if not k.startswith("NIBBLE_")} | {"NIBBLE_DATA": str(data)}
    done = subprocess.run([program, *arguments], capture_output=True, text=True, env=env, timeout=600, check=False)
    messages = plain(done.stderr, [])
    return f"exit code {done.returncode}\n{plain(done.stdout, arguments)}\n--- messages\n{messages}"


def pictures(program, arguments, data):
    """What --annotate and --crops write, by name."""
    with tempfile.TemporaryDirectory() as place:
        run(program, arguments + ["--annotate", place + "/a", "--crops", place + "/c"], data)
        return {str(p.relative_to(place)): p.read_bytes() for p in sorted(pathlib.Path(place).rglob("*")) if p.is_file()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--data", default=str(pathlib.Path(__file__).resolve().parents[1] / "data"))
    parser.add_argument("--quick", action="store_true", help="text, json and jsonl alone")
    parser.add_argument("--only", default="", help="cases whose arguments contain this text")
    options = parser.parse_args()
    data = pathlib.Path(options.data).resolve()
    count, different = 0, 0
    for arguments in cases(data, options.quick):
        if options.only not in " ".join(arguments):
            continue
        count += 1
        old, new = (run(program, arguments, data) for program in (options.old, options.new))
        if old == new:
            continue
        different += 1
        print("nibble " + " ".join(arguments))
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "old", "new", lineterm="", n=0)
        print("\n".join("    " + line[:200] for line in list(lines)[:12]))
    for photo in photographs(data) if not options.only else []:
        count += 1
        arguments = ["read", "--template", "auto", str(photo)]
        old, new = (pictures(program, arguments, data) for program in (options.old, options.new))
        if old != new or not old:
            different += 1
            print(f"pictures of {photo}: {sorted(set(old) ^ set(new)) or 'other pixels'}")
    print(f"{count} cases, {different} differ")
    return 1 if different or not count else 0


if __name__ == "__main__":
    sys.exit(main())
