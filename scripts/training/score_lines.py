#!/usr/bin/env python3
"""Compares precisions on rendered lines: exact and PCR of each, and the difference to the first with a 95 % interval.

    render_lines.py --seed 102 --lines 5000 --out DIR
    score_lines.py DIR [--program build/release/nibble] [--precision f32,int8,int4] [--model int4=FILE ...] [--json FILE]

PCR and "exact" are those of `nibble eval`: after upper-casing, O = 0 and trimming. Intervals are a paired bootstrap over lines.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from scoring import edit_distance, normalize  # noqa: E402


def read(program, precision, model, paths):
    """The texts of the pictures, in their order."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(str(path) for path in paths))
        listing.flush()
        command = [program, "read", "--line", "--no-rules", "--precision", precision, "--format", "jsonl", "@" + listing.name]
        command += ["--model", model] if model else []
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line)["fields"][0]["raw"] for line in output.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=pathlib.Path)
    parser.add_argument("--program", default="build/release/nibble")
    parser.add_argument("--precision", default="f32,int8,int4")
    parser.add_argument("--model", action="append", default=[], help="PRECISION=FILE in place of the shipped model")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    models = dict(entry.split("=", 1) for entry in arguments.model)
    table = [line.split("\t") for line in (arguments.lines / "labels.tsv").read_text(encoding="utf-8").splitlines()]
    truths = [normalize(text) for _, text in table]
    lengths = np.array([len(truth) for truth in truths], np.float64)
    sample = np.random.default_rng(1).integers(0, len(truths), (1000, len(truths)))

    first, result = None, {}
    for precision in arguments.precision.split(","):
        texts = [normalize(text) for text in read(arguments.program, precision, models.get(precision), [arguments.lines / name for name, _ in table])]
        errors = np.array([min(edit_distance(text, truth), len(truth)) for text, truth in zip(texts, truths)], np.float64)
        right = np.array([text == truth for text, truth in zip(texts, truths)], np.float64)
        figures = {"n": len(truths), "exact": right.mean(), "pcr": 1 - errors.sum() / lengths.sum()}
        line = f"{precision:5} n={len(truths)} exact={100 * figures['exact']:.2f} % PCR={100 * figures['pcr']:.2f} %"
        if first is None:
            first = errors, right
        else:
            for name, words, lost, mean in (("pcr", "; PCR lower by {:.2f} points [{:.2f}, {:.2f}]", 100 * (errors - first[0])[sample].sum(1) / lengths[sample].sum(1),
                                             100 * (errors - first[0]).sum() / lengths.sum()),
                                            ("exact", ", exact by {:.2f} [{:.2f}, {:.2f}]", 100 * (first[1] - right)[sample].mean(1), 100 * (first[1] - right).mean())):
                interval = np.percentile(lost, (2.5, 97.5))
                figures |= {f"{name}_lost": mean, f"{name}_interval": interval.tolist()}
                line += words.format(mean, *interval)
        result[precision] = figures
        print(line, flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
