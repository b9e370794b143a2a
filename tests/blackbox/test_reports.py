"""The pages of nibble eval --html and nibble bench report: what stands in them, that they stand alone, and how they show in a browser."""

import html.parser
import json
import os
import random
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

import browser
from support import SOURCE_DIR, ProgramTest, picture, run

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
PRECISIONS = ("f32", "int8", "int4")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HOSTILE = "<script>alert(1)</script>&\"'"
SIZES = {"desktop": (1280, 900, False), "phone": (390, 844, True)}


class Page(html.parser.HTMLParser):
    """Parses a page; `problems` lists what is not balanced or reaches out of the page."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.problems = []
        self.tags = []
        self.text = ""
        self.feed(text)
        self.close()
        self.problems += [f"{tag} is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "iframe", "object", "embed", "base"):
            self.problems.append(f"there is a {tag}")
        for name, value in attributes:
            if name in ("src", "href", "srcset", "action", "data", "poster", "xlink:href") and not value.startswith(("data:", "#")):
                self.problems.append(f"{tag} {name}={value}")
            if name.startswith("on") or (name == "style" and "url(" in value):
                self.problems.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"/{tag} closes nothing, or another")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.problems += re.findall(r"@import|url\(|https?:", data)
        else:
            self.text += data + "\n"


def places(value, place=()):
    """Where each value stands, as keys from the outermost; of a list the first alone."""
    inner = value.items() if isinstance(value, dict) else list(enumerate(value))[:1] if isinstance(value, list) else ()
    return [place] * bool(place) + [found for key, item in inner for found in places(item, (*place, key))]


def replaced(value, place, other):
    """A copy with another value at a place."""
    if not place:
        return other
    value = dict(value) if isinstance(value, dict) else list(value)
    value[place[0]] = replaced(value[place[0]], place[1:], other)
    return value


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def bench_result():
    """What nibble bench --json writes, in small; figures are made up."""
    kernels = [(isa, precision) for isa in ("portable", "fastest") for precision in PRECISIONS]
    shapes = [(256, 32, 288), (512, 64, 576)]
    gemm = [{"isa": isa, "precision": precision, "m": m, "n": n, "k": k, "median_us": 10.5, "min_us": 10, "p95_us": 11, "gops": 40.0 + len(isa),
             "share_of_peak": 0.5} for isa, precision in kernels for m, n, k in shapes]
    times = {"f32": 4.0, "int8": 2.0, "int4": 1.0}
    return {"environment": {"cpu": "Test CPU " + HOSTILE, "isa": ["portable", "fastest"], "load": 0.1, "compiler": "12"},
            "peaks": [{"isa": isa, "precision": precision, "gops": 88.0} for isa, precision in kernels], "gemm": gemm,
            "peers": [{"name": "onednn", "isa": "fastest", "precision": "int8", "m": 256, "n": 32, "k": 288, "gops": 39.0}],
            "net": [{"isa": isa, "precision": precision, "width": width, "median_ms": times[precision] * width / 256, "min_ms": 0.9,
                     "p95_ms": 1.1 * times[precision] * width / 256, "model_bytes": 1234567} for isa, precision in kernels for width in (128, 256)],
            "net_layers": [{"isa": isa, "precision": precision, "width": 256, "layer": layer, "median_us": 100 * times[precision]}
                           for isa, precision in kernels for layer in ("conv1", "conv2", "scores")]}


def pipeline_result():
    stages = ("decode", "rectify", "crop", "normalize", "network", "text")
    memory = [{"precision": precision, "rss_mb": 20.5 + i, "start_ms": 31.0} for i, precision in enumerate(PRECISIONS)]
    return {"environment": {"cpu": "Test CPU", "isa": ["fastest"], "load": 0.2, "compiler": "12"}, "fields_per_document": 8,
            "pipeline": [{"precision": precision, "stage": stage, "median_ms": 4.0} for precision in PRECISIONS for stage in stages],
            "memory": memory[-1], "memory_by_precision": memory}


class ShippedPages(unittest.TestCase):
    """Both pages, of the shipped models on the shipped specimens."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="nibble-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.baseline = os.path.join(cls.folder, "baseline.json")
        cls.eval_json = os.path.join(cls.folder, "eval.json")
        cls.eval_html = os.path.join(cls.folder, "eval.html")
        cls.bench_html = os.path.join(cls.folder, "bench.html")
        precisions = ("--precision", ",".join(PRECISIONS))
        cls.results = [run("eval", SAMPLES, *precisions, "--perturb", "shift_y=3", "--json", cls.baseline),
                       cls.compare(precisions)]
        files = []
        for name, result in (("net.json", bench_result()), ("pipeline.json", pipeline_result())):
            files.append(os.path.join(cls.folder, name))
            with open(files[-1], "w", encoding="utf-8") as file:
                json.dump(result, file)
        cls.results.append(run("bench", "report", *files, "--eval", cls.eval_json, "--html", cls.bench_html))
        for result in cls.results:
            if result.returncode != 0:
                raise RuntimeError(result.stderr.decode())

    @classmethod
    def compare(cls, precisions):
        """The run beside a worse one, which is made to say that it was read alike: otherwise it would be refused."""
        with open(cls.baseline, encoding="utf-8") as file:
            worse = json.load(file)
        worse["options"]["perturbations"] = []
        with open(cls.baseline, "w", encoding="utf-8") as file:
            json.dump(worse, file)
        return run("eval", SAMPLES, *precisions, "--json", cls.eval_json, "--html", cls.eval_html, "--baseline", cls.baseline,
                   "--max-drop", "100")

    def test_pages_stand_alone(self):
        for path in (self.eval_html, self.bench_html):
            with self.subTest(path=os.path.basename(path)):
                page = Page(read(path))
                self.assertEqual([], page.problems)
                self.assertIn("svg", page.tags)
                self.assertLess(os.path.getsize(path), 3_000_000)

    def test_the_evaluation_shows_its_figures(self):
        page = Page(read(self.eval_html))
        result = json.loads(read(self.eval_json))
        for precision in PRECISIONS:
            figures = result["precisions"][precision]
            self.assertIn(f"{100 * figures['all']['exact_norm']:.1f} %", page.text)
            self.assertIn(f"PCR {100 * figures['all']['pcr']:.2f} %", page.text)
            self.assertIn(result["environment"]["models"][precision]["digest"], page.text)
            for part in ("groups", "conditions", "types"):
                for name in figures[part]:
                    self.assertIn(f"\n{name}\n", page.text)
        for phone in ("A (iPhone 5)", "S (Galaxy S3)"):
            self.assertIn(phone, page.text)
        self.assertIn("--max-drop 100", page.text)
        self.assertIn(f"Commit\n{result['environment']['commit']}\n", page.text)
        self.assertIn(result["environment"]["cpu"], page.text)
        self.assertIn("img", page.tags)

    def test_the_commit_is_one_of_this_checkout(self):
        commit = json.loads(read(self.eval_json))["environment"]["commit"]
        known = subprocess.run(["git", "-C", SOURCE_DIR, "rev-parse", "--show-toplevel"], capture_output=True, text=True, check=False).stdout.strip()
        if os.path.realpath(known or "/") != os.path.realpath(SOURCE_DIR):
            self.assertEqual("unknown", commit)
            return
        self.assertRegex(commit, "^[0-9a-f]{12,}(-dirty)?$")
        kind = subprocess.run(["git", "-C", SOURCE_DIR, "cat-file", "-t", commit.removesuffix("-dirty")], capture_output=True, text=True, check=False)
        self.assertEqual("commit", kind.stdout.strip())

    def test_the_baseline_is_paired_field_by_field(self):
        before, now = json.loads(read(self.baseline)), json.loads(read(self.eval_json))
        self.assertEqual(before["fields"]["keys"], now["fields"]["keys"])
        page = read(self.eval_html)
        section = page[page.index('id="Against-the-baseline"'):page.index('id="Precisions"')]
        for precision in PRECISIONS:
            self.assertEqual(now["precisions"][precision]["all"]["n"], len(now["fields"]["right"][precision]))
            share = now["fields"]["right"][precision].count("1") / len(now["fields"]["right"][precision])
            self.assertAlmostEqual(now["precisions"][precision]["all"]["exact_norm"], share)
            pairs = list(zip(before["fields"]["right"][precision], now["fields"]["right"][precision]))
            gained, lost = pairs.count(("0", "1")), pairs.count(("1", "0"))
            self.assertGreater(gained + lost, 0, "the disturbed baseline should read some field differently")
            row = re.search(rf">{precision}</th>.*", section).group()
            self.assertRegex(row, rf">{gained}</td><td[^>]*>{lost}</td>")

    def test_speed_and_accuracy_share_rows(self):
        page = read(self.bench_html)
        eval_result = json.loads(read(self.eval_json))
        section = page[page.index('id="Speed-and-accuracy"'):page.index('id="How-much-faster"')]
        for i, precision in enumerate(PRECISIONS):
            time = {"f32": "4.000", "int8": "2.000", "int4": "1.000"}[precision]
            row = re.search(rf">{precision}</th><td>fastest</td>.*", section).group()
            pcr = f"{100 * eval_result['precisions'][precision]['all']['pcr']:.2f}"
            for cell in (time, "2.00", "1235", f"{20.5 + i:.1f}", pcr):
                self.assertIn(f">{cell}</td>", row)
        self.assertRegex(page, r"int4 against f32</th><td>fastest</td><td[^>]*>4\.00</td><td[^>]*>75\.0</td><td[^>]*>300\.0</td>")
        self.assertRegex(page, r"int4 against int8</th><td>fastest</td><td[^>]*>2\.00</td><td[^>]*>50\.0</td><td[^>]*>100\.0</td>")
        self.assertIn("onednn fastest<small>other library</small>", page)

    def test_in_a_browser(self):
        if browser.CHROMIUM is None:
            self.skipTest("BROWSER PART SKIPPED, no Chromium here (scripts/setup.sh reports installs it): the pages were only parsed")
        window = browser.Browser()
        self.addCleanup(window.close)
        keep = os.environ.get("NIBBLE_SCREENSHOTS")
        for path in (self.eval_html, self.bench_html):
            for name, (width, height, mobile) in SIZES.items():
                with self.subTest(page=os.path.basename(path), size=name):
                    window.open(path, width, height, mobile)
                    self.assertEqual(width, window.evaluate("innerWidth"))
                    self.assertLessEqual(window.evaluate("document.documentElement.scrollWidth"), width)
                    wide = "[...document.querySelectorAll('.table')].filter(table => table.scrollWidth > table.clientWidth).length"
                    self.assertEqual(0, window.evaluate(wide), "tables that do not fit")
                    self.assertEqual([], [url for url in window.requests() if not url.startswith(("data:", "file://" + path))])
                    self.assertEqual([], window.complaints())
                    self.assertTrue(window.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"))
                    if keep:
                        window.screenshot(os.path.join(keep, f"{os.path.basename(path)[:-5]}-{name}.png"))


class HostileData(ProgramTest):
    """Names and texts that are markup show as text."""

    def test_everything_is_escaped(self):
        data = self.path("<b>data&amp;")
        name = "<i>type"
        box = [[20, 20], [170, 20], [170, 45], [20, 45]]
        self.write(f"<b>data&amp;/{name}/ground_truth/{name}.json", {"<u>field": {"value": HOSTILE, "quad": box}})
        self.write(f"<b>data&amp;/{name}/images/{name}.png", picture(320, 200, 1))
        self.write(f"<b>data&amp;/{name}/images/TA/TA01_01.png", picture(320, 200, 2))
        self.write(f"<b>data&amp;/{name}/ground_truth/TA/TA01_01.json", {"quad": [[10, 12], [300, 8], [318, 195], [5, 190]]})
        result = run("eval", data, "--model", self.model, "--precision", "f32", "--html", self.path("e.html"))
        self.assertEqual(0, result.returncode, result.stderr)
        page = Page(read(self.path("e.html")))
        self.assertEqual([], page.problems)
        self.assertNotIn("u", page.tags)
        for text in (HOSTILE, name, "<u>field", "<b>data&amp;"):
            self.assertIn(text, page.text)

    def test_bench_results_are_not_trusted(self):
        result = bench_result()
        for key in ("gemm", "net", "peers", "net_layers", "peaks"):
            result[key] += [7, None, {}, {"isa": HOSTILE, "precision": HOSTILE, "layer": HOSTILE, "gops": "x", "median_us": 1, "median_ms": -1}]
        result["net"].append({"isa": HOSTILE, "precision": "int4", "width": 256, "median_ms": 1.0})
        written = run("bench", "report", self.write("b.json", result))
        page = Page(written.stdout.decode())
        self.assertEqual([], page.problems)
        self.assertIn(HOSTILE, page.text)

    def test_files_that_are_no_results(self):
        good = self.write("b.json", bench_result())
        self.check_error(run("bench", "report", self.write("x.json", "[]")), 1, "x.json")
        self.check_error(run("bench", "report", good, self.write("x.json", {"a": 1})), 1, "x.json")
        self.check_error(run("bench", "report", good, "--eval", self.write("x.json", {"a": 1})), 1, "x.json")
        self.check_error(run("bench", "report", good, "--eval", self.path("none.json")), 1, "none.json")

    def test_whatever_stands_in_a_result_no_library_speaks(self):
        """Each value of a benchmark's and of an evaluation's result, replaced by one of another type."""
        good = self.write("b.json", bench_result())
        whole = {"bench": bench_result(), "eval": {"dataset": "d", "precisions": {"int4": {"all": {"exact_norm": 0.5, "pcr": 0.5}}},
                                                   "environment": {"models": {"int4": {"name": "n", "digest": "d"}}}}}
        for kind, value in whole.items():
            for place in places(value):
                for other in (None, 7, -1e300, "text", [], [[1]], {}, {"a": {"b": []}}):
                    spoilt = self.write("x.json", replaced(value, place, other))
                    arguments = [spoilt] if kind == "bench" else [good, "--eval", spoilt]
                    result = run("bench", "report", *arguments)
                    with self.subTest(kind=kind, place=place, other=other):
                        self.assertIn(result.returncode, (0, 1))
                        if result.returncode == 1:
                            self.check_error(result, 1, "x.json")
                        self.assertNotIn(b"json.exception", result.stderr)

    def test_broken_json_is_told_in_our_words(self):
        good = self.write("b.json", bench_result())
        for content in ("{\"a\": ", "{\"a\": 1e999}", "\"\\ud800\"", b"\xff", "", "{]", "[" * 100000, "nan"):
            bad = self.write("x.json", content)
            for arguments in ([bad], [good, bad], [good, "--eval", bad]):
                with self.subTest(content=content[:20], arguments=len(arguments)):
                    line = self.check_error(run("bench", "report", *arguments), 1, "x.json")
                    self.assertRegex(line, "JSON|out of range|16 levels")
                    for word in ("parse error", "exception", "syntax", "nlohmann", "last read"):
                        self.assertNotIn(word, line)

    def test_a_disturbed_measurement_is_told(self):
        quiet = run("bench", "report", self.write("b.json", bench_result())).stdout.decode()
        self.assertNotIn('class="warning"', quiet)
        result = bench_result()
        result["environment"]["load"] = 0.9
        result["net"][0]["p95_ms"] = 2 * result["net"][0]["median_ms"]
        result["gemm"][0]["share_of_peak"] = 1.3  # of the portable kernels, whose peak says little
        result["gemm"][8]["share_of_peak"] = 1.3
        page = Page(run("bench", "report", self.write("b.json", result)).stdout.decode())
        self.assertIn("load 0.9", page.text)
        self.assertRegex(page.text, r"in 1 of \d+ measurements")
        self.assertIn("1 of the products ran faster than the peak", page.text)


class Gate(ProgramTest):
    """A worse model does not pass."""

    def disturbed(self, precision):
        """The shipped model with the weights of one layer in another order."""
        with open(os.path.join(SOURCE_DIR, "data", "models", f"nibble-{precision}.safetensors"), "rb") as file:
            data = bytearray(file.read())
        size = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + size])
        names = [layer["name"] + ".weight" for layer in json.loads(header["__metadata__"]["graph"])["layers"]]
        first, last = header[names[len(names) // 2]]["data_offsets"]
        step = 4 if precision == "f32" else 1
        cells = [bytes(data[8 + size + i:8 + size + i + step]) for i in range(first, last, step)]
        random.Random(1).shuffle(cells)
        data[8 + size + first:8 + size + last] = b"".join(cells)
        return self.write(f"disturbed-{precision}.safetensors", bytes(data))

    def test_a_disturbed_layer_fails_the_gate(self):
        for precision in ("f32", "int4"):
            with self.subTest(precision=precision):
                baseline = self.path("baseline.json")
                command = ("eval", SAMPLES, "--limit", "2", "--precision", precision)
                self.assertEqual(0, run(*command, "--json", baseline).returncode)
                gate = ("--baseline", baseline, "--max-drop", "2", "--html", self.path("page.html"))
                same = run(*command, *gate)
                self.assertEqual((0, b""), (same.returncode, same.stderr))
                worse = run(*command, "--model", self.disturbed(precision), *gate)
                self.assertEqual(4, worse.returncode, worse.stderr)
                self.assertIn(f"{precision}: exact_norm fell by".encode(), worse.stderr)
                page = Page(read(self.path("page.html")))
                self.assertEqual([], page.problems)
                self.assertIn(f"{precision}: exact_norm fell by", page.text)
                self.assertIn("Right in the baseline, wrong now", page.text)


if __name__ == "__main__":
    unittest.main()
