"""What the black-box tests share: running the program, and making pictures, templates and model files in code."""

import json
import os
import random
import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib

PROGRAM = os.environ.get("NIBBLE_PROGRAM", "nibble")
INSTRUMENTED = os.environ.get("NIBBLE_INSTRUMENTED") == "1"  # by ASan, which takes memory of its own
SOURCE_DIR = os.environ.get("NIBBLE_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def run(*arguments, stdin=None, env=None, cwd=None, timeout=120):
    """Runs the program; stdout and stderr of the result are bytes."""
    environment = dict(os.environ)
    environment.pop("NIBBLE_ISA", None)
    environment.update(env or {})
    options = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run([PROGRAM, *arguments], capture_output=True, env=environment, cwd=cwd, timeout=timeout, check=False, **options)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bytes(width, height, rows, color_type=0):
    """A PNG of 8 bits a channel. `rows` are bytes objects, one a row; color_type 0 is grey, 2 is RGB."""
    header = struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def read_png(path):
    """Width, height and rows of an 8-bit RGB or grey PNG without interlacing."""
    with open(path, "rb") as file:
        data = file.read()
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and colour in (0, 2), (depth, colour)
    size = 3 if colour == 2 else 1
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, stride, rows = zlib.decompress(packed), width * size, []
    above = bytes(stride)
    for y in range(height):
        filtering, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left = row[i - size] if i >= size else 0
            corner = above[i - size] if i >= size else 0
            if filtering == 1:
                row[i] = (row[i] + left) & 255
            elif filtering == 2:
                row[i] = (row[i] + above[i]) & 255
            elif filtering == 3:
                row[i] = (row[i] + (left + above[i]) // 2) & 255
            elif filtering == 4:
                near = min((abs(above[i] - corner), 0, left), (abs(left - corner), 1, above[i]), (abs(left + above[i] - 2 * corner), 2, corner))
                row[i] = (row[i] + near[2]) & 255
        rows.append(bytes(row))
        above = rows[-1]
    return width, height, size, rows


def tiff_bytes(pages):
    """An uncompressed little-endian TIFF of 8-bit grey pages, each a list of rows (bytes objects)."""
    data = b"II*\0\0\0\0\0"
    link = 4  # where the offset of the next directory is to be written
    for rows in pages:
        strip = len(data)
        data += b"".join(rows) + b"\0" * (sum(map(len, rows)) % 2)
        entries = [(256, 4, len(rows[0])), (257, 4, len(rows)), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, strip), (277, 3, 1),
                   (278, 4, len(rows)), (279, 4, sum(map(len, rows)))]
        data = data[:link] + struct.pack("<I", len(data)) + data[link + 4:]
        data += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
        link = len(data)
        data += bytes(4)
    return data


def picture(width=320, height=200, seed=1):
    """PNG bytes of a light grey picture with dark bars, different for each seed."""
    source = random.Random(seed)
    rows = [bytearray([225]) * width for _ in range(height)]
    for _ in range(30):
        x, y = source.randrange(width), source.randrange(height)
        for row in rows[y:y + 10]:
            row[x:x + 3] = bytes([40]) * len(row[x:x + 3])
    return png_bytes(width, height, [bytes(row) for row in rows])


# Strokes of a 5 x 7 grid, enough for test lines that look like text.
GLYPHS = {
    "0": ("01110", "10001", "10011", "10101", "11001", "10001", "01110"),
    "1": ("00100", "01100", "00100", "00100", "00100", "00100", "01110"),
    "2": ("01110", "10001", "00001", "00110", "01000", "10000", "11111"),
    ".": ("00000", "00000", "00000", "00000", "00000", "01100", "01100"),
}


def line_picture(text="12.01.2012", scale=4):
    """PNG bytes of one dark line of text (characters of GLYPHS) on white."""
    rows = [bytearray([255]) * ((len(text) * 6 + 2) * scale) for _ in range(11 * scale)]
    for index, character in enumerate(text):
        for y, bits in enumerate(GLYPHS[character]):
            for x, bit in enumerate(bits):
                if bit == "1":
                    left = (1 + index * 6 + x) * scale
                    for row in rows[(2 + y) * scale:(3 + y) * scale]:
                        row[left:left + scale] = bytes(scale)
    return png_bytes(len(rows[0]), len(rows), [bytes(row) for row in rows])


ALPHABET = [chr(code) for code in range(32, 127)] + ["\u00c7", "\u0130", "\u015f"]


def graph(classes):
    """A small graph: 32 rows in, one column of scores every 4 pixels out."""
    layer = {"op": "conv2d", "stride": [1, 1], "relu": True, "clip": 6.0}
    layers = [
        dict(layer, name="conv1", **{"in": 1}, out=8, kernel=[3, 3], pad=[1, 1, 1, 1], pool=[2, 2]),
        dict(layer, name="conv2", **{"in": 8}, out=16, kernel=[3, 3], pad=[1, 1, 1, 1], pool=[2, 2]),
        dict(layer, name="conv3", **{"in": 16}, out=16, kernel=[8, 1], pad=[0, 0, 0, 0], pool=[1, 1]),
        {"op": "conv2d", "name": "scores", "in": 16, "out": classes, "kernel": [1, 1], "stride": [1, 1], "pad": [0, 0, 0, 0],
         "relu": False, "pool": [1, 1]},
    ]
    return {"input": {"height": 32}, "stride": 4, "max_width": 4096, "layers": layers}


def model_tensors(net, seed):
    """Random weights [out, kernel height, kernel width, in] and biases of a graph, as {name: (shape, bytes)}."""
    source = random.Random(seed)
    tensors = {}
    for layer in net["layers"]:
        shape = [layer["out"], *layer["kernel"], layer["in"]]
        fan_in = shape[1] * shape[2] * shape[3]
        count = shape[0] * fan_in
        spread = (3.0 / fan_in) ** 0.5 * 2
        weights = [source.uniform(-spread, spread) for _ in range(count)]
        tensors[layer["name"] + ".weight"] = (shape, struct.pack(f"<{count}f", *weights))
        biases = [source.uniform(-0.1, 0.1) for _ in range(shape[0])]
        tensors[layer["name"] + ".bias"] = ([shape[0]], struct.pack(f"<{shape[0]}f", *biases))
    return tensors


def model_metadata(net=None, alphabet=None):
    """The metadata of a model file: strings, most of them JSON."""
    alphabet = ALPHABET if alphabet is None else alphabet
    net = graph(len(alphabet) + 1) if net is None else net
    return {"format_version": "1", "graph": json.dumps(net), "alphabet": json.dumps(alphabet, ensure_ascii=False), "precision": "f32",
            "normalization": json.dumps({"height": 32}), "training": json.dumps({"seed": 1, "note": "random weights of a test"})}


def safetensors(header, blobs):
    """A file of the safetensors layout: `header` (an object, or bytes to be taken as they are), then `blobs`."""
    text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 8) % 64)
    return struct.pack("<Q", len(text)) + text + blobs


