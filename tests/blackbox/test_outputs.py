"""Results that are cut short: by a signal, or by a disk that is full. What is done is kept, and nothing half done stays."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from support import PROGRAM, ProgramTest, picture, png_bytes, template


def bytes_written(process, folder):
    """Bytes in a file without a name (or with a temporary one) that the process has open in a folder."""
    total = 0
    for name in os.listdir(f"/proc/{process.pid}/fd"):
        link = f"/proc/{process.pid}/fd/{name}"
        try:
            target = os.readlink(link)
            if target.startswith(folder) and (target.endswith(" (deleted)") or "/.nibble-" in target):
                total += os.stat(link).st_size
        except FileNotFoundError:
            pass
    return total


class OutputsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.card = self.write("card.json", template())
        self.scans = [self.write(f"scan{number}.png", picture(seed=number)) for number in range(3)]
        os.mkdir(self.path("out"))

    def command(self, *arguments):
        return [PROGRAM, "read", "--model", self.model, "--template", self.card, *arguments]


class SignalsTest(OutputsTest):
    def setUp(self):
        super().setUp()
        self.names = self.write("list.txt", "".join(scan + "\n" for scan in self.scans) * 7000)

    def interrupt(self, how, *arguments, signals=1, **options):
        """What is in the results' file when a signal comes after the first of them, and the program's exit code."""
        out = self.path("out", "result.json")
        with subprocess.Popen(self.command("--format", "json", "-o", out, *arguments, "@" + self.names), stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, **options) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and process.poll() is None and not bytes_written(process, self.path("out")):
                time.sleep(0.01)
            for _ in range(signals):
                process.send_signal(how)
            _, errors = process.communicate(timeout=60)
        self.assertEqual(b"", errors)
        return process.returncode

    def check_kept(self):
        self.assertEqual(["result.json"], os.listdir(self.path("out")), "nothing but the results stays")
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            results = json.load(file)
        self.assertTrue(0 < len(results) < 21000)
        self.assertEqual({"ok"}, {result["status"] for result in results})
        self.assertEqual([self.scans[number % 3] for number in range(len(results))], [result["input"]["path"] for result in results])
        os.remove(self.path("out", "result.json"))

    def test_each_signal_ends_with_130_and_whole_results(self):
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for jobs in ("1", "2"):
                with self.subTest(how=how, jobs=jobs):
                    self.assertEqual(130, self.interrupt(how, "-j", jobs))
                    self.check_kept()

    def test_a_second_signal_or_a_kill_leaves_nothing_half_done(self):
        for how, signals in ((signal.SIGKILL, 1), (signal.SIGTERM, 50)):
            with self.subTest(how=how):
                code = self.interrupt(how, signals=signals)
                if code == 130:  # it ended before the second one came
                    self.check_kept()
                else:
                    self.assertEqual(-how, code)
                    self.assertEqual([], os.listdir(self.path("out")))

    def test_nohup_is_obeyed(self):
        """A signal that is ignored when the program starts stays ignored."""
        self.names = self.write("list.txt", "".join(scan + "\n" for scan in self.scans) * 100)
        code = self.interrupt(signal.SIGHUP, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(0, code)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            self.assertEqual(300, len(json.load(file)))


@unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full on this system")
class FullDiskTest(OutputsTest):
    """The second input is a pipe that nobody writes to: a program that goes on reading stays there."""

    def setUp(self):
        super().setUp()
        os.mkfifo(self.path("pipe.png"))

    def test_it_is_said_before_the_rest_is_read(self):
        inputs = [self.scans[0], self.path("pipe.png")]
        for form in ("text", "json", "jsonl", "tsv", "csv", "hocr"):
            with self.subTest(form=form):
                result = subprocess.run(self.command("--format", form, "-o", "/dev/full", *inputs), stdin=subprocess.DEVNULL, capture_output=True,
                                        timeout=60, check=False)
                self.check_error(result, 1, "/dev/full", "the disk is full")
                with open("/dev/full", "wb") as full:
                    result = subprocess.run(self.command("--format", form, *inputs), stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                            timeout=60, check=False)
                self.check_error(result, 1, "standard output", "the disk is full")


class SmallDiskTest(OutputsTest):
    """A file system of 64 KB, seen by these processes alone."""

    def run_on_small_disk(self, command):
        disk = self.path("disk")
        os.makedirs(disk, exist_ok=True)
        script = 'mount -t tmpfs -o size=64k none "$0" && echo old >"$0/old.txt" || exit 99; "$@"; code=$?; ls -A "$0"; cat "$0/old.txt"; exit $code'
        if shutil.which("unshare") is None:
            self.skipTest("no unshare on this system")
        result = subprocess.run(["unshare", "-m", "sh", "-c", script, disk, *command], stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                                check=False)
        if result.returncode in (1, 99) and not result.stdout:
            self.skipTest("no right to mount here")
        return result

    def test_results_that_do_not_fit(self):
        names = self.write("list.txt", "".join(scan + "\n" for scan in self.scans) * 100)
        for name, left in (("new.json", b"old.txt\nold\n"), ("old.txt", b"old.txt\nold\n")):
            result = self.run_on_small_disk(self.command("--format", "jsonl", "-o", self.path("disk", name), "@" + names))
            self.check_error(result, 1, name, "the disk is full")
            self.assertEqual(left, result.stdout, "the old file is whole, and no part of a new one is there")

    def test_pictures_that_do_not_fit(self):
        noise = random.Random(1)
        scan = self.write("large.png", png_bytes(640, 400, [noise.randbytes(640) for _ in range(400)]))  # nothing to compress
        result = self.run_on_small_disk(self.command("--annotate", self.path("disk", "seen.png"), scan))
        self.check_error(result, 1, "seen.png", "the disk is full")
        self.assertIn(b"number", result.stdout)
        self.assertTrue(result.stdout.endswith(b"\nold.txt\nold\n"), result.stdout)


if __name__ == "__main__":
    unittest.main()
