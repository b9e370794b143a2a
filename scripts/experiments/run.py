#!/usr/bin/env python3
"""Measures every figure that README quotes, compares them, and with --update writes README's tables anew.

    scripts/experiments/run.py --dataset MIDV500            everything, about half an hour
    scripts/experiments/run.py --only net,gemm              some of it; what others left in build/experiments counts too
    scripts/experiments/run.py --only none --update         README from what was measured before
    scripts/experiments/run.py --list                       the steps and what they need

Each step writes build/experiments/STEP.json, all tables stand in build/experiments/README-figures.md, and each figure of README is listed as ok,
differs, other processor or not measured. Steps run one after the other; run them on an idle machine. The data set is one in MIDV-500's layout that you
have; it is read and nothing else. Exit codes: 0 every figure that was measured is within its tolerance, 1 some differ or a step failed, 2 usage.
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import figures  # noqa: E402
import pictures  # noqa: E402
import steps  # noqa: E402
import tables  # noqa: E402
from steps import environment  # noqa: E402

README = steps.ROOT / "README.md"
PICTURES = steps.Step("pictures", pictures.make, ("reports",))
ALL = {step.name: step for step in (*steps.STEPS, PICTURES)}
BUILD = steps.ROOT / "build" / "release"


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(tests):
    """Builds the program, and with the tests the program that measures other libraries."""
    say(f"building {BUILD}")
    options = ["-DNIBBLE_TESTS=ON"] if tests else [] if (BUILD / "CMakeCache.txt").exists() else ["-DNIBBLE_TESTS=OFF"]
    environment.run(["cmake", "-S", steps.ROOT, "--preset", "release", *options], "cmake --preset release")
    targets = ["nibble", "nibble_c"] + (["nibble-peers"] if tests else [])
    environment.run(["cmake", "--build", BUILD, "-j", os.cpu_count(), "--target", *targets], "building")


def prepare(chosen, arguments):
    """Installs what the steps need, and builds."""
    tasks = sorted({task for step in chosen for task in step.setup})
    if not arguments.no_setup:
        say(f"scripts/setup.sh {' '.join(tasks)}")
        environment.run([steps.SCRIPTS / "setup.sh", *tasks], "scripts/setup.sh")
    if not (arguments.no_build or arguments.program):
        build("test" in tasks)


def measure(step, context, folder):
    """Runs a step and keeps its result; False when it could not be run."""
    if step.dataset and not context.dataset:
        say(f"{step.name}: NOT RUN, it needs a data set: --dataset FOLDER")
        return False
    say(f"{step.name} ...")
    others = int(pathlib.Path("/proc/loadavg").read_text(encoding="ascii").split()[3].split("/")[0]) - 1
    try:
        result = step.measure(context)
    except environment.Failure as failure:
        say(f"{step.name}: NOT RUN: {failure}")
        return False
    record = {"step": step.name, "made": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": steps.commit(),
              "cpu": environment.cpu_name(), "others": others, "limit": context.limit, "result": result}
    (folder / f"{step.name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return True


def read_results(folder):
    """The records of all steps that were run, now or before; trials with a limit are left out."""
    records = {}
    for name in ALL:
        path = folder / f"{name}.json"
        if path.exists():
            record = json.loads(path.read_text(encoding="utf-8"))
            if record.get("limit"):
                say(f"{name}: measured with --limit, left out of the tables")
            else:
                records[name] = record
    return records


def report(findings):
    """Prints all findings, the differing ones last, and their count."""
    order = ("ok", "other processor", "not measured", "differs")
    for finding in sorted(findings, key=lambda one: order.index(one.state)):
        print(f"{finding.state:15}  {finding.where}  ({finding.detail})")
    counts = collections.Counter(finding.state for finding in findings)
    print("README: " + ", ".join(f"{counts[state]} {state}" for state in order if counts[state]))
    return counts["differs"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", default="", metavar="FOLDER", help="a data set in MIDV-500's layout, best with fields.tsv")
    parser.add_argument("--only", metavar="STEPS", help=f"some of {','.join(ALL)}, or none (default: all)")
    parser.add_argument("--update", action="store_true", help="write README's tables, and the pictures in docs/, anew")
    parser.add_argument("--list", action="store_true", help="list the steps and end")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="a trial with the first N frames; its figures don't count")
    parser.add_argument("--lines", type=int, default=5000, help="rendered lines (default: %(default)s)")
    parser.add_argument("--program", help="a built nibble, its library beside it (default: build/release, built first)")
    parser.add_argument("--no-build", action="store_true", help="take build/release as it is")
    parser.add_argument("--no-setup", action="store_true", help="don't install anything")
    parser.add_argument("--results", type=pathlib.Path, default=steps.ROOT / "build" / "experiments", metavar="FOLDER", help="(default: build/experiments)")
    parser.add_argument("--readme", type=pathlib.Path, default=README, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.steps = list(ALL) if arguments.only is None else [name for name in arguments.only.split(",") if name != "none"]
    unknown = [name for name in arguments.steps if name not in ALL]
    if unknown:
        parser.error(f"--only: unknown {', '.join(map(repr, unknown))}; known are none, {', '.join(ALL)}")
    if arguments.dataset and not pathlib.Path(arguments.dataset).is_dir():
        parser.error(f"--dataset: {arguments.dataset} is no folder")
    return arguments


def run(arguments):
    """Runs the chosen steps; returns how many could not be run."""
    chosen = [ALL[name] for name in ALL if name in arguments.steps]
    if not chosen:
        return 0
    prepare(chosen, arguments)
    program = pathlib.Path(arguments.program) if arguments.program else BUILD / "nibble"
    work = arguments.results / "work"
    work.mkdir(parents=True, exist_ok=True)
    context = steps.Context(program.resolve(), str(pathlib.Path(arguments.dataset).resolve()) if arguments.dataset else "", work, arguments.limit,
                            arguments.lines)
    return sum(not measure(step, context, arguments.results) for step in chosen)


def main():
    arguments = parse_arguments()
    if arguments.list:
        for step in ALL.values():
            print(f"{step.name:10} setup.sh {' '.join(step.setup)}{', --dataset' if step.dataset else ''}")
        return 0
    try:
        failed = run(arguments)
        made, missing = tables.make_tables(read_results(arguments.results))
        arguments.results.mkdir(parents=True, exist_ok=True)
        text = "\n".join(f"## {table.name}\n\n{figures.markdown(table)}" for table in made)
        (arguments.results / "README-figures.md").write_text(text, encoding="utf-8")
        readme = arguments.readme.read_text(encoding="utf-8")
        if arguments.update:
            readme = figures.update(readme, made)
            arguments.readme.write_text(readme, encoding="utf-8")
            pictures.install(arguments.results / "work", arguments.readme.resolve().parent / "docs")
    except (environment.Failure, subprocess.SubprocessError, OSError) as error:
        say(f"experiments: {error}")
        return 1
    differing = report(figures.check(readme, made, missing))
    if failed:
        say(f"{failed} of the chosen steps were not run, see above")
    return 1 if differing or failed else 0


if __name__ == "__main__":
    sys.exit(main())