def model_bytes(seed=1, metadata=None):
    """A model file with random weights."""
    header = {"__metadata__": metadata or model_metadata()}
    blobs = b""
    for name, (shape, data) in sorted(model_tensors(json.loads(header["__metadata__"]["graph"]), seed).items()):
        blobs += b"\0" * (-len(blobs) % 64)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(blobs), len(blobs) + len(data)]}
        blobs += data
    return safetensors(header, blobs)


def template(width=320, height=200, fields=None, name="test_card"):
    """A template as an object; `fields` is {name: (x0, y0, x1, y1)}."""
    fields = fields or {"number": (20, 20, 200, 50), "surname": (20, 80, 200, 110), "birth_date": (20, 140, 200, 170)}
    quads = {key: [[x0, y0], [x1, y0], [x1, y1], [x0, y1]] for key, (x0, y0, x1, y1) in fields.items()}
    return {"schema_version": "1.0", "name": name, "width": width, "height": height,
            "fields": [{"name": key, "quad": quad, "kind": "text"} for key, quad in quads.items()]}


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, a random model (self.model) and helpers to write files and to check errors."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nibble-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.model = self.write("model.safetensors", model_bytes())

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        """Writes bytes, text or an object (as JSON) to a file of the test's folder; returns its path."""
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def check_error(self, result, code, *mentions):
        """The exit code, exactly one line on stderr that begins with "nibble: ", and what it mentions."""
        lines = result.stderr.decode("utf-8", "surrogateescape").splitlines()
        self.assertEqual(code, result.returncode, result.stderr)
        self.assertEqual(1, len(lines), lines)
        self.assertTrue(lines[0].startswith("nibble: "), lines[0])
        for mention in mentions:
            self.assertIn(mention, lines[0])
        return lines[0]
