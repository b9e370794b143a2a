"""The measurements behind README's figures. Each is a function of Context that returns what it measured as JSON."""
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
SAMPLES = ROOT / "data" / "samples"
MODELS = ROOT / "data" / "models"
PRECISIONS = ("f32", "int8", "int4")
LINES_SEED = 102  # no model was trained on it
sys.path.insert(0, str(SCRIPTS / "peers"))
import environment  # noqa: E402

# The interpreter that scripts/setup.sh installs packages for.
PYTHON = "/usr/bin/python3" if pathlib.Path("/usr/bin/python3").exists() else sys.executable


@dataclasses.dataclass
class Context:
    """What the steps share: the program, the data set's folder (or ""), where intermediate files go, and a limit on frames or 0."""
    program: pathlib.Path
    dataset: str
    folder: pathlib.Path
    limit: int = 0
    lines: int = 5000

    def run(self, *command, what):
        return environment.run(command, what)

    def json_of(self, *command, what, option="--json"):
        """What a command writes as JSON to the file that it gets."""
        path = self.folder / "step.json"
        path.unlink(missing_ok=True)
        self.run(*command, option, path, what=what)
        return json.loads(path.read_text(encoding="utf-8"))

    def limited(self):
        return ["--limit", self.limit] if self.limit else []


def evaluate(context, dataset, *options):
    command = [context.program, "eval", dataset, "--precision", ",".join(PRECISIONS), *options]
    return context.json_of(*command, *context.limited(), what="nibble eval")


def accuracy(context):
    """The data set, with and without rules."""
    return {"raw": evaluate(context, context.dataset, "--no-rules"), "rules": evaluate(context, context.dataset)}


def find(context):
    """Whole pictures of the data set without templates."""
    return context.json_of(context.program, "eval", context.dataset, "--find", *context.limited(), what="nibble eval --find")["find"]["all"]


def samples(context):
    """The shipped specimens, with rules."""
    return evaluate(context, SAMPLES)


def peers(context):
    """Other readers on the same crops."""
    return context.json_of(PYTHON, SCRIPTS / "compare_peers.py", context.dataset, "--program", context.program, *context.limited(),
                           what="compare_peers.py")


def lines(context):
    """Rendered lines that no model was trained on."""
    folder = context.folder / f"lines-{LINES_SEED}-{context.lines}"
    library = context.program.parent / "libnibble_c.so"
    context.run(PYTHON, SCRIPTS / "training" / "render_lines.py", "--seed", LINES_SEED, "--lines", context.lines, "--out", folder, "--library", library,
                what="render_lines.py")
    result = context.json_of(PYTHON, SCRIPTS / "training" / "score_lines.py", folder, "--program", context.program, what="score_lines.py")
    return {"seed": LINES_SEED, "precisions": result}


def gemm(context):
    return context.json_of(context.program, "bench", "gemm", what="nibble bench gemm")


def conv(context):
    """3x3 convolutions, direct and by Winograd's algorithm."""
    return context.json_of(context.program, "bench", "conv", what="nibble bench conv")


def net(context):
    return context.json_of(context.program, "bench", "net", what="nibble bench net")


def pipeline(context):
    return context.json_of(context.program, "bench", "pipeline", "--precision", ",".join(PRECISIONS), what="nibble bench pipeline")


def onnx(context):
    """The same network in ONNX Runtime."""
    return context.json_of(PYTHON, SCRIPTS / "peers" / "bench_onnx.py", "--program", context.program, "--library", context.program.parent / "libnibble_c.so",
                           what="bench_onnx.py")


def sizes(context):
    """Bytes of the model files, and what the network costs."""
    result = {}
    for precision in PRECISIONS:
        path = MODELS / f"nibble-{precision}.safetensors"
        info = context.run(context.program, "model", "info", path, what="nibble model info")
        counts = {key: int(re.search(rf"^{key} +(\d+)", info, re.MULTILINE)[1]) for key in ("weights", "MACs")}
        result[precision] = {"bytes": path.stat().st_size, **counts}
    return result


def arm(context):
    """A model of the kernels on ARM, from their instructions: cross-compiles them."""
    build = ROOT / "build" / "aarch64"
    context.run("cmake", "-S", ROOT, "--preset", "aarch64", what="cmake --preset aarch64")
    context.run("cmake", "--build", build, "--target", "nibble_kernels", what="building for aarch64")
    objects = sorted(build.glob("kernels/**/neon*.cpp.o"))
    output = context.run(PYTHON, ROOT / "tests" / "bench" / "arm_model.py", ROOT / "kernels" / "kernels.inc", "aarch64-linux-gnu-objdump", "llvm-mca",
                         *objects, what="arm_model.py")
    return json.loads(output)


@dataclasses.dataclass(frozen=True)
class Step:
    """A measurement: what it is called, its function, the tasks of scripts/setup.sh it needs, and whether it needs a data set."""
    name: str
    measure: object
    setup: tuple
    dataset: bool = False


# In the order in which they run, one after the other, so that none disturbs another's times.
STEPS = (
    Step("sizes", sizes, ("demo",)),
    Step("samples", samples, ("demo",)),
    Step("accuracy", accuracy, ("demo",), dataset=True),
    Step("find", find, ("demo",), dataset=True),
    Step("lines", lines, ("train",)),
    Step("arm", arm, ("aarch64", "peers")),
    Step("net", net, ("demo",)),
    Step("pipeline", pipeline, ("demo",)),
    Step("gemm", gemm, ("peers", "test")),
    Step("conv", conv, ("peers", "test")),
    Step("onnx", onnx, ("peers",)),
    Step("peers", peers, ("peers",), dataset=True),
)


def commit():
    """The commit of the checkout, for the record."""
    result = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"], capture_output=True, text=True, check=False)
    return result.stdout.strip() or "unknown"
