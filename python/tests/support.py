"""What the package's tests share. The package is the build's (PYTHONPATH), the program NIBBLE_PROGRAM."""

import glob
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE_DIR = pathlib.Path(os.environ.get("NIBBLE_SOURCE_DIR", pathlib.Path(__file__).parent.parent.parent))
PROGRAM = os.environ.get("NIBBLE_PROGRAM", "nibble")
SAMPLES = sorted(glob.glob(str(SOURCE_DIR / "data/samples/*/images/*/*.jpg")))
PHOTO = str(SOURCE_DIR / "data/samples/01_norravia_id/images/TA/TA01_01.jpg")


def blackbox(name):
    """A module of the program's tests, e.g. what makes pictures in code."""
    path = SOURCE_DIR / "tests/blackbox" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"blackbox_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pictures = blackbox("support")


def program(*arguments, expect=0):
    """Runs the program; gives its standard output."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    if done.returncode != expect:
        raise AssertionError(f"{arguments}: exit code {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def python(code, timeout=120, **options):
    """Runs Python code in a process of its own."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=timeout, check=False, **options)


def without_times(value):
    """A result of read without what differs from run to run."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in ("ms", "timing_ms")}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return value


def result_lines(output):
    return [without_times(json.loads(line)) for line in output.splitlines()]


class FolderTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nibble-python-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path
