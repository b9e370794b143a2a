"""The page of nibble read --review in a browser, worked by keyboard alone: what it saves, that it holds at 10,000 fields, and that nothing
that was read runs or leaves it."""

import http.server
import json
import os
import stat
import threading
import unittest

import browser
from json_schema import schema_problems
from support import ALPHABET, INSTRUMENTED, PROGRAM, SOURCE_DIR, ProgramTest, graph, model_bytes, model_metadata, picture, run, template, tiff_bytes
from test_escapes import DIRECTIONS, IN_FILES, IN_TEMPLATES, unprintable

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
CARD = os.path.join(SAMPLES, "01_norravia_id")
PHOTO = os.path.join(CARD, "images", "TA", "TA01_01.jpg")
CORNERS = os.path.join(CARD, "ground_truth", "TA", "TA01_01.json")
MACHINE = {"by": "machine"}
SIZES = {"desktop": (1280, 900, False), "phone": (390, 844, True)}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def by_machine(result):
    """A result that nobody has touched, as the page saves it."""
    if result["status"] != "ok":
        return result
    return {**result, **{part: [{**entry, "review": MACHINE} for entry in result[part]] for part in ("fields", "lines")}}


class ReviewTest(ProgramTest):
    """Tests with a browser; `read` writes page and results of one run."""

    def setUp(self):
        super().setUp()
        if browser.CHROMIUM is None:
            self.skipTest("SKIPPED, no Chromium here (scripts/setup.sh reports installs it)")
        self.page, self.results = self.path("check.html"), self.path("machine.json")
        os.mkdir(self.path("saved"))
        self.schema = load(os.path.join(SOURCE_DIR, "data", "schema", "result.schema.json"))

    def read(self, *arguments, form="json", code=0):
        result = run("read", "--format", form, "-o", self.results, "--review", self.page, *arguments)
        self.assertEqual(code, result.returncode, result.stderr)
        if form == "json":
            return load(self.results)
        with open(self.results, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def open(self, width=1280, height=900, mobile=False):
        self.window = browser.Browser()
        self.addCleanup(self.window.close)
        self.window.open(self.page, width, height, mobile)
        return self.window

    def type(self, text):
        """Replaces what stands in the input that has the focus."""
        self.window.press("End")
        for _ in self.window.evaluate("document.activeElement.value"):
            self.window.press("Backspace")
        for character in text:
            self.window.press(character)

    def focused(self):
        """The name of the text whose input has the focus."""
        return (self.window.evaluate("document.activeElement.getAttribute('aria-label')") or "").split(",")[0]

    def save(self, *keys):
        path = self.window.save_by(self.path("saved"), *keys)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual([], unprintable(text, "\n"))
        results = [json.loads(line) for line in text.splitlines()] if path.endswith("l") else json.loads(text)
        for result in results if isinstance(results, list) else [results]:
            self.assertEqual([], schema_problems(result, self.schema, self.schema))
        return results

    def check_alone(self):
        """Nothing was asked for but the page itself, and nothing was refused or thrown."""
        outside = [url for url in self.window.requests() if not url.startswith(("data:", "file://", "blob:null/"))]
        self.assertEqual(([], []), (outside, self.window.complaints()))


class KeyboardTest(ReviewTest):
    def test_two_corrected_and_the_rest_accepted(self):
        machine = self.read("--template", "norravia_id", "--quad-json", CORNERS, PHOTO)
        doubt = {field["name"]: (field["decision"] == "accept", field["confidence"]) for field in machine["fields"]}
        self.assertIn(False, [accepted for accepted, _ in doubt.values()], "the sample should hold a doubtful field")
        self.open()
        corrections = {"surname": ("LÏND O'NESCU", "LÏND O'NESCU"), "birth_date": ("24.04.1992", "1992-04-24")}
        visited = []
        while (name := self.focused()) in doubt and name not in visited:
            visited.append(name)
            if name in corrections:
                self.type(corrections[name][0])
            self.window.press("Enter")
        self.assertEqual(sorted(doubt, key=doubt.get), visited, "doubtful ones first, the least likely first")
        self.assertEqual("save", self.window.evaluate("document.activeElement.id"))
        saved = self.save("Enter")
        for field in machine["fields"]:
            as_read = {key: field[key] for key in ("text", "value", "confidence", "decision")}
            field.update(decision="accept", confidence=1, review={"by": "person", "action": "accepted", "as_read": as_read})
            if field["name"] in corrections:
                field["text"], field["value"] = corrections[field["name"]]
                field["review"]["action"] = "corrected"
        self.assertEqual(machine, saved)
        self.check_alone()

    def test_untouched_it_is_what_the_machine_said(self):
        machine = self.read(PHOTO)
        self.open()
        self.assertEqual(by_machine(machine), self.save("s", "Control"))
        self.check_alone()

    def test_alternatives_rejecting_and_undoing(self):
        machine = self.read("--template", "none", PHOTO)
        self.open()
        shown = "[...document.activeElement.closest('.row').querySelectorAll('.alternatives .text')].map(text => text.textContent)"
        decided = {}
        for what in ("alternative", "rejected", "undone", "retyped"):
            while not self.window.evaluate(shown):
                self.window.press("ArrowDown")
            name, text = self.focused(), self.window.evaluate("document.activeElement.value")
            alternative = self.window.evaluate(shown)[0]
            self.assertNotEqual(text, alternative)
            if what == "rejected":
                self.window.press("0", "Alt")
            else:
                self.window.press("1", "Alt")
                self.assertEqual(alternative, self.window.evaluate("document.activeElement.value"))
                if what == "undone":
                    self.window.press("Escape")
                    self.assertEqual(text, self.window.evaluate("document.activeElement.value"))
                elif what == "retyped":
                    self.type(text)
                self.window.press("ArrowDown")
            decided[name] = (what, text, alternative)
        saved = self.save("s", "Control")
        texts = {field["name"]: field for field in saved["fields"]} | {f"line{i + 1:02}": line for i, line in enumerate(saved["lines"])}
        for name, (what, text, alternative) in decided.items():
            with self.subTest(what=what):
                entry = texts[name]
                if what == "alternative":
                    self.assertEqual((alternative, "accept", 1), (entry["text"], entry["decision"], entry["confidence"]))
                    self.assertEqual(("corrected", text), (entry["review"]["action"], entry["review"]["as_read"]["text"]))
                elif what == "rejected":
                    self.assertEqual((text, "reject"), (entry["text"], entry["decision"]))
                    self.assertEqual(("person", "rejected"), (entry["review"]["by"], entry["review"]["action"]))
                else:
                    self.assertEqual((text, MACHINE), (entry["text"], entry["review"]))
        changed = [entry for part in ("fields", "lines") for entry in saved[part] if entry["review"] != MACHINE]
        self.assertGreaterEqual(len(changed), 2)
        self.assertEqual(len(machine["lines"]), len(saved["lines"]))

    def test_going_on_with_what_was_saved(self):
        self.read("--template", "norravia_id", "--quad-json", CORNERS, PHOTO)
        self.open()
        self.type("ELSEWHERE")
        self.window.press("Enter")
        self.window.press("0", "Alt")
        self.window.press("Enter")
        saved = self.save("s", "Control")
        self.assertEqual(["accepted", "corrected", "rejected"], sorted(field["review"]["action"] for field in saved["fields"]
                                                                       if field["review"] != MACHINE))
        name = self.path("saved", "kept.json")
        os.rename(self.path("saved", "check.reviewed.json"), name)
        self.window.open(self.page, 1280, 900, False)
        for path, said in ((self.write("other.json", "{}"), "other.json is not what this page saved"), (name, "3 decisions taken over")):
            self.choose_file("#open", path)
            self.window.wait_until(f"document.getElementById('said').textContent.includes({json.dumps(said)})")
        self.assertEqual(saved, self.save("s", "Control"))
        self.check_alone()

    def choose_file(self, selector, path):
        root = self.window.call("DOM.getDocument")["root"]["nodeId"]
        self.window.call("DOM.setFileInputFiles", files=[path], nodeId=self.window.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])

    def test_a_line_that_is_a_field_shares_its_correction(self):
        machine = self.read("--template", "none", PHOTO)
        whole = {field["name"]: [i for i, line in enumerate(machine["lines"]) if line["field"] == field["name"] and line["text"] == field["text"]]
                 for field in machine["fields"]}
        name = next(name for name, lines in whole.items() if lines)
        self.open()
        while self.focused() != name:
            self.window.press("ArrowDown")
        self.type("ANOTHER")
        saved = self.save("s", "Control")
        field = next(field for field in saved["fields"] if field["name"] == name)
        for entry in (field, saved["lines"][whole[name][0]]):
            self.assertEqual(("ANOTHER", "corrected"), (entry["text"], entry["review"]["action"]))
        self.assertEqual(1, sum(entry["review"] != MACHINE for entry in saved["lines"]))


