"""The types are complete: mypy --strict accepts the package and a program that uses it, and knows what is wrong in another one."""

import os
import pathlib
import subprocess
import sys
import unittest

from support import SOURCE_DIR, FolderTest

GOOD = """
import pathlib
import nibble

def surnames(paths: list[pathlib.Path]) -> list[str]:
    reader = nibble.Reader(precision="int8", templates=["card.json"])
    texts = [field.text for field in reader.read(paths[0]).fields.values()]
    x, y = reader.read(b"bytes").fields["surname"].quad[0]
    corner: float = x + y
    decision: str = reader.read("a", page=1).fields["surname"].decision
    zone = reader.read("a").mrz
    if zone is not None:
        texts += zone.lines + [zone.fields["surname"], decision, str(corner)]
    for document in reader.read_many(paths, jobs=2):
        if document.error is not None:
            texts.append(document.error.code)
        height, width, channels = document.annotate().shape
        texts.append(str(document.to_dict()["fields"]))
    return texts
"""
BAD = {
    "reader.read(3)": "arg-type",
    "reader.read('a').fields['surname'].txt": "attr-defined",
    "reader.read('a').fields['surname'].text + 1": "operator",
    "reader.read('a').mrz.lines": "union-attr",
    "nibble.Reader(threads='two')": "arg-type",
    "reader.read('a', colour=True)": "call-arg",
    "reader.read('a').fields['surname'].text = 'b'": "misc",
}


class TypesTest(FolderTest):
    def mypy(self, *arguments):
        environment = {**os.environ, "MYPYPATH": str(SOURCE_DIR / "python")}
        environment.pop("PYTHONPATH", None)
        return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.path.join(self.folder, "cache"), *arguments],
                              capture_output=True, text=True, check=False, timeout=600, env=environment, cwd=self.folder)

    def test_package(self):
        done = self.mypy("-p", "nibble")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_uses(self):
        path = self.write("good.py", GOOD.encode())
        done = self.mypy(path)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        text = "import nibble\nreader = nibble.Reader()\n" + "".join(line + "\n" for line in BAD)
        lines = self.mypy(self.write("bad.py", text.encode())).stdout.splitlines()
        for number, (line, code) in enumerate(BAD.items(), 3):
            self.assertTrue(any(f"bad.py:{number}:" in found and f"[{code}]" in found for found in lines), (line, code, lines))

    def test_stub_is_the_module(self):
        """python/nibble/_core.pyi is what the compiled module says of itself."""
        import nibble._core
        path = os.path.join(self.folder, "_core.pyi")
        subprocess.run([sys.executable, "-m", "nanobind.stubgen", "-m", "nibble._core", "-o", path, "-q"], check=True, timeout=120)
        expected = pathlib.Path(path).read_text(encoding="utf-8")
        self.assertEqual(expected, (SOURCE_DIR / "python/nibble/_core.pyi").read_text(encoding="utf-8"),
                         "made anew by: python -m nanobind.stubgen -m nibble._core -o python/nibble/_core.pyi")
        self.assertTrue(nibble._core.__file__)

    def test_every_public_name_is_documented(self):
        import nibble
        for name in nibble.__all__:
            thing = getattr(nibble, name)
            if isinstance(thing, type):
                for attribute, value in vars(thing).items():
                    if not attribute.startswith("_") and (callable(value) or isinstance(value, property)):
                        with self.subTest(f"{name}.{attribute}"):
                            self.assertTrue(value.__doc__)


if __name__ == "__main__":
    unittest.main()
