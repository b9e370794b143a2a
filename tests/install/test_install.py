"""The installed library: found by CMake and by pkg-config or built as a part of another project, moved elsewhere, and its shared library alone.

Works in a folder of its own. NIBBLE_BUILD is the build folder, NIBBLE_SOURCE_DIR the sources, NIBBLE_CXX, NIBBLE_CC and NIBBLE_LAUNCHER what compiles.
The C++ program is README's example.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["NIBBLE_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["NIBBLE_BUILD"])
HERE = SOURCE / "tests" / "install"
CC, CXX = os.environ["NIBBLE_CC"], os.environ["NIBBLE_CXX"]
LAUNCHER = os.environ.get("NIBBLE_LAUNCHER", "")
SAMPLE = SOURCE / "data/samples/01_norravia_id"


def run(*command, env=None, cwd=None, expect=0):
    """What a command printed; the test fails with all of it when it does not end as expected."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **(env or {})}
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment, cwd=cwd, check=False)
    if result.returncode != expect:
        raise AssertionError(f"{command} ended with {result.returncode}:\n{result.stdout}\n{result.stderr}")
    return result.stdout


def readme_example():
    """The C++ program of README."""
    blocks = re.findall(r"^```cpp\n(.*?)^```$", (SOURCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    programs = [block for block in blocks if "int main(" in block]
    if len(programs) != 1:
        raise AssertionError(f"README.md has {len(programs)} programs in C++")
    return programs[0]


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="nibble-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "first")
        cls.prefix = cls.folder / "moved" / "here"
        cls.prefix.parent.mkdir()
        (cls.folder / "first").rename(cls.prefix)
        cls.libraries = next(path.parent for path in cls.prefix.rglob("libnibble.so"))
        cls.examples = cls.folder / "examples"
        cls.examples.mkdir()
        shutil.copy(HERE / "example.c", cls.examples)
        (cls.examples / "example.cpp").write_text(readme_example(), encoding="utf-8")
        cls.photo = cls.folder / "photo.jpg"
        shutil.copy(SAMPLE / "images/TA/TA01_01.jpg", cls.photo)
        truth = SAMPLE / "ground_truth/TA/TA01_01.json"
        run(cls.prefix / "bin/nibble", "read", cls.photo, "--template", "norravia_id", "--quad-json", truth, "--crops", cls.folder / "crops", "--no-rules")
        cls.line = next(path for path in (cls.folder / "crops").rglob("*surname*.png") if "normal" not in path.name)

    def configure(self, name, *options):
        build = self.folder / name
        run("cmake", "-G", "Ninja", "-S", HERE / ("subproject" if name == "subproject" else "package"), "-B", build, f"-DSOURCES={self.examples}",
            "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_CXX_COMPILER={CXX}", f"-DCMAKE_CXX_COMPILER_LAUNCHER={LAUNCHER}",
            "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror -std=c99 -pedantic", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", *options)
        run("cmake", "--build", build)
        return build

    def check_reads_document(self, program, env=None):
        """The program finds the document in the photograph and prints its fields."""
        text = run(program, self.photo, env=env, cwd=self.folder)
        fields = dict(re.findall(r"^(\w+)\s+(.+?)(?:\t[\d.]+| \(\w+\))$", text, re.MULTILINE))  # a confidence, or a decision
        self.assertEqual("LINDNESCU", fields.get("surname"), text)
        self.assertEqual("23.04.1992", fields.get("birth_date"), text)

    def check_reads_line(self, program, env=None):
        self.assertEqual(["LINDNESCU"], [line.split("\t")[1] for line in run(program, "--line", self.line, env=env, cwd=self.folder).splitlines()])

    def test_find_package_shared(self):
        build = self.configure("shared", f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DKIND=nibble")
        self.check_reads_document(build / "example_c")
        self.check_reads_document(build / "example_cpp")

    def test_find_package_static(self):
        build = self.configure("static", f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DKIND=nibble_static", "-DCOMPONENTS=static")
        self.assertNotIn("libnibble", run("ldd", build / "example_cpp"))
        self.check_reads_line(build / "example_c")
        self.check_reads_document(build / "example_cpp", env={"NIBBLE_DATA": str(self.prefix / "share/nibble")})

    def test_other_versions_are_refused(self):
        build = self.folder / "version"
        text = (HERE / "package/CMakeLists.txt").read_text(encoding="utf-8").replace("nibble 0.2", "nibble 0.1")
        (self.folder / "old").mkdir()
        (self.folder / "old/CMakeLists.txt").write_text(text, encoding="utf-8")
        run("cmake", "-G", "Ninja", "-S", self.folder / "old", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DKIND=nibble", expect=1)

    def test_pkg_config(self):
        env = {"PKG_CONFIG_PATH": str(self.libraries / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "nibble", env=env).split()
        private = run("pkg-config", "--static", "--libs", "nibble", env=env).split()
        private.remove("-lnibble")
        for compiler, name, standard in ((CC, "example.c", "-std=c99"), (CXX, "example.cpp", "-std=c++17")):
            shared, static = self.folder / f"pc_{name}", self.folder / f"pc_static_{name}"
            run(compiler, standard, self.examples / name, "-o", f"{shared}.out", *flags)
            self.check_reads_document(f"{shared}.out", env={"LD_LIBRARY_PATH": str(self.libraries)})
            cflags = run("pkg-config", "--cflags", "nibble", env=env).split()
            run(compiler, standard, *cflags, self.examples / name, self.libraries / "libnibble.a", "-o", f"{static}.out", *private)
            self.check_reads_document(f"{static}.out", env={"NIBBLE_DATA": str(self.prefix / "share/nibble")})

    def test_add_subdirectory(self):
        build = self.configure("subproject", f"-DNIBBLE={SOURCE}", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG")  # quick to build
        for kind in ("nibble", "nibble_static"):
            for language in ("c", "cpp"):
                self.check_reads_document(build / f"example_{language}_{kind}", env={"NIBBLE_DATA": str(self.prefix / "share/nibble")})
        commands = {pathlib.Path(entry["file"]).name: entry["command"] for entry in json.loads((build / "compile_commands.json").read_text())}
        for flag in ("-Wconversion", "-ffp-contract", "-fvisibility", "-std=gnu++20", "-std=c++20"):
            self.assertNotIn(flag, commands["example.cpp"])
            self.assertNotIn(flag, commands["example.c"])
        self.assertEqual([], [path.name for path in build.glob("libnibble*")])  # what is nibble's stays in its own folder

    def test_shared_library_alone(self):
        build = self.configure("alone", f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DKIND=nibble")
        alone = self.folder / "alone_here"
        alone.mkdir()
        shutil.copy(self.libraries / "libnibble.so.0", alone)
        shutil.copy(build / "example_c", alone)
        self.check_reads_line(alone / "example_c", env={"LD_LIBRARY_PATH": str(alone)})
        self.assertIn(str(alone), run("ldd", alone / "example_c", env={"LD_LIBRARY_PATH": str(alone)}))

    def test_program(self):
        program = self.prefix / "bin/nibble"
        self.assertIn("LINDNESCU", run(program, "read", self.photo, "--template", "auto", cwd=self.folder))
        self.assertIn(str(self.prefix / "share/nibble"), run(program, "doctor", cwd=self.folder))

    def test_no_path_of_the_sources(self):
        """Nothing that is installed knows where it was built."""
        for path in sorted(self.prefix.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                for folder in {SOURCE, BUILD, self.folder}:
                    self.assertFalse(os.fsencode(folder) in content, f"{path} names {folder}")


if __name__ == "__main__":
    unittest.main()