class FormsTest(ReviewTest):
    """What is read in other ways, and what could not be read."""

    def test_pages_and_failed_inputs(self):
        card, missing = self.write("card.json", template()), self.path("missing.png")
        pages = self.write("pages.tif", tiff_bytes([[bytes([level]) * 320] * 200 for level in (210, 230)]))
        broken = self.write("broken.png", b"\x89PNG\r\n\x1a\nno picture")
        machine = self.read("--model", self.model, "--template", card, "-j", "2", self.write("scan.png", picture()), missing, pages, broken,
                            form="jsonl", code=1)
        self.assertEqual(["ok", "error", "ok", "ok", "error"], [result["status"] for result in machine])
        self.open()
        self.assertEqual([by_machine(result) for result in machine], self.save("s", "Control"))
        failed = self.window.evaluate("document.getElementById('failed').innerText")
        for result in (machine[1], machine[4]):
            self.assertIn(result["input"]["path"], failed)
            self.assertIn(result["error"]["message"], failed)
        self.assertIn("pages.tif, page 2", self.window.evaluate("document.getElementById('rows').innerText"))
        self.check_alone()

    def test_nothing_but_failures(self):
        machine = self.read(self.path("none.png"), code=1)
        self.open()
        self.assertEqual("There is no text to check.", self.window.evaluate("document.getElementById('progress').textContent"))
        self.assertEqual(machine, self.save("s", "Control"))

    def test_an_array_stays_one(self):
        machine = self.read("--model", self.model, "--line", os.path.dirname(self.write("lines/one.png", picture(120, 32))))
        self.assertIsInstance(machine, list)
        self.open()
        self.assertEqual([by_machine(machine[0])], self.save("s", "Control"))
        self.assertTrue(self.window.evaluate("document.querySelector('.row img').naturalWidth > 0"))

    def test_a_clip(self):
        machine = self.read("--clip", PHOTO, os.path.join(CARD, "images", "KS", "KS01_01.jpg"))
        self.open()
        self.assertEqual(by_machine(machine), self.save("s", "Control"))
        self.assertTrue(self.window.evaluate("[...document.images].length > 5 && [...document.images].every(image => image.naturalWidth > 0)"))


