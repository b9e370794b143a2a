"""README's tables, made of the steps' results. To add one: write a function of the results that returns a Table, name it in TABLES with
the steps that it needs, and put its markers into README. Each result is {"cpu", "others", "commit", "result"};
others are the processes that ran besides when it began.
"""
import math

from figures import Figure, Table

PRECISIONS = ("f32", "int8", "int4")
INTEGERS = ("int8", "int4")
USUAL_WIDTH = 256
PLAIN = "avx2"  # the instruction set without dot products that the papers' claims are about


def percent(share, digits, kind):
    return Figure(f"{100 * share:.{digits}f} %", kind)


def measured_on(entry, more=""):
    """The note below a table of times."""
    others = f"beside {entry['others']} other running processes" if entry["others"] else "otherwise idle"
    return f"{more}One thread of {entry['cpu']}, {others}; commit {entry['commit']}."


def data_of(result):
    """What the figures of `nibble eval` are over."""
    first = next(iter(result["precisions"].values()))
    return (f"{first['all']['n']} fields on {result['frames']['read']} photographs of {len(first['types'])} document types, each cropped by its true quad "
            f"with a margin of {100 * result['options']['margin']:.0f} % of its height.")


def accuracy(results):
    entry = results["accuracy"]
    rows = []
    for rules, key in (("no", "raw"), ("yes", "rules")):
        for precision in PRECISIONS:
            figures = entry["result"][key]["precisions"][precision]["all"]
            low, high = figures["interval"]
            rows.append([precision, rules, percent(figures["exact"], 1, "accuracy"), percent(figures["exact_norm"], 1, "accuracy"),
                         Figure(f"{100 * low:.1f} to {100 * high:.1f}", "accuracy"), percent(figures["pcr"], 2, "accuracy")])
    return Table("accuracy", ["precision", "rules", "exact", "exact, after upper-case and O=0", "95 % interval of that", "PCR"], rows,
                 data_of(entry["result"]["raw"]))


def find(results):
    result = results["find"]["result"]
    rows = [["fields with a found line of their own", percent(result["covered"], 1, "accuracy")],
            ["fields whose text stands in a line that was read", percent(result["read"], 1, "accuracy")],
            ["lines a picture", Figure(f"{result['lines_read']:.1f}", "accuracy")],
            ["pictures without a line", Figure(f"{result['empty']:.0f}", "accuracy")]]
    return Table("find", ["whole pictures, no template, int4", ""], rows,
                 f"{result['fields']} fields on {result['pictures']} pictures, frames and flat prints, of the sample above.")


def reader_name(name):
    return name.replace("|", "/")


def peers(results):
    entry = results["peers"]
    readers = entry["result"]["readers"]
    ours = next(reader for reader in readers if reader.get("precision") == "int4")["all"]["ms_per_field"]
    rows = []
    for reader in readers:
        figures, kind = reader["all"], "accuracy" if reader["reader"] == "nibble" else "peer"
        rows.append([reader_name(reader["name"]), percent(figures["exact"], 1, kind), percent(figures["exact_norm"], 1, kind), percent(figures["pcr"], 2, kind),
                     Figure(f"{figures['ms_per_field']:.2f}", "time"), Figure(f"{figures['ms_per_field'] / ours:.1f}", "ratio")])
    return Table("peers", ["reader, no rules", "exact", "exact, after upper-case and O=0", "PCR", "ms a field", "times Nibble int4"], rows,
                 measured_on(entry, f"The same {readers[0]['all']['n']} crops for all. "), entry["cpu"])


def lines(results):
    result = results["lines"]["result"]
    rows = []
    for precision in PRECISIONS:
        figures = result["precisions"][precision]
        lost = ""
        if precision != "f32":
            low, high = figures["pcr_interval"]
            lost = Figure(f"{figures['pcr_lost']:.2f} [{low:.2f}, {high:.2f}]", "lines")
        rows.append([precision, percent(figures["exact"], 2, "lines"), percent(figures["pcr"], 2, "lines"), lost])
    count = result["precisions"]["f32"]["n"]
    return Table("lines", ["precision", "exact", "PCR", "PCR lower than f32, points [95 % interval]"], rows,
                 f"{count} rendered lines of seed {result['seed']}, on which nothing was trained.")


def samples(results):
    result = results["samples"]["result"]
    rows = []
    for precision in PRECISIONS:
        right = result["fields"]["right"][precision]
        rows.append([precision, Figure(f"{right.count('1')} of {len(right)}", "accuracy")])
    return Table("samples", ["precision", "fields of the samples right, with rules"], rows)


