#!/usr/bin/env python3
"""Writes rendered lines as PNG files with labels.tsv, to calibrate on or to measure with.

    render_lines.py --seed 101 --lines 5000 --out DIR [--library build/release/libnibble_c.so]

Seeds 1 to 99 are for training; take another one, so that no line has been trained on. The pictures are what the normaliser gets.
"""
import argparse
import pathlib

import cv2

import lines
import native


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--library", dest="normalizer", help="libnibble_c.so (default: the newest build)")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    renderer = lines.LineRenderer(arguments.seed, native.Normalizer(arguments.normalizer))
    arguments.out.mkdir(parents=True, exist_ok=True)
    labels = []
    for index in range(arguments.lines):
        crop, _ = renderer.legible(index)
        name = f"{index:06}.png"
        cv2.imwrite(str(arguments.out / name), crop.alone())
        labels.append(f"{name}\t{crop.text}\n")
    (arguments.out / "labels.tsv").write_text("".join(labels), encoding="utf-8")


if __name__ == "__main__":
    main()
