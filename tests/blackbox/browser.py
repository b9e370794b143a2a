"""Drives a headless Chromium through its debugging pipe, with the standard library alone."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import urllib.parse

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), None)
SECONDS = 120  # for one answer: the machine may be busy
MODIFIERS = {"Alt": 1, "Control": 2, "Shift": 8}
KEYS = {"Enter": ("Enter", 13, "\r"), "Tab": ("Tab", 9, None), "Escape": ("Escape", 27, None), "Backspace": ("Backspace", 8, None),
        "PageUp": ("PageUp", 33, None), "PageDown": ("PageDown", 34, None), "End": ("End", 35, None), "Home": ("Home", 36, None),
        "ArrowUp": ("ArrowUp", 38, None), "ArrowDown": ("ArrowDown", 40, None), "ArrowLeft": ("ArrowLeft", 37, None)}


def character_key(character):
    """The code and number of the key that types a character on an American keyboard, where there is one, and the character."""
    if not (character.isascii() and character.isalnum()):
        return "", 0, character
    return ("Digit" if character.isdigit() else "Key") + character.upper(), ord(character.upper()), character


class Browser:
    """One browser with one page. `events` are all messages that are no answers, as (method, parameters)."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="nibble-browser-")
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--remote-debugging-pipe", f"--user-data-dir={self.profile}"]
        # The pipe is at descriptors 3 and 4, which a shell sets up without disturbing those that Python uses itself.
        redirect = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = subprocess.Popen(["bash", "-c", redirect, "bash", *command], pass_fds=(to_browser, from_browser),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.events = []
        self.received = b""
        self.number = 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        os.close(self.output)
        os.close(self.input)
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self):
        """The next message; TimeoutError when there is none for a long time."""
        end = time.monotonic() + SECONDS
        while b"\0" not in self.received:
            if not select.select([self.input], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self.input, 1 << 16)
            if not data:
                raise ConnectionError("Chromium ended")
            self.received += data
        text, _, self.received = self.received.partition(b"\0")
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append((answer.get("method"), answer.get("params")))

    def open(self, path, width, height, mobile):
        """Shows a file, or a URL, in a window of this size; returns when it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.events.clear()
        self.call("Page.navigate", url=path if "://" in path else "file://" + urllib.parse.quote(path))
        self.wait_for("Page.loadEventFired")

    def wait_for(self, wanted, **having):
        """The parameters of the first event of this name that has these values."""
        while True:
            for method, parameters in self.events:
                if method == wanted and having.items() <= parameters.items():
                    return parameters
            answer = self.message()
            self.events.append((answer.get("method"), answer.get("params")))

    def press(self, key, *modifiers):
        """Presses a key, by its name or what it types, as a person does: the browser does what it does then."""
        name, number, text = KEYS.get(key) or character_key(key)
        event = {"key": key, "code": name, "windowsVirtualKeyCode": number, "modifiers": sum(MODIFIERS[modifier] for modifier in modifiers)}
        if text and not set(modifiers) & {"Alt", "Control"}:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        else:
            self.call("Input.dispatchKeyEvent", type="rawKeyDown", **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def save_by(self, folder, *keys):
        """Presses keys that make the page save a file; its path."""
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder, eventsEnabled=True)
        self.events.clear()
        self.press(*keys)
        begun = self.wait_for("Browser.downloadWillBegin")
        self.wait_for("Browser.downloadProgress", guid=begun["guid"], state="completed")
        return os.path.join(folder, begun["suggestedFilename"])

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait_until(self, expression):
        """Until the expression is true."""
        end = time.monotonic() + SECONDS
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def screenshot(self, path):
        """The whole page as PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def requests(self):
        return [parameters["request"]["url"] for method, parameters in self.events if method == "Network.requestWillBeSent"]

    def complaints(self):
        """Console messages, exceptions and what the browser itself logs."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [parameters for method, parameters in self.events if method in kinds]