def net_times(results):
    """{(isa, precision): median ms} at the usual width, instruction sets from slow to fast."""
    return {(row["isa"], row["precision"]): row["median_ms"] for row in results["net"]["result"]["net"] if row["width"] == USUAL_WIDTH}


def isas_of(times):
    return list(dict.fromkeys(isa for isa, _ in times if isa != "portable"))


def net(results):
    entry, times = results["net"], net_times(results)
    rows = []
    for isa in isas_of(times):
        row = [isa] + [Figure(f"{times[isa, precision]:.2f}", "time") for precision in PRECISIONS]
        for precision in INTEGERS:
            ratio = times[isa, "f32"] / times[isa, precision]
            row += [Figure(f"{ratio:.2f} times", "ratio"), Figure(f"{100 - 100 / ratio:.0f} %", "share")]
        rows.append(row)
    header = ["instruction set", *(f"{precision}, ms" for precision in PRECISIONS), "int8 against f32", "time saved", "int4 against f32", "time saved"]
    return Table("net", header, rows, measured_on(entry, f"A line of {USUAL_WIDTH} pixels. "), entry["cpu"])


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def mean_speeds(rows, name=None):
    """{(isa, precision): geometric mean of GOP/s over the shapes}, of one peer when it is named."""
    speeds = {}
    for row in rows:
        if name is None or row["name"] == name:
            speeds.setdefault((row["isa"], row["precision"]), []).append(row["gops"])
    return {key: geometric_mean(values) for key, values in speeds.items()}


def gemm(results):
    entry = results["gemm"]
    ours, onednn = mean_speeds(entry["result"]["gemm"]), mean_speeds(entry["result"]["peers"], "onednn")
    rows = []
    for isa, precision in ours:
        if isa == "portable":
            continue
        shares = [row["share_of_peak"] for row in entry["result"]["gemm"] if (row["isa"], row["precision"]) == (isa, precision)]
        other = onednn.get((isa, "f32" if precision == "f32" else "int8"))
        rows.append([isa, precision, Figure(f"{ours[isa, precision]:.0f}", "time"), percent(sum(shares) / len(shares), 0, "share"),
                     Figure(f"{other:.0f}", "time") if other else "–", Figure(f"{ours[isa, precision] / other:.2f}", "ratio") if other else "–"])
    header = ["instruction set", "precision", "10⁹ operations a second", "of the registers' peak", "oneDNN f32 or u8s8", "times oneDNN"]
    return Table("gemm", header, rows, measured_on(entry, "Geometric mean over seven shapes. "), entry["cpu"])


def conv(results):
    entry = results["conv"]
    onednn = mean_speeds(entry["result"]["conv_peers"], "onednn")
    forms = {form: mean_speeds([row for row in entry["result"]["conv"] if row["form"] == form]) for form in ("direct", "winograd")}
    rows = []
    for isa in isas_of(forms["winograd"]):
        speeds = [forms["direct"][isa, "int8"], forms["direct"][isa, "int4"], forms["winograd"][isa, "int4"], onednn.get((isa, "int8"))]
        rows.append([isa, *(Figure(f"{speed:.0f}", "time") if speed else "–" for speed in speeds), Figure(f"{speeds[2] / speeds[0]:.2f} times", "ratio"),
                     Figure(f"{speeds[2] / speeds[3]:.2f} times", "ratio") if speeds[3] else "–"])
    header = ["instruction set", "direct int8", "direct int4", "Winograd int4", "oneDNN u8s8", "Winograd against direct int8", "against oneDNN"]
    count = len({(row["height"], row["width"], row["channels"]) for row in entry["result"]["conv"]})
    return Table("conv", header, rows, measured_on(entry, f"10⁹ operations of the direct form a second, geometric mean over {count} layers. "), entry["cpu"])


def onnx(results):
    entry = results["onnx"]
    times = {name: values["median_ms"] for row in entry["result"]["net"] if row["width"] == USUAL_WIDTH for name, values in row["times"].items()}
    rows = []
    for ours, theirs, first, second in (("f32", "float", "nibble f32", "onnxruntime f32"), ("int8", "QDQ, 8 bits", "nibble int8", "onnxruntime qdq")):
        rows.append([ours, theirs, *(Figure(f"{times[name]:.2f}", "time") for name in (first, second)), Figure(f"{times[second] / times[first]:.2f}", "ratio")])
    result = entry["result"]
    what = f"A line of {USUAL_WIDTH} pixels; Nibble on {result['isa']}, ONNX Runtime {result['onnxruntime']}. "
    return Table("onnx", ["Nibble", "ONNX Runtime", "Nibble, ms", "ONNX Runtime, ms", "times our time"], rows, measured_on(entry, what), entry["cpu"])


