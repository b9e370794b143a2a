"""The service's page in a real browser: a photograph is dropped, its fields are shown, corrected and copied."""

import base64
import json
import time
import unittest

import nibble
from service import Service
from support import PHOTO, SAMPLES, blackbox

browser = blackbox("browser")
DROP = """(() => {
  const bytes = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "%s", {type: "%s"}));
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
})()"""


@unittest.skipUnless(browser.CHROMIUM, "no chromium-headless-shell; scripts/setup.sh python installs it")
class PageTest(unittest.TestCase):
    def setUp(self):
        self.service = Service()
        self.addCleanup(self.service.stop)
        self.browser = browser.Browser()
        self.addCleanup(self.browser.close)
        self.browser.open(f"http://127.0.0.1:{self.service.port}/", 1280, 900, False)

    def drop(self, content, name="photo.jpg", kind="image/jpeg"):
        self.browser.evaluate(DROP % (base64.b64encode(content).decode(), name, kind))
        self.wait('!document.getElementById("status").textContent.startsWith("Reading")')

    def wait(self, expression):
        end = time.monotonic() + 60
        while not self.browser.evaluate(expression):
            self.assertLess(time.monotonic(), end, self.status())
            time.sleep(0.1)

    def status(self):
        return self.browser.evaluate('document.getElementById("status").textContent')

    def copied(self):
        self.browser.evaluate('document.getElementById("copy").click()')
        self.wait('!document.getElementById("json").hidden')
        return json.loads(self.browser.evaluate('document.getElementById("json").value'))

    def test_photograph(self):
        with open(PHOTO, "rb") as file:
            self.drop(file.read())
        document = nibble.Reader().read(PHOTO)
        shown = self.browser.evaluate('[...document.querySelectorAll("#fields input")].map((input) => [input.name, input.value])')
        self.assertEqual([[field.name, field.text] for field in document.fields.values()], shown[:len(document.fields)])
        self.assertEqual(len(shown), self.browser.evaluate('document.querySelectorAll("polygon.text").length'))
        self.assertIn("norravia_id", self.status())
        # The frame of the surname lies over the photograph where the field is.
        box = self.browser.evaluate("""(() => {
          const photo = document.getElementById("photo").getBoundingClientRect();
          const index = [...document.querySelectorAll("#fields input")].findIndex((input) => input.name === "surname");
          const frame = document.querySelectorAll("polygon.text")[index].getBoundingClientRect();
          return [(frame.left - photo.left) / photo.width, (frame.top - photo.top) / photo.height];
        })()""")
        quad = document.fields["surname"].quad
        self.assertAlmostEqual(min(x for x, _ in quad) / document.width, box[0], delta=0.01)
        self.assertAlmostEqual(min(y for _, y in quad) / document.height, box[1], delta=0.01)

        self.browser.evaluate("""(() => {
          const input = document.querySelector('#fields input[name="surname"]');
          input.focus();
          input.value = "CORRECTED";
          input.dispatchEvent(new Event("input"));
        })()""")
        self.assertEqual(1, self.browser.evaluate('document.querySelectorAll("polygon.chosen").length'))
        copied = {field["name"]: field for field in self.copied()["fields"]}
        self.assertEqual(("CORRECTED", "CORRECTED", "accept", "LINDNESCU"),
                         tuple(copied["surname"][key] for key in ("text", "value", "decision")) + (copied["surname"]["as_read"]["text"],))
        self.assertEqual(document.fields["birth_date"].value, copied["birth_date"]["value"])
        self.assertEqual([], self.browser.complaints())
        outside = [url for url in self.browser.requests() if not url.startswith((f"http://127.0.0.1:{self.service.port}/", "blob:", "data:"))]
        self.assertEqual([], outside)

    def test_next_photograph(self):
        """A second one takes the place of the first; a broken one leaves nothing of it."""
        for path in (SAMPLES[0], PHOTO):
            with open(path, "rb") as file:
                self.drop(file.read())
        names = self.browser.evaluate('[...document.querySelectorAll("#fields input")].map((input) => input.name)')
        self.assertEqual(len(set(names)), len(names))
        self.drop(b"no picture <b>", "letter<i>.txt", "text/plain")
        self.assertIn("upload", self.status())
        self.assertTrue(self.browser.evaluate('document.getElementById("copy").disabled'))
        self.assertEqual(0, self.browser.evaluate('document.querySelectorAll("#fields input, polygon").length'))

    def test_phone(self):
        self.browser.open(f"http://127.0.0.1:{self.service.port}/", 390, 844, True)
        with open(PHOTO, "rb") as file:
            self.drop(file.read())
        self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), 390)


if __name__ == "__main__":
    unittest.main()
