"""The virtual environment with the other readers, and what describes the machine."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")
ONE_THREAD = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Failure(Exception):
    """What is wrong and what to do, in one line."""


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def run(command, what, env=None):
    """Runs a command and returns its standard output; a failure becomes one line."""
    try:
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, encoding="utf-8", errors="replace",
                                env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        raise Failure(f"{what}: {command[0]} cannot be started: {error.strerror}") from None
    if result.returncode != 0:
        raise Failure(f"{what}: {last_line(result.stderr)} (exit code {result.returncode})")
    return result.stdout


def python_of(folder):
    """The interpreter of the virtual environment in `folder`, which is made, or made anew when the requirements changed."""
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"installing the other readers in {folder}", file=sys.stderr)
    run([sys.executable, "-m", "venv", "--clear", folder], "making the virtual environment (scripts/setup.sh peers installs what it needs)")
    run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS], "installing the other readers")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def find_program(name):
    """NAME of the newest build/*/."""
    builds = sorted(ROOT.glob(f"build/*/{name}"), key=lambda path: path.stat().st_mtime)
    if not builds:
        raise Failure(f"{name} is not built: run `cmake --preset release && cmake --build --preset release`")
    return builds[-1]


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