def document(results):
    entry, sizes = results["pipeline"], results["sizes"]["result"]
    memory = {row["precision"]: row for row in entry["result"]["memory_by_precision"]}
    rows = [[precision, Figure(f"{sizes[precision]['bytes'] / 1000:.0f}", "size"), Figure(f"{memory[precision]['start_ms']:.0f}", "time"),
             Figure(f"{memory[precision]['rss_mb']:.0f}", "memory")] for precision in PRECISIONS]
    weights, macs = sizes["f32"]["weights"] / 1e3, sizes["f32"]["MACs"] / 1e6
    return Table("document", ["precision", "model file, KB", "from start to end, ms", "resident, MB"], rows,
                 measured_on(entry, f"`nibble read` of a 1080x1920 photograph with known corners. {weights:.0f} thousand weights, {macs:.0f} million "
                                    f"multiply-accumulates for a line of {USUAL_WIDTH} pixels. "), entry["cpu"])


def saved(times, precision, isa=PLAIN):
    ratio = times[isa, "f32"] / times[isa, precision]
    return f"{100 - 100 / ratio:.0f} % of the time saved, {100 * ratio - 100:.0f} % more lines a second"


def arm_ratio(model, core, isa, precision):
    cycles = {row["precision"]: row["macs_per_cycle"][core] for row in model if row["isa"] == isa}
    return cycles["int4"] / cycles[precision]


def claims(results):
    """What the papers claim, beside what is measured here."""
    products = results["gemm"]["result"]
    kernels, onednn = mean_speeds(products["gemm"]), mean_speeds(products["peers"], "onednn")
    times, model = net_times(results), results["arm"]["result"]
    exact = {precision: results["accuracy"]["result"]["raw"]["precisions"][precision]["all"]["pcr"] for precision in PRECISIONS}
    lost = results["lines"]["result"]["precisions"]["int4"]["pcr_lost"] - results["lines"]["result"]["precisions"]["int8"]["pcr_lost"]
    trusov, winograd = "Trusov et al., 2020", "Han et al., 2020"
    rows = []
    for precision, theirs in (("f32", "2.9 times"), ("int8", "1.5 times")):
        name = f"4-bit matrix product against {precision}, without dot products ({trusov}, ARM)"
        rows.append([name, theirs, Figure(f"{kernels[PLAIN, 'int4'] / kernels[PLAIN, precision]:.2f} times", "ratio"), "AVX2, measured"])
        ratio = arm_ratio(model, "cortex-a53", "neon", precision)
        rows.append([f"the same against {precision}, Cortex-A53", "", Figure(f"{ratio:.2f} times", "model"), "a model from the kernel's instructions"])
    rows += [[f"whole network, {name} ({trusov})", f"{theirs} % faster than float", Figure(saved(times, precision), "gain"), "AVX2, measured"]
             for precision, name, theirs in (("int4", "4 bits", 48), ("int8", "8 bits", 39))]
    rows.append([f"characters right on MIDV-500, 8 bits and 4 bits ({trusov})", "95.4 % and 95.0 %",
                 Figure(f"{100 * exact['int8']:.2f} % and {100 * exact['int4']:.2f} %", "accuracy"), "PCR on the sample above, not their crops"])
    rows.append([f"lost by 4 bits against 8 ({trusov})", "0.4 points", Figure(f"{lost:.2f} points", "lines"), "PCR on the rendered lines"])
    rows.append([f"4 bits faster than a library's 8 bits ({winograd}, against ncnn on ARM)", "yes",
                 Figure(f"{kernels[PLAIN, 'int4'] / onednn[PLAIN, 'int8']:.2f} times", "ratio"), "oneDNN u8s8, AVX2, matrix products"])
    return Table("claims", ["what the papers claim", "theirs", "here", "measured how"], rows)


# Name, the steps whose results it needs, and the function.
TABLES = (
    ("peers", ("peers",), peers),
    ("accuracy", ("accuracy",), accuracy),
    ("find", ("find",), find),
    ("lines", ("lines",), lines),
    ("samples", ("samples",), samples),
    ("net", ("net",), net),
    ("claims", ("gemm", "net", "arm", "accuracy", "lines"), claims),
    ("gemm", ("gemm",), gemm),
    ("conv", ("conv",), conv),
    ("onnx", ("onnx",), onnx),
    ("document", ("pipeline", "sizes"), document),
)


def make_tables(results):
    """(tables that can be made, {name of another: what it lacks})."""
    tables, missing = [], {}
    for name, needs, make in TABLES:
        lacking = [step for step in needs if step not in results]
        if lacking:
            missing[name] = f"no result of {', '.join(lacking)}"
        else:
            tables.append(make(results))
    return tables, missing
