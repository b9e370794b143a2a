"""Many files in one run: pictures of lines and photographs of the samples, every twentieth broken.

    NIBBLE_BATCH_FILES=2000 python3 -m unittest -v test_batch    # as many as that; else few enough for every test run
"""

import glob
import json
import os
import subprocess
import time
import unittest

from support import INSTRUMENTED, PROGRAM, SOURCE_DIR, ProgramTest, line_picture

FILES = int(os.environ.get("NIBBLE_BATCH_FILES", "200"))
PHOTOS = sorted(glob.glob(os.path.join(SOURCE_DIR, "data", "samples", "*", "images", "*", "*.jpg")))
BROKEN_EVERY = 20


def ternary(number):
    """A number in the digits that line_picture can draw."""
    return "".join(str(number // 3**place % 3) for place in range(7, -1, -1))


def broken(number, whole):
    """Contents of a broken file and the code of its error; None is a file that is not there."""
    kinds = [(whole[:len(whole) // 2], "decode_failed"), (b"", "decode_failed"), (b"a text, not a picture\n", "decode_failed"),
             (None, "file_not_found"), (whole[:40] + bytes(len(whole) - 40), "decode_failed")]
    return kinds[number // BROKEN_EVERY % len(kinds)]


def peak_memory(pid):
    """Most memory of a running process so far, in kilobytes; what wait4 says counts the process that it was forked from."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return max((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), default=0)


class BatchTest(ProgramTest):
    def make_files(self, count):
        """Files of a folder of their own, as [(path, code of the error or None)], and a list of them."""
        photos = []
        for photo in PHOTOS:
            with open(photo, "rb") as file:
                photos.append(file.read())
        files = []
        for number in range(count):
            photo = number % 10 == 3 and photos
            whole = photos[number // 10 % len(photos)] if photo else line_picture(ternary(number), 2 + number % 3)
            content, code = broken(number, line_picture(str(number % 3))) if number % BROKEN_EVERY == 7 else (whole, None)
            name = f"in{count}/{number * 7919 % count:05}_{number}.{'jpg' if photo else 'png'}"  # in no order of names
            files.append((self.path(name) if content is None else self.write(name, content), code))
        return files, self.write(f"list{count}.txt", "".join(path + "\n" for path, _ in files))

    def read(self, names, jobs):
        """Results, lines on stderr, exit code and peak of memory in kilobytes."""
        command = [PROGRAM, "read", "--line", "--format", "jsonl", "-j", str(jobs), "@" + names]
        with open(self.path("out"), "w+b") as out, open(self.path("err"), "w+b") as err:
            with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err) as process:
                peak = 0
                while process.poll() is None:
                    peak = max(peak, peak_memory(process.pid))
                    time.sleep(0.01)
            out.seek(0)
            err.seek(0)
            return [json.loads(line) for line in out], err.read().decode().splitlines(), process.returncode, peak

    def check(self, files, results, lines, code):
        self.assertEqual(1, code, lines[:5])
        self.assertEqual([path for path, _ in files], [result["input"]["path"] for result in results], "each once, in the order of the list")
        self.assertEqual([code for _, code in files], [result.get("error", {}).get("code") for result in results])
        bad = [path for path, code in files if code]
        self.assertEqual(len(bad), len(lines))
        for path, line in zip(bad, lines):
            self.assertTrue(line.startswith(f"nibble: {path}: "), line)

    def test_all_are_accounted_for_and_memory_stays(self):
        few, few_names = self.make_files(max(40, FILES // 10))
        with open(few_names, "a", encoding="utf-8") as file:  # photographs in a row, so that two are in work at once here too
            file.write("".join(photo + "\n" for photo in PHOTOS * 2))
        many, names = self.make_files(FILES)
        self.assertEqual(FILES // BROKEN_EVERY, sum(code is not None for _, code in many))
        texts = []
        for jobs in (1, 2):
            _, _, _, least = self.read(few_names, jobs)
            results, lines, code, peak = self.read(names, jobs)
            print(f"\n  -j {jobs}: {len(few)} files {least} KB, {len(many)} files {peak} KB at most")
            self.check(many, results, lines, code)
            # It must not grow by the file. ASan keeps back what was freed.
            if not INSTRUMENTED:
                self.assertLess(peak, least * 1.1 + 2048)
            texts.append([[field["raw"] for field in result.get("fields", [])] for result in results])
        self.assertEqual(texts[0], texts[1])


if __name__ == "__main__":
    unittest.main()