class ManyTest(ReviewTest):
    def test_ten_thousand_fields(self):
        """250 fields of 40 pictures. Only a window of them is laid out."""
        fields = {f"f{i:03}": (4 + 30 * (i % 10), 2 + 7 * (i // 10), 28 + 30 * (i % 10), 8 + 7 * (i // 10)) for i in range(250)}
        card = self.write("card.json", template(fields=fields))
        scans = [self.write(f"scan{i:02}.png", picture(seed=i % 4)) for i in range(40)]
        machine = self.read("--model", self.model, "--template", card, *scans)
        self.assertEqual(10_000, sum(len(result["fields"]) for result in machine))
        window = self.open()
        order = sorted((field["confidence"], i, j) for i, result in enumerate(machine) for j, field in enumerate(result["fields"]))
        self.assertIn("0 of 10,000 decided", window.evaluate("document.getElementById('progress').textContent"))
        for _ in range(30):
            window.press("PageDown")
        self.assertEqual("601 to 620 of 10,000", window.evaluate("document.getElementById('place').textContent"))
        for _ in range(45):
            window.press("Enter")
        window.press("ArrowUp")
        self.assertEqual("641 to 660 of 10,000", window.evaluate("document.getElementById('place').textContent"))
        self.assertIn("45 of 10,000 decided", window.evaluate("document.getElementById('progress').textContent"))
        self.assertLess(window.evaluate("document.getElementById('review').querySelectorAll('*:not(script)').length"), 1000)
        saved = self.save("s", "Control")
        person = {(i, j) for i, result in enumerate(saved) for j, field in enumerate(result["fields"]) if field["review"]["by"] == "person"}
        least, most = order[600][0], order[644][0]
        self.assertEqual(45, len(person))
        self.assertTrue(all(least - 1e-4 <= machine[i]["fields"][j]["confidence"] <= most + 1e-4 for i, j in person))
        for i, result in enumerate(machine):
            for j, field in enumerate(result["fields"]):
                self.assertEqual(field["text"], saved[i]["fields"][j]["text"])
        self.check_alone()

    @unittest.skipIf(INSTRUMENTED, "ASan takes memory of its own")
    def test_memory_does_not_grow_with_the_batch(self):
        card = self.write("card.json", template(fields={f"f{i}": (4, 4 + 18 * i, 300, 20 + 18 * i) for i in range(10)}))
        scan = self.write("scan.png", picture())
        peaks, sizes = [], []
        for times in (20, 400):
            names = self.write("list.txt", (scan + "\n") * times)
            command = ["read", "--model", self.model, "--template", card, "-o", self.results, "--review", self.page, "@" + names]
            peaks.append(self.peak(command))
            sizes.append(os.path.getsize(self.page) >> 10)
        self.assertGreater(sizes[1] - sizes[0], 8 << 10, f"{sizes} KB")
        self.assertLess(peaks[1] - peaks[0], (sizes[1] - sizes[0]) / 4, f"{peaks} KB for {sizes} KB")

    def peak(self, command):
        """Most memory that a run of the program took, in KB."""
        process = os.posix_spawn(PROGRAM, [PROGRAM, *command], os.environ)
        _, status, usage = os.wait4(process, 0)
        self.assertEqual(0, status)
        return usage.ru_maxrss


class Counter(http.server.BaseHTTPRequestHandler):
    """Counts the requests that reach it."""

    paths = []

    def do_GET(self):
        self.paths.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_):
        pass


class HostileTest(ReviewTest):
    FILES = ("</script><script>window.hostile=2</script>", "<!--<script>", "<img src=x onerror=window.hostile=3>")

    def hostile_page(self):
        """A page whose every text tries to become markup, to run or to turn the direction of text."""
        alphabet = list(DIRECTIONS) + list("<>/\"'&") + ALPHABET[16:20]
        model = self.write("model.safetensors", model_bytes(metadata=model_metadata(graph(len(alphabet) + 1), alphabet)))
        names = ["' onfocus='window.hostile=1", "&lt;b&gt;", "f" + IN_TEMPLATES]
        card = self.write("card.json", json.dumps(template(fields={name: (20, 20 + 40 * i, 200, 50 + 40 * i) for i, name in enumerate(names)}),
                                                  ensure_ascii=False))
        scans = [self.write(name + IN_FILES + ".png", picture()) for name in self.FILES]  # a "/" is a folder's
        machine = self.read("--model", model, "--template", card, *scans, self.path("<b onclick=window.hostile=4>" + IN_FILES), code=1)
        self.assertTrue(unprintable("".join(field["text"] for field in machine[0]["fields"])), "the model should read such characters")
        return machine, names

    def test_nothing_that_was_read_runs(self):
        machine, names = self.hostile_page()
        with open(self.page, encoding="utf-8") as file:
            self.assertEqual([], unprintable(file.read(), "\n"))
        window = self.open()
        self.assertIsNone(window.evaluate("window.hostile"))
        self.assertEqual(9, window.evaluate("document.querySelectorAll('.row').length"))
        self.assertEqual(0, window.evaluate("document.querySelectorAll('.what b *, .what small *, #failed li * *').length"))
        text = window.evaluate("document.getElementById('review').innerText + [...document.querySelectorAll('input')].map(input => input.value)")
        self.assertEqual([], unprintable(text, "\n\t"))
        for name in (*names[:2], *self.FILES):
            self.assertIn(name, text)
        self.assertIn("\ufffd", text)
        self.assertEqual([by_machine(result) for result in machine], self.save("s", "Control"))
        self.check_alone()

    def test_its_policy_lets_nothing_run_or_leave(self):
        """Even a script that came in could do nothing: it is not run, and what asks for something is refused."""
        self.hostile_page()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        window = self.open()
        url = f"http://127.0.0.1:{server.server_port}/"
        window.evaluate("{ const script = document.createElement('script'); script.textContent = 'window.ran = 1'; document.body.append(script); }")
        self.assertIsNone(window.evaluate("window.ran"))
        window.evaluate(f"""fetch('{url}fetch').catch(() => {{}}); navigator.sendBeacon('{url}beacon', 'x'); new Image().src = '{url}image';
            for (const [tag, name, more] of [['script', 'src'], ['iframe', 'src'], ['link', 'href', 'stylesheet'], ['object', 'data']]) {{
                const element = document.createElement(tag); if (more) element.rel = more; element[name] = '{url}' + tag; document.body.append(element); }}
            {{ const form = document.createElement('form'); form.action = '{url}form'; document.body.append(form); form.submit(); }}""")
        self.assertEqual("done", window.call("Runtime.evaluate", awaitPromise=True, returnByValue=True,
                                             expression="new Promise(done => setTimeout(() => done('done'), 500))")["result"]["value"])
        self.assertEqual([], Counter.paths)
        self.assertTrue(window.evaluate("location.protocol") == "file:" and self.window.complaints(), "the browser tells what it refused")


class LooksTest(ReviewTest):
    def test_on_both_screens_in_light_and_dark(self):
        self.read("--template", "none", PHOTO, self.path("missing.png"), code=1)
        window = self.open()
        keep = os.environ.get("NIBBLE_SCREENSHOTS")
        for size, (width, height, mobile) in SIZES.items():
            for scheme in ("light", "dark"):
                with self.subTest(size=size, scheme=scheme):
                    window.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
                    window.open(self.page, width, height, mobile)
                    self.assertLessEqual(window.evaluate("document.documentElement.scrollWidth"), width)
                    self.assertTrue(window.evaluate("[...document.images].every(image => image.naturalWidth > 0)"))
                    for selector in ("body", "input.text", ".state", "small", "#save", "#keys"):
                        self.assertGreaterEqual(self.contrast(selector), 4.5, selector)
                    if keep:
                        window.screenshot(os.path.join(keep, f"review-{size}-{scheme}.png"))
                    self.check_alone()

    def contrast(self, selector):
        """Of an element's text with what is behind it (WCAG 2.1)."""
        return self.window.evaluate("""(() => {
            const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
            const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
                .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
            const element = document.querySelector(%s);
            let behind = element;
            while ((parts(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
            const pair = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)];
            return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05); })()""" % json.dumps(selector))

    def test_everything_has_a_name(self):
        self.read("--template", "norravia_id", "--quad-json", CORNERS, PHOTO)
        window = self.open()
        nodes = window.call("Accessibility.getFullAXTree")["nodes"]
        named = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
                 if not node.get("ignored") and node["role"]["value"] in ("textbox", "button", "combobox", "image", "group")]
        self.assertGreater(len(named), 30)
        self.assertEqual([], [role for role, name in named if not name])


class OptionTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.card, self.scan = self.write("card.json", template()), self.write("scan.png", picture())

    def read(self, *arguments):
        return run("read", "--model", self.model, "--template", self.card, *arguments)

    def test_the_page_is_its_owners(self):
        page = self.path("check.html")
        result = self.read("--review", page, self.scan)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertEqual(0o600, stat.S_IMODE(os.stat(page).st_mode))
        self.assertIn(b"number", result.stdout, "the results go where they always go")

    def test_what_it_does_not_go_with(self):
        for arguments, mentions in ((["--review", "-"], ["--review", "file"]), (["--review", self.scan], ["--review", "over an input"]),
                                    (["--review", self.path("a.html"), "-o", self.path(".", "a.html")], ["--review", "-o"])):
            with self.subTest(arguments=arguments):
                self.check_error(self.read(*arguments, self.scan), 2, *mentions)
        self.check_error(run("read", "--review", self.path("a.html"), "--compare", self.scan), 2, "--review", "--compare")
        self.check_error(self.read("--review", self.path("none", "a.html"), self.scan), 1, "none", "cannot be written")
        self.assertFalse(os.path.exists(self.path("a.html")))

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full on this system")
    def test_a_full_disk(self):
        self.check_error(self.read("-o", self.path("r.txt"), "--review", "/dev/full", self.scan), 1, "/dev/full", "the disk is full")


if __name__ == "__main__":
    unittest.main()
