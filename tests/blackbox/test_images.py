"""Odd pictures are read and bad ones are told in one line each, in one batch."""

import json
import os
import struct
import subprocess
import unittest
import zlib

from support import INSTRUMENTED, PROGRAM, ProgramTest, line_picture, png_bytes, png_chunk, run, tiff_bytes

WIDTH, HEIGHT = 120, 40


def grey_rows():
    """White with dark strokes, enough to be a line."""
    row = bytes(30 if x % 12 in (4, 5) else 235 for x in range(WIDTH))
    blank = bytes([235]) * WIDTH
    return [row if 8 <= y < 32 else blank for y in range(HEIGHT)]


def png(depth, colour_type, rows, extra=b""):
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def spread(row, make):
    return b"".join(bytes(make(value)) for value in row)


def tiff(tags, data):
    """A little-endian TIFF of one page: `tags` are LONGs, and the strip's offset is filled in."""
    tags = dict(tags)
    offset = 8 + 2 + 12 * (len(tags) + 1) + 4
    tags[273] = offset
    out = b"II*\0" + struct.pack("<IH", 8, len(tags))
    for tag in sorted(tags):
        out += struct.pack("<HHII", tag, 4, 1, tags[tag])
    return out + struct.pack("<I", 0) + data


def grey_tiff(bits=8, photometric=1, samples=1, **changes):
    data = b"".join(spread(row, lambda v: [v] * samples if bits == 8 else [v, v] * samples) for row in grey_rows())
    tags = {256: WIDTH, 257: HEIGHT, 258: bits, 259: 1, 262: photometric, 277: samples, 278: HEIGHT, 279: len(data)}
    tags.update({int(tag[1:]): value for tag, value in changes.items()})
    return tiff(tags, data)


