"""The program as a process: what it loads, and that it starts no thread that was not asked for."""

import os
import resource
import subprocess
import time
import unittest

from support import INSTRUMENTED, PROGRAM, ProgramTest, picture, run


def tasks(process):
    return len(os.listdir(f"/proc/{process.pid}/task"))


class LibrariesTest(unittest.TestCase):
    def test_neither_blas_nor_threads_nor_windows_are_loaded(self):
        listed = subprocess.run(["ldd", PROGRAM], capture_output=True, check=True, text=True).stdout
        self.assertIn("libpng", listed)
        for name in ("blas", "lapack", "gfortran", "libtbb", "libgomp", "libGL", "libX11", "libopencv"):
            self.assertNotIn(name, listed)


class ThreadsTest(ProgramTest):
    def test_reading_stays_on_one_thread(self):
        """Seen while the program waits for its input, and again and again while it reads a picture large enough for OpenCV to share out."""
        with subprocess.Popen([PROGRAM, "read", "--template", "auto", "--model", self.model, "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(0.3)
            seen = {tasks(process)}
            process.stdin.write(picture(1600, 1200))
            process.stdin.close()
            looks = 0
            while process.poll() is None:
                try:
                    seen.add(tasks(process))
                    looks += 1
                except FileNotFoundError:
                    break
                time.sleep(0.002)
            process.stdout.read()
            process.stderr.read()
        self.assertGreater(looks, 10)
        self.assertEqual({1}, seen - {0})

    @unittest.skipIf(INSTRUMENTED, "ASan takes 20 TB of address space")
    def test_little_address_space_is_enough_to_start_and_to_end(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (120_000 * 1024, 120_000 * 1024))
        result = subprocess.run([PROGRAM, "--version"], capture_output=True, preexec_fn=limit, timeout=20, check=False)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual(0, run("--version").returncode)


if __name__ == "__main__":
    unittest.main()
