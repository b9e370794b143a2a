#!/usr/bin/env python3
"""Compares Nibble with Tesseract 5 and PP-OCRv4's recogniser on the same crops of a data set, one thread each.

Writes a table in Markdown. Nibble's time a field is what `nibble eval` reports: cropping, normalising, network, decoding, and a second look
at doubtful fields; the others' runs from the decoded crop to the text. Field rules are off. The others are installed from their
registries into a virtual environment (build/peers-venv); `scripts/setup.sh peers` installs Tesseract.
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
import environment  # noqa: E402
import scoring  # noqa: E402

READERS = ("nibble", "tesseract", "ppocr")
HEADER = "| reader | exact % | exact after upper-case, O = 0 % | PCR % | ms a field |"


def evaluate(arguments, folder):
    """Runs `nibble eval` and returns its predictions; the crops are in folder/crops."""
    command = [arguments.program or environment.find_program("nibble"), "eval", arguments.dataset, "--no-rules", "--threads", "1", "-j", "1",
               "--precision", arguments.precision, "--margin", str(arguments.margin), "--crops", folder / "crops", "--predictions", folder / "nibble.tsv"]
    command += ["--fields", arguments.fields] if arguments.fields else []
    command += ["--limit", arguments.limit] if arguments.limit else []
    environment.run(command, "nibble eval")
    return scoring.read_table(folder / "nibble.tsv")


def read_labels(arguments):
    """The table of labels that `nibble eval` took, or None."""
    path = pathlib.Path(arguments.fields) if arguments.fields else pathlib.Path(arguments.dataset) / "fields.tsv"
    return scoring.read_table(path) if path.exists() else None


def nibble_results(arguments, rows, labels):
    for precision in arguments.precision.split(","):
        part = [row for row in rows if row["precision"] == precision]
        readings = {scoring.key_of(row): (row["text"], float(row["ms"])) for row in part}
        yield {"name": f"Nibble {precision}", "reader": "nibble", "precision": precision,
               **scoring.score_readings(scoring.clean_rows(part, labels), readings)}


def crop_path(folder, row):
    return folder / "crops" / row["type"] / row["frame"] / (row["field"] + ".png")


def parse_readings(path, keys):
    """(name and version, readings) of what read_crops.py wrote; `keys` maps a crop's path to its row's key."""
    first, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    readings = {}
    for line in lines:
        crop, ms, text = line.split("\t")
        readings[keys[crop]] = (text, float(ms))
    return first.removeprefix("# "), readings


def peer_result(python, reader, folder, rows):
    """The figures of another reader over the rows' crops."""
    keys = {str(path): scoring.key_of(row) for row in rows if (path := crop_path(folder, row)).exists()}
    if not keys:
        raise environment.Failure("no field that counts could be cropped: see what nibble eval says about the data set")
    listed, out = folder / "crops.txt", folder / "readings.tsv"
    listed.write_text("".join(f"{path}\n" for path in keys), encoding="utf-8")
    script = pathlib.Path(__file__).resolve().parent / "peers" / "read_crops.py"
    environment.run([python, script, reader, listed, out], reader, environment.ONE_THREAD)
    name, readings = parse_readings(out, keys)
    return {"name": name, "reader": reader, **scoring.score_readings(rows, readings)}


def compare(arguments, folder):
    rows = evaluate(arguments, folder)
    labels = read_labels(arguments)
    chosen = arguments.readers.split(",")
    results = list(nibble_results(arguments, rows, labels)) if "nibble" in chosen else []
    first = [row for row in rows if row["precision"] == arguments.precision.split(",")[0]]
    counted = scoring.clean_rows(first, labels)
    peers = [f"tesseract:{language}" for language in arguments.languages.split(",")] if "tesseract" in chosen else []
    peers += ["ppocr"] if "ppocr" in chosen else []
    python = environment.python_of(pathlib.Path(arguments.venv)) if peers else None
    results += [peer_result(python, reader, folder, counted) for reader in peers]
    return {"dataset": arguments.dataset, "margin": arguments.margin, "rows": "all" if labels is None else "clean", "readers": results,
            "environment": {"cpu": environment.cpu_name(), "load": os.getloadavg()[0]}}


def table(result):
    lines = [HEADER, "|---|" + "---:|" * 4]
    for reader in result["readers"]:
        figures = reader["all"]
        shares = " | ".join(f"{100 * figures[key]:.{digits}f}" for key, digits in (("exact", 1), ("exact_norm", 1), ("pcr", 2)))
        lines.append(f"| {reader['name']} | {shares} | {figures['ms_per_field']:.2f} |")
    environment_ = result["environment"]
    count = result["readers"][0]["all"]["n"]
    lines += ["", f"{count} fields of {result['dataset']}, cropped with a margin of {100 * result['margin']:.0f} % of their height; one thread of {environment_['cpu']}, load {environment_['load']:.1f} at the end."]
    if any(reader["all"]["missing"] for reader in result["readers"]):
        lines.append("Not read, counted as empty: " + ", ".join(f"{r['name']} {r['all']['missing']}" for r in result["readers"]) + ".")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="\n".join(__doc__.splitlines()[2:]),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default=str(environment.ROOT / "data" / "samples"),
                        help="folder in MIDV-500's layout, best with fields.tsv (default: data/samples)")
    parser.add_argument("--fields", metavar="FILE.tsv", help="table of labels (default: DATASET/fields.tsv)")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N frames")
    parser.add_argument("--margin", type=float, default=0.1, help="around each field, share of its height; other readers may like more (default: %(default)s)")
    parser.add_argument("--program", help="nibble (default: the newest in build/*/)")
    parser.add_argument("--precision", default="f32,int8,int4", help="Nibble's precisions (default: %(default)s)")
    parser.add_argument("--readers", default=",".join(READERS), help="which to run (default: %(default)s)")
    parser.add_argument("--languages", default="eng,Latin", help="Tesseract's data, one reader each (default: %(default)s)")
    parser.add_argument("--venv", default=str(environment.ROOT / "build" / "peers-venv"), help="where the others are installed")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    unknown = set(arguments.readers.split(",")) - set(READERS)
    if unknown:
        parser.error(f"--readers: unknown {', '.join(sorted(map(repr, unknown)))}; known are {', '.join(READERS)}")
    return arguments


def main():
    arguments = parse_arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="nibble-peers-") as folder:
            result = compare(arguments, pathlib.Path(folder))
        if arguments.json:
            pathlib.Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    except environment.Failure as failure:
        print(f"compare_peers: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"compare_peers: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    print(table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
