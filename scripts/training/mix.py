#!/usr/bin/env python3
"""Weights between those of two float models, one of which was trained on from the other (Wortsman et al., WiSE-FT, arXiv 2109.01903).

    mix.py EARLIER LATER --share 0.5 --out FILE

A network trained on for other data gains there and loses where it came from; between the two it keeps most of both. EARLIER may have fewer layers
(see growing.py). The record of the new file says what was mixed.
"""
import argparse
import json
import pathlib

import growing
import model_file
from network import file_layers


def tensors_of(path, layers):
    """(tensors, metadata) of a float model, with the layers and classes that it lacks."""
    stored, metadata = model_file.read(path)
    tensors = {}
    for layer, name in zip(layers, growing.sources(layers, file_layers(metadata))):
        for kind, values in zip(("weight", "bias"), growing.begun(layer, name, stored)):
            tensors[f"{layer.name}.{kind}"] = values.numpy()
    return tensors, metadata


def mix(earlier, later, share):
    """(tensors, metadata) of the mixture: `share` of `later` (a path), the rest of `earlier`."""
    layers = file_layers(model_file.read(later)[1])
    (first, first_metadata), (second, second_metadata) = (tensors_of(path, layers) for path in (earlier, later))
    letters, more = (json.loads(metadata["alphabet"]) for metadata in (first_metadata, second_metadata))
    if more[:len(letters)] != letters:
        raise SystemExit(f"{earlier} and {later} have different alphabets")
    tensors = {name: (1 - share) * first[name] + share * second[name] for name in first}
    for kind in ("weight", "bias"):  # of classes that only the later one has
        tensors[f"{layers[-1].name}.{kind}"][len(letters) + 1:] = second[f"{layers[-1].name}.{kind}"][len(letters) + 1:]
    records = [json.loads(metadata.get("training", "{}")) for metadata in (first_metadata, second_metadata)]
    return tensors, {**second_metadata, "training": json.dumps({"mixed": [1 - share, share], "of": records}, separators=(",", ":"), ensure_ascii=False)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier", type=pathlib.Path)
    parser.add_argument("later", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the later model's weights, 0 to 1")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    model_file.store(arguments.out, *mix(arguments.earlier, arguments.later, arguments.share))


if __name__ == "__main__":
    main()
