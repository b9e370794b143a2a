"""Threads, forks, Ctrl-C, the interpreter's end, memory: what can go wrong around reading."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
import unittest

import nibble
from support import PHOTO, SAMPLES, FolderTest, pictures, program, python

# Reads for some tenths of a second on end: every line of a photograph.
BUSY = """
import threading, time, sys, numpy, nibble
reader = nibble.Reader()
from PIL import Image
page = numpy.asarray(Image.open({photo!r}).convert("L"))
def work():
    while True:
        reader.read(page, template="none")
"""


class ProcessTest(FolderTest):
    def test_threads(self):
        """64 threads share one reader, and each reads what one alone does."""
        reader = nibble.Reader()
        sources = [*SAMPLES[:3], *(pictures.line_picture(text) for text in ("12.01.2012", "20.11.2001", "210.12", "0.1.2", "22.02.2020"))]
        options = [{"line": isinstance(source, bytes)} for source in sources]

        def texts(number):
            document = reader.read(sources[number], **options[number])
            return [(text.text, text.confidence) for text in (*document.fields.values(), *document.lines)]

        expected = [texts(number) for number in range(len(sources))]
        wrong = []

        def work(number):
            if texts(number) != expected[number]:
                wrong.append(number)

        threads = [threading.Thread(target=work, args=(number % len(sources),)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], wrong)

    def test_lock_is_released(self):
        """While a picture is read, other threads run: a switch of threads alone would not let them before the read's end."""
        code = BUSY.format(photo=PHOTO) + """
sys.setswitchinterval(1000)  # a thread gives up the lock on its own only after a thousand seconds
reading, done, ticks = threading.Event(), threading.Event(), 0
def one():
    reading.set()
    reader.read(page, template="none")
    done.set()
thread = threading.Thread(target=one)
thread.start()
reading.wait()
while not done.is_set():
    ticks += 1
    time.sleep(0.001)
print(ticks)
"""
        done = python(code)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertGreater(int(done.stdout), 5)

    def test_fork(self):
        """A reader made before a fork reads in the child, and the child ends, also while the parent's other threads read."""
        code = BUSY.format(photo=PHOTO) + """
import os
expected = reader.read({photo!r}).fields["surname"].text
threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
for _ in range(3):
    child = os.fork()
    if child == 0:
        sys.exit(0 if reader.read({photo!r}).fields["surname"].text == expected else 9)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(8)
""".format(photo=PHOTO)
        done = python(code)
        self.assertEqual(0, done.returncode, done.stderr)

    def test_multiprocessing(self):
        code = f"""
import multiprocessing, nibble
reader = nibble.Reader()
def surname(path):
    return reader.read(path).fields["surname"].text
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(surname, [{PHOTO!r}] * 4))
"""
        done = python(code)
        self.assertEqual(str(["LINDNESCU"] * 4), done.stdout.strip(), done.stderr)

    def test_end_of_the_interpreter(self):
        """Threads that read as the program ends are waited for; none crashes it."""
        code = BUSY.format(photo=PHOTO) + """
def fail():
    while True:
        try:
            reader.read(b"broken")
        except nibble.Error:
            pass
for target in (work, work, fail, fail):
    threading.Thread(target=target, daemon=True).start()
time.sleep(0.3)
"""
        for _ in range(6):
            done = python(code)
            self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_read_as_the_interpreter_ends(self):
        code = f"""
import atexit
def late():
    try:
        reader.read({PHOTO!r})
    except nibble.Error as error:
        print(error)
atexit.register(late)  # the last one, since nibble's own comes after it
import nibble
reader = nibble.Reader()
"""
        self.assertEqual("the interpreter is ending: nothing more is read\n", python(code).stdout)

    def test_interrupt(self):
        """Ctrl-C ends read_many and read_pages with KeyboardInterrupt, long before all is read."""
        pages = self.write("pages.tiff", pictures.tiff_bytes([[bytes([230]) * 500 for _ in range(400)]] * 300))
        for call in (f"list(reader.read_many([{PHOTO!r}] * 100000, jobs=2))", f"reader.read_pages({pages!r}, template='none')"):
            code = f"import nibble\nreader = nibble.Reader()\nprint('ready', flush=True)\ntry:\n    {call}\nexcept KeyboardInterrupt:\n    print('interrupted')\n"
            with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
                self.assertEqual("ready\n", process.stdout.readline())
                time.sleep(0.3)
                self.assertIsNone(process.poll(), call)
                process.send_signal(signal.SIGINT)
                self.assertEqual("interrupted\n", process.communicate(timeout=60)[0])
                self.assertEqual(0, process.returncode)

    def test_memory_does_not_grow(self):
        """Not by reads, results, drawings or errors."""
        reader = nibble.Reader()
        line = pictures.line_picture()
        card = pictures.picture()

        def round_of(count):
            for _ in range(count):
                document = reader.read(line, line=True)
                document.to_dict()
                document.lines, document.fields, document.annotate()
                reader.read(card, template="none")
                try:
                    reader.read(b"broken")
                except nibble.Error:
                    pass

        round_of(200)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        round_of(int(os.environ.get("NIBBLE_PYTHON_READS", "600")))
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 3000)  # KiB; a leaked document has 5 or more

    def test_import_loads_little(self):
        done = python("import sys, nibble\nprint([name for name in ('numpy', 'PIL', 'json.tool', 'ray', 'starlette') if name in sys.modules])")
        self.assertEqual("[]", done.stdout.strip(), done.stderr)

    def test_without_numpy(self):
        code = f"import sys\nsys.modules['numpy'] = None\nimport nibble\ndocument = nibble.Reader().read({PHOTO!r})\nprint(document.fields['surname'].text)\n" \
               "try:\n    document.annotate()\nexcept nibble.Error as error:\n    print(error)"
        done = python(code)
        self.assertEqual(["LINDNESCU", "annotate() makes an array: install numpy"], done.stdout.splitlines(), done.stderr)

    def test_python_m(self):
        for arguments, code in ((("--version",), 0), (("read", "--format", "tsv", PHOTO), 0), (("read", "/nowhere"), 1), ((), 2)):
            done = subprocess.run([sys.executable, "-m", "nibble", *arguments], capture_output=True, check=False, timeout=120)
            self.assertEqual(code, done.returncode, done.stderr)
            self.assertEqual(program(*arguments, expect=code).split(b"\t")[:2], done.stdout.split(b"\t")[:2])


if __name__ == "__main__":
    unittest.main()
