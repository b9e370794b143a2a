"""The service: what it answers, what it refuses, and what it does not keep."""

import concurrent.futures
import os
import socket
import time
import unittest

import nibble
from service import Service
from support import PHOTO, SAMPLES, FolderTest, pictures, without_times


def content(path):
    with open(path, "rb") as file:
        return file.read()


def metric(text, name):
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


class ServeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service("--requests", "8", "--max-bytes", "4000000", "--upload-seconds", "2", "--max-pixels", "9000000")
        cls.addClassCleanup(cls.service.stop)
        cls.reader = nibble.Reader()

    def post(self, body, query=""):
        return self.service.post("/read" + query, body)

    def test_reads(self):
        for path in SAMPLES[:3]:
            status, result = self.post(content(path))
            expected = without_times(self.reader.read(content(path), name="upload").to_dict())
            self.assertEqual((200, expected), (status, without_times(result)))

    def test_requests(self):
        for query, request in (("?template=none", {"template": "none"}), ("?fields=surname,birth_date&template=norravia_id",
                               {"fields": ["surname", "birth_date"], "template": "norravia_id"}),
                               ("?quad=0,0,300,0,300,200,0,200", {"quad": [(0, 0), (300, 0), (300, 200), (0, 200)]})):
            status, result = self.post(content(PHOTO), query)
            self.assertEqual((200, without_times(self.reader.read(content(PHOTO), name="upload", **request).to_dict())), (status, without_times(result)))
        passport = content(next(path for path in SAMPLES if "valmere_passport" in path))
        self.assertEqual(self.reader.read(passport, zone=True).mrz.lines, self.post(passport, "?zone=1")[1]["mrz"]["lines"])

    def test_bad_requests(self):
        for query in ("?template=nowhere", "?template=/etc/passwd", "?template=../x.json", "?colour=1", "?page=0", "?page=x", "?zone=2", "?quad=1,2",
                      "?quad=nan,0,0,0,0,0,0,0", "?line=1&zone=1", "?page=2"):
            status, result = self.post(content(PHOTO), query)
            self.assertEqual((400, "error"), (status, result["status"]), (query, result))
        self.assertEqual(400, self.post(b"")[0])
        self.assertEqual(405, self.service.get("/read")[0])
        self.assertEqual(404, self.service.get("/nowhere")[0])

    def test_bad_pictures(self):
        for body in (b"no picture", content(PHOTO)[:3000], b"%PDF-1.4 broken"):
            status, result = self.post(body)
            self.assertEqual((422, "decode_failed"), (status, result["error"]["code"]))
        status, result = self.post(pictures.png_bytes(4000, 4000, [bytes(4000)] * 4000))
        self.assertEqual((413, "too_large"), (status, result["error"]["code"]))

    def test_huge_upload(self):
        before = self.service.memory()
        status, result = self.post(bytes(60_000_000))
        self.assertEqual((413, "too_large"), (status, result["error"]["code"]))
        chunks = (bytes(1 << 20) for _ in range(60))  # without a length that could be refused at once
        self.assertEqual(413, self.service.post("/read", chunks, {"Transfer-Encoding": "chunked"})[0])
        self.assertLess(self.service.memory() - before, 30_000)

    def test_slow_upload(self):
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=30) as slow:
            slow.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
            begin = time.monotonic()
            for _ in range(4):
                slow.sendall(b"x")
                time.sleep(0.3)
            self.assertIn(b" 408 ", slow.recv(1000))
            self.assertLess(time.monotonic() - begin, 10)
        self._is_idle()

    def test_client_goes_away(self):
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=30) as gone:
            gone.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        self._is_idle()

    def _is_idle(self):
        end = time.monotonic() + 20
        while self.service.get("/health")[1]["in_work"] != 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)

    def test_other_hosts(self):
        self.assertEqual(400, self.service.get("/health", {"Host": "attacker.example"})[0])
        self.assertEqual(200, self.service.get("/health", {"Host": f"localhost:{self.service.port}"})[0])

    def test_health(self):
        status, health = self.service.get("/health")
        self.assertEqual((200, "ok", self.reader.info.digest, 8), (status, health["status"], health["digest"], health["limit"]))

    def test_metrics(self):
        before = self.service.get("/metrics")[1]
        self.post(content(PHOTO))
        self.post(b"no picture")
        after = self.service.get("/metrics")[1]
        for name, more in (('nibble_requests_total{status="200"}', 1), ('nibble_requests_total{status="422"}', 1), ("nibble_read_seconds_count", 1),
                           ("nibble_received_bytes_total", len(content(PHOTO)) + 10), ("nibble_in_work", 0)):
            self.assertEqual(more, metric(after, name) - metric(before, name), name)

    def test_page(self):
        for path in ("/", "/page.js", "/page.css"):
            self.assertEqual(200, self.service.get(path)[0])


class OverloadTest(FolderTest):
    def test_overload(self):
        """200 requests at once with a limit of 8: each is answered, by a result or at once by 503; memory stays bounded."""
        service = Service("--requests", "8")
        self.addCleanup(service.stop)
        body = content(PHOTO)
        expected = without_times(nibble.Reader().read(body, name="upload").to_dict())
        service.post("/read", body)
        before = service.memory()

        def ask(_):
            begin = time.monotonic()
            status, result = service.post("/read", body)
            return status, result, time.monotonic() - begin

        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(ask, range(200)))
        self.assertEqual({200, 503}, {status for status, _, _ in answers})
        done = [result for status, result, _ in answers if status == 200]
        self.assertGreaterEqual(len(done), 8)
        for result in done:
            self.assertEqual(expected, without_times(result))
        for status, result, _ in answers:
            if status == 503:
                self.assertEqual("busy", result["error"]["code"])
        self.assertLess(service.memory() - before, 300_000)  # 8 pictures of 6 million pixels in colour, and what is made of them
        count = service.get("/metrics")[1]
        self.assertEqual(201, metric(count, "nibble_requests_total"))

    def test_slow_reading(self):
        service = Service("--read-seconds", "0.001")
        self.addCleanup(service.stop)
        status, result = service.post("/read", content(PHOTO))
        self.assertEqual((504, "too_slow"), (status, result["error"]["code"]))

    def test_nothing_is_kept(self):
        """No file is written, and nothing is printed of what was sent or read."""
        os.chdir(self.folder)
        self.addCleanup(os.chdir, "/")
        service = Service()
        for body in (content(PHOTO), b"secret letters"):
            service.post("/read?template=norravia_id&fields=surname", body)
        self.assertEqual("", service.stop())
        self.assertEqual([], os.listdir(self.folder))

    def test_bad_arguments(self):
        for arguments in (("--requests", "0"), ("--precision", "int2"), ("--jobs", "x")):
            with self.assertRaisesRegex(AssertionError, "does not start: usage:"):
                Service(*arguments)


if __name__ == "__main__":
    unittest.main()
