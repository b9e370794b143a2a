#!/usr/bin/env python3
"""Times our network beside the same network in ONNX Runtime, float and 8 bits (QDQ), one thread, batch 1, run by run in turn.

Both get a normalised line and give log probabilities; ONNX Runtime's input is already float. Before anything is timed the exported
float network must give our scores within 1e-3 on lines of the samples. Writes a table in Markdown; times are medians.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import environment  # noqa: E402

TOLERANCE = 1e-3
PRECISIONS = ("f32", "int8", "int4")
CHECKED_LINES = 12


def restart_in_environment(arguments):
    """Goes on in the virtual environment unless this is its interpreter."""
    folder = pathlib.Path(arguments.venv).resolve()
    if pathlib.Path(sys.prefix).resolve() == folder:
        return
    python = environment.python_of(folder)
    os.execve(python, [str(python), __file__, *sys.argv[1:]], {**os.environ, **environment.ONE_THREAD})


def session_of(path):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def export_both(models, lines, folder):
    """Sessions of the exported float network and of its 8-bit form."""
    import export_onnx
    import onnx
    onnx.save(export_onnx.export(models / "nibble-f32.safetensors"), folder / "f32.onnx")
    export_onnx.quantize(folder / "f32.onnx", folder / "qdq.onnx", lines)
    return session_of(folder / "f32.onnx"), session_of(folder / "qdq.onnx")


def greatest_difference(network, session, lines):
    import export_onnx
    import numpy as np
    greatest = 0.0
    for line in lines:
        ours = network.scores(line)
        theirs = session.run(None, {"ink": export_onnx.ink_of(line)})[0][0, :, 0].T
        greatest = max(greatest, float(np.max(np.abs(ours - theirs))))
    return greatest


def top_agreement(session, other, lines):
    """Share of columns where two sessions find the same class."""
    import export_onnx
    same = count = 0
    for line in lines:
        best = [s.run(None, {"ink": export_onnx.ink_of(line)})[0][0, :, 0].argmax(0) for s in (session, other)]
        same += int((best[0] == best[1]).sum())
        count += len(best[0])
    return same / count


def line_of_width(lines, width):
    """A line of real ink of exactly this width."""
    import numpy as np
    joined = np.concatenate(lines, axis=1)
    return np.ascontiguousarray(np.tile(joined, (1, -(-width // joined.shape[1])))[:, :width])


def time_in_turn(runs, repeats):
    """Median milliseconds of each of several functions, called in turn so that a drift of the machine hits all alike."""
    times = {name: [] for name in runs}
    for round_ in range(repeats + 3):
        for name, function in runs.items():
            start = time.perf_counter()
            function()
            if round_ >= 3:  # the first rounds fill caches and grow arenas
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: {"median_ms": statistics.median(values), "min_ms": min(values)} for name, values in times.items()}


def bench(networks, sessions, lines, arguments):
    import export_onnx
    rows = []
    for width in map(int, arguments.widths.split(",")):
        line = line_of_width(lines, width)
        feed = {"ink": export_onnx.ink_of(line)}
        runs = {f"nibble {name}": (lambda network=network: network.run(line)) for name, network in networks.items()}
        runs |= {f"onnxruntime {name}": (lambda session=session: session.run(None, feed)) for name, session in sessions.items()}
        rows.append({"width": width, "times": time_in_turn(runs, arguments.repeats)})
    return rows


def table(result):
    names = list(result["net"][0]["times"])
    lines = ["| width | " + " | ".join(f"{name}, ms" for name in names) + " | ORT f32 / our f32 | ORT QDQ / our int8 | our f32 / int8 | our f32 / int4 |",
             "|---:" * (len(names) + 5) + "|"]
    for row in result["net"]:
        times = {name: values["median_ms"] for name, values in row["times"].items()}
        ratios = (times["onnxruntime f32"] / times["nibble f32"], times["onnxruntime qdq"] / times["nibble int8"],
                  times["nibble f32"] / times["nibble int8"], times["nibble f32"] / times["nibble int4"])
        lines.append(f"| {row['width']} | " + " | ".join(f"{ms:.3f}" for ms in times.values()) + " | " +
                     " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return "\n".join(lines + ["", f"Exported float network: greatest difference of scores {result['greatest_difference']:.1e}; 8-bit form: the same class "
                              f"in {100 * result['qdq_agreement']:.1f} % of columns. Nibble on {result['isa']}, ONNX Runtime {result['onnxruntime']}, "
                              f"one thread of {result['cpu']}, load {result['load']:.1f} at the start."])


def compare(arguments, folder):
    import export_onnx
    import onnxruntime
    from native_network import NativeNetwork
    load = os.getloadavg()[0]
    environment.run([arguments.program or environment.find_program("nibble"), "eval", arguments.dataset, "--precision", "int4", "--crops",
                     folder / "crops"], "nibble eval")
    lines = export_onnx.read_lines(folder / "crops")
    models = pathlib.Path(arguments.models)
    library = arguments.native_library or environment.find_program("libnibble_c.so")
    networks = {name: NativeNetwork(library, models / f"nibble-{name}.safetensors", arguments.isa) for name in PRECISIONS}
    f32, qdq = export_both(models, lines, folder)
    checked = lines[::max(1, len(lines) // CHECKED_LINES)]
    difference = greatest_difference(networks["f32"], f32, checked)
    if not difference <= TOLERANCE:
        raise environment.Failure(f"the exported network's scores differ by {difference:.2g}, more than {TOLERANCE:g}: export_onnx.py is wrong")
    return {"net": bench(networks, {"f32": f32, "qdq": qdq}, lines, arguments), "greatest_difference": difference,
            "qdq_agreement": top_agreement(f32, qdq, checked), "isa": networks["int4"].isa, "onnxruntime": onnxruntime.__version__,
            "cpu": environment.cpu_name(), "load": load}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=str(environment.ROOT / "data" / "models"), help="folder of nibble-{f32,int8,int4}.safetensors")
    parser.add_argument("--dataset", default=str(environment.ROOT / "data" / "samples"), help="whose lines calibrate and are timed")
    parser.add_argument("--widths", default="64,128,256,512,768", help="pixels, multiples of 4 (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=200, help="rounds at each width (default: %(default)s)")
    parser.add_argument("--isa", default="", help="our instruction set (default: the best one here)")
    parser.add_argument("--program", help="nibble (default: the newest in build/*/)")
    parser.add_argument("--library", dest="native_library", help="libnibble_c.so (default: the newest in build/*/)")
    parser.add_argument("--venv", default=str(environment.ROOT / "build" / "peers-venv"), help="where ONNX Runtime is installed")
    parser.add_argument("--json", metavar="FILE", help="write the times as JSON")
    arguments = parser.parse_args()
    try:
        restart_in_environment(arguments)
        with tempfile.TemporaryDirectory(prefix="nibble-onnx-") as folder:
            result = compare(arguments, pathlib.Path(folder))
        if arguments.json:
            pathlib.Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    except (environment.Failure, OSError) as error:
        print(f"bench_onnx: {error}", file=sys.stderr)
        return 1
    print(table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
