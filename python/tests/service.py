"""Runs the service in a process of its own."""

import http.client
import json
import socket
import subprocess
import sys
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`python -m nibble.serve` on a free port of loopback."""

    def __init__(self, *arguments):
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, "-m", "nibble.serve", "--port", str(self.port), *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        end = time.monotonic() + 60
        while True:
            try:
                self.get("/health")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"the service does not start: {self.stop()}") from None
                time.sleep(0.1)

    def stop(self):
        """Ends it; gives what it printed."""
        self.process.terminate()
        return self.process.communicate(timeout=60)[0].decode()

    def connection(self, timeout=120):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, path, headers=None):
        return self._answer("GET", path, None, headers)

    def post(self, path, body, headers=None):
        return self._answer("POST", path, body, headers)

    def _answer(self, method, path, body, headers):
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {}, encode_chunked="Transfer-Encoding" in (headers or {}))
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, json.loads(text) if "json" in (response.headers["content-type"] or "") else text
        finally:
            connection.close()

    def memory(self):
        """Peak of its memory, KiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