def odd_pictures():
    rows = grey_rows()
    palette = png_chunk(b"PLTE", bytes([0, 0, 0, 255, 255, 240]))
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    return {
        "alpha.png": png(8, 6, [spread(row, lambda v: (0, 0, 0, 255 - v)) for row in rows]),
        "bilevel.png": png(1, 0, [bytes([0b11000011]) * (WIDTH // 8)] * HEIGHT),
        "colour.png": png_bytes(WIDTH, HEIGHT, [spread(row, lambda v: (v, v, v)) for row in rows], color_type=2),
        "cmyk.tif": grey_tiff(photometric=5, samples=4),
        "deep.png": png(16, 0, [spread(row, lambda v: (v, v)) for row in rows]),
        "deep.tif": grey_tiff(bits=16),
        "grey.tif": grey_tiff(),
        "palette.png": png(1, 3, [bytes([0b11000011]) * (WIDTH // 8)] * HEIGHT, palette),
        "turned.png": png(8, 0, rows, png_chunk(b"eXIf", exif)),
        "white_is_zero.tif": grey_tiff(photometric=0),
        "wrongly_named.jpg": grey_tiff(),
        "\u00fcber \u20ac.png": png(8, 0, rows),
    }


def bad_pictures():
    whole = png(8, 0, grey_rows())
    huge = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 100000, 100000, 8, 0, 0, 0, 0))
    sof = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 65000, 65000) + b"\x01\x01\x11\0"
    return {
        "cut.png": (whole[:-20], "decode_failed"),
        "cut.tif": (grey_tiff()[:-1], "decode_failed"),
        "cut.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "decode_failed"),
        "damaged.png": (whole[:60] + bytes([whole[60] ^ 255]) + whole[61:], "decode_failed"),
        "empty.png": (b"", "decode_failed"),
        "floating.tif": (grey_tiff(t258=32, t339=3), "decode_failed"),
        "huge.jpg": (b"\xff\xd8" + sof + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0", "too_large"),
        "huge.png": (huge + whole[33:], "too_large"),
        "huge.tif": (grey_tiff(t256=100000, t257=100000), "too_large"),
        "text.png": (b"a text\n", "decode_failed"),
        "tiles.tif": (grey_tiff(t322=2**31 - 16, t323=2**31 - 16, t324=8, t325=8), "too_large"),
        "zero.png": (png_bytes(0, 0, []), "decode_failed"),
        "zero.tif": (grey_tiff(t256=0), "decode_failed"),
    }


def heic_head():
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(200)


class ImagesTest(ProgramTest):
    def read(self, *arguments):
        return run("read", "--model", self.model, "--line", "--format", "jsonl", *arguments)

    def test_odd_pictures_are_read(self):
        paths = [self.write(name, content) for name, content in odd_pictures().items()]
        result = self.read(*paths)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        documents = [json.loads(line) for line in result.stdout.decode().splitlines()]
        self.assertEqual(paths, [document["input"]["path"] for document in documents])
        for path, document in zip(paths, documents):
            with self.subTest(path):
                self.assertEqual("ok", document["status"])
                size = (HEIGHT, WIDTH) if path.endswith("turned.png") else (WIDTH, HEIGHT)
                self.assertEqual(size, (document["input"]["width"], document["input"]["height"]))

    def test_the_same_picture_in_other_formats_reads_the_same(self):
        documents = []
        for name in ("grey.tif", "deep.png", "deep.tif", "alpha.png", "colour.png", "wrongly_named.jpg"):
            result = self.read(self.write(name, odd_pictures()[name]))
            self.assertEqual(0, result.returncode, result.stderr)
            fields = json.loads(result.stdout)["fields"]
            documents.append([(field["text"], field["confidence"]) for field in fields])
        for document in documents[1:]:
            self.assertEqual(documents[0], document)

    def test_bad_pictures_cost_one_line_each_and_the_rest_is_read(self):
        bad = bad_pictures()
        good = [self.write("a_first.png", line_picture()), self.write("z_last.png", line_picture("2012"))]
        missing = self.path("missing.png")
        paths = [good[0], missing, *(self.write(name, content) for name, (content, _) in bad.items()), good[1]]
        result = self.read(*paths)
        self.assertEqual(1, result.returncode)

        documents = {document["input"]["path"]: document for document in map(json.loads, result.stdout.decode().splitlines())}
        self.assertEqual(set(paths), set(documents))
        for path in good:
            self.assertEqual("ok", documents[path]["status"])
        wanted = {self.path(name): code for name, (_, code) in bad.items()} | {missing: "file_not_found"}
        lines = result.stderr.decode().splitlines()
        for path, code in wanted.items():
            with self.subTest(path):
                self.assertEqual(("error", code), (documents[path]["status"], documents[path]["error"]["code"]))
                about = [line for line in lines if path in line]
                self.assertEqual(1, len(about), lines)
                self.assertTrue(about[0].startswith("nibble: "), about[0])
        self.assertGreaterEqual(len(wanted) + 1, len(lines), "no line but one a bad picture and a summary")

    def test_webp_and_bmp_read_as_png(self):
        from PIL import Image
        source = Image.frombytes("L", (WIDTH, HEIGHT), b"".join(grey_rows())).convert("RGB")
        paths = [self.path(f"same.{kind}") for kind in ("png", "bmp", "webp")]
        for path in paths:
            source.save(path, **({"lossless": True} if path.endswith("webp") else {}))
        result = self.read(*paths)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        fields = [json.loads(line)["fields"][0] for line in result.stdout.decode().splitlines()]
        readings = [(field["raw"], field["confidence"]) for field in fields]
        self.assertEqual([readings[0]] * 3, readings)

    def test_pictures_that_are_not_read_say_how_to_convert_them(self):
        result = self.read(self.write("photo.heic", heic_head()), self.write("moving.gif", b"GIF89a" + bytes(50)))
        self.assertEqual(1, result.returncode)
        heic, gif = result.stderr.decode().splitlines()[:2]
        self.assertIn("a HEIC picture, which is not read: convert it first, e.g. by heif-convert", heic)
        self.assertIn("a GIF picture, which is not read", gif)

    @unittest.skipIf(INSTRUMENTED, "ASan keeps back what was freed")
    def test_a_small_file_of_a_large_picture_takes_little_memory(self):
        # A palette picture of 96 million pixels in about 95 KB; mrz took 1.55 GB for one twice as large.
        width, height = 12000, 8000
        header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
        packer = zlib.compressobj(9)
        row = bytes(1 + width)
        data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
        content = (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"PLTE", bytes([250, 250, 250])) +
                   png_chunk(b"IDAT", data) + png_chunk(b"IEND", b""))
        path = self.write("bomb.png", content)
        self.assertLess(len(content), 100_000)
        process = subprocess.Popen([PROGRAM, "mrz", "--model", self.model, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(1, process.returncode)
        self.assertLess(usage.ru_maxrss / 1024, 96 * 2.5, "MiB")

    def test_folders_say_once_what_they_leave_out(self):
        picture = self.write("in/a.png", line_picture())
        for name in ("in/b.heic", "in/deep/c.HEIC", "in/notes.txt"):
            self.write(name, b"x")
        os.symlink("nowhere.png", self.path("in/gone.png"))
        result = self.read(self.path("in"))
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual([picture], [json.loads(line)["input"]["path"] for line in result.stdout.decode().splitlines()])
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)
        self.assertIn("left out: 2 HEIC, 1 TXT and 1 link to nothing", result.stderr.decode())
        self.assertEqual(b"", self.read("-q", self.path("in")).stderr)

    def test_limits_are_options(self):
        path = self.write("a.png", png(8, 0, grey_rows()))
        self.assertEqual(0, self.read("--max-pixels", str(WIDTH * HEIGHT), path).returncode)
        result = self.read("--max-pixels", str(WIDTH * HEIGHT - 1), path)
        self.assertEqual(1, result.returncode)
        self.assertEqual("too_large", json.loads(result.stdout)["error"]["code"])
        pages = self.write("a.tif", tiff_bytes([grey_rows()] * 3))
        result = self.read("--max-pages", "2", pages)
        self.assertEqual(1, result.returncode)
        self.assertEqual(["ok", "ok", "error"], [json.loads(line)["status"] for line in result.stdout.decode().splitlines()])
        self.assertIn("more than 2 pages", result.stderr.decode())

    def test_a_cut_off_file_of_pages_gives_its_pages_and_an_error(self):
        whole = tiff_bytes([grey_rows()] * 3)
        first = struct.unpack_from("<I", whole, 4)[0]
        second = struct.unpack_from("<I", whole, first + 2 + 12 * struct.unpack_from("<H", whole, first)[0])[0]
        link = second + 2 + 12 * struct.unpack_from("<H", whole, second)[0]
        cut = whole[:link] + struct.pack("<I", len(whole) + 1000) + whole[link + 4:]
        path = self.write("cut.tif", cut)
        result = self.read(path)
        self.assertEqual(1, result.returncode)
        documents = [json.loads(line) for line in result.stdout.decode().splitlines()]
        self.assertEqual(["ok", "ok", "error"], [document["status"] for document in documents])
        self.assertIn(f"{path}: page 3: the file is cut off", result.stderr.decode())

    def test_pictures_of_pages_have_names_of_their_own(self):
        two, one = self.write("scan.tif", tiff_bytes([grey_rows()] * 2)), self.write("scan_p2.tif", tiff_bytes([grey_rows()]))
        result = self.read("--annotate", self.path("out"), two, one)
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual(["scan.png", "scan_p2.png", "scan_p2_2.png"], sorted(os.listdir(self.path("out"))))

    def test_a_picture_cut_anywhere_is_an_error(self):
        for name, whole in (("png", png(8, 0, grey_rows())), ("tif", grey_tiff())):
            step = max(1, len(whole) // 12)
            paths = [self.write(f"cut/{size:05}.{name}", whole[:size]) for size in range(0, len(whole), step)]
            result = self.read(*paths)
            self.assertEqual(1, result.returncode)
            documents = [json.loads(line) for line in result.stdout.decode().splitlines()]
            self.assertEqual(["decode_failed"] * len(paths), [document["error"]["code"] for document in documents])


if __name__ == "__main__":
    unittest.main()
