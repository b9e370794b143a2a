"""Bad input is a nibble.Error with a code and one line, and nothing else."""

import io
import os
import unittest

import numpy
from PIL import Image

import nibble
from support import PHOTO, FolderTest, pictures, program


class BadInputTest(FolderTest):
    @classmethod
    def setUpClass(cls):
        cls.reader = nibble.Reader()

    def check(self, code, mention, call, *arguments, **options):
        with self.assertRaises(nibble.Error) as caught:
            call(*arguments, **options)
        self.assertEqual(code, caught.exception.code, caught.exception)
        self.assertIn(mention, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_types(self):
        for source in (None, 3, 2.5, ["photo.jpg"], {"a": 1}, object()):
            self.check("usage", "cannot be read: give a path", self.reader.read, source)

    def test_arrays(self):
        zeros = numpy.zeros
        for shape in ((5,), (4, 4, 1), (4, 4, 2), (4, 4, 4), (2, 4, 4, 3), ()):
            self.check("usage", "it must be (height, width)", self.reader.read, zeros(shape, numpy.uint8))
        for shape in ((0, 4), (4, 0), (0, 0, 3), (0, 4, 3)):
            self.check("usage", "nothing to read", self.reader.read, zeros(shape, numpy.uint8))
        for dtype in (numpy.float32, numpy.int8, numpy.uint16, bool, object, "U1"):
            self.check("usage", "must be uint8", self.reader.read, zeros((4, 4), dtype))

    def test_strides(self):
        """Strides that no picture of the library has are read all the same, or are refused; never another memory."""
        row = numpy.full((1, 60), 200, numpy.uint8)
        self.assertEqual((60, 50), self._size(numpy.broadcast_to(row, (50, 60))))  # stride 0
        overlapping = numpy.lib.stride_tricks.sliding_window_view(row[0], 30)
        self.assertEqual((30, 31), self._size(overlapping))
        self.assertEqual((20, 25), self._size(numpy.full((50, 60), 200, numpy.uint8)[::2, ::3]))
        huge = numpy.broadcast_to(numpy.uint8(9), (3_000_000_000, 2))
        self.check("too_large", "limits", self.reader.read, huge)
        self.check("too_large", "limits", self.reader.read, numpy.broadcast_to(numpy.uint8(9), (30_000, 30_000)))

    def _size(self, array):
        document = self.reader.read(array, template="none")
        return document.width, document.height

    def test_files(self):
        self.check("decode_failed", "a folder", self.reader.read, self.folder)
        self.check("file_not_found", "no such file", self.reader.read, os.path.join(self.folder, "none.jpg"))
        self.check("file_not_found", "no such file", self.reader.read, "a\0b.jpg")
        self.check("file_not_found", "./-", self.reader.read, "-")  # a file's name, not standard input
        self.check("usage", "empty", self.reader.read, "")
        self.check("decode_failed", "has no bytes", self.reader.read, b"")
        self.check("decode_failed", "has no bytes", self.reader.read, b"", name=PHOTO)  # not the file of that name
        self.check("decode_failed", "letter", self.reader.read, b"no picture", name="letter")
        with open(PHOTO, "rb") as file:
            cut = file.read(2000)
        self.check("decode_failed", "cut.jpg", self.reader.read, self.write("cut.jpg", cut))

    def test_program_says_the_same(self):
        path = self.write("broken.png", b"\x89PNG\r\n\x1a\nbroken")
        line = self.check("decode_failed", "broken.png", self.reader.read, path)
        self.assertIn(line.encode(), program("read", "--format", "jsonl", path, expect=1))

    def test_open_files(self):
        with open(PHOTO, "rb") as closed:
            pass
        self.check("usage", "closed", self.reader.read, closed)
        with open(self.write("text.txt", b"letters"), encoding="ascii") as text:
            self.check("usage", "binary mode", self.reader.read, text)
        with open(self.write("write.bin", b""), "wb") as write_only:
            self.check("usage", "cannot be read", self.reader.read, write_only)
        self.check("decode_failed", "has no bytes", self.reader.read, io.BytesIO())

    def test_pictures_of_pil(self):
        closed = Image.open(PHOTO)
        closed.close()
        self.check("decode_failed", "PIL", self.reader.read, closed)
        for mode in ("I", "F", "I;16"):
            self.check("usage", "convert it", self.reader.read, Image.new(mode, (9, 9)))
        self.check("usage", "nothing to read", self.reader.read, Image.new("L", (0, 5)))
        with open(PHOTO, "rb") as file:
            cut = Image.open(io.BytesIO(file.read(2000)))
        self.check("decode_failed", "PIL", self.reader.read, cut)

    def test_requests(self):
        read = self.reader.read
        self.check("bad_template", "nowhere", read, PHOTO, template="nowhere")
        self.check("usage", "line", read, PHOTO, line=True, zone=True)
        self.check("usage", "template", read, PHOTO, template="")
        self.check("usage", "fields", read, PHOTO, fields="surname")
        self.check("usage", "fields", read, PHOTO, template="none", fields=["surname"])
        for quad in ([], [[0, 0]] * 3, [[0, 0, 0]] * 4, "corner", 4):
            self.check("usage", "quad", read, PHOTO, quad=quad)
        self.check("bad_quad", "quad", read, PHOTO, quad=[[0, 0], [0, 0], [0, 0], [0, 0]])
        for page in (0, -1, 1.5, "1", 2**40):
            self.check("usage", "page", read, PHOTO, page=page)
        self.check("usage", "has no page 2", read, numpy.zeros((9, 9), numpy.uint8), page=2)
        for jobs in (0, -1, 1.5):
            self.check("usage", "jobs", self.reader.read_many, [PHOTO], jobs=jobs)
        self.check("bad_template", "nowhere", self.reader.read_many, [PHOTO], template="nowhere")
        self.check("no_document", "", self.reader.locate, numpy.full((300, 300), 255, numpy.uint8))

    def test_options(self):
        make = nibble.Reader
        self.check("usage", "int2", make, precision="int2")
        self.check("usage", "margin", make, margin=9)
        self.check("usage", "threads", make, threads=0)
        self.check("usage", "threads", make, threads="two")
        self.check("usage", "beam", make, beam=2**40)
        self.check("usage", "device", make, device="tpu")
        self.check("bad_model", "nowhere", make, model="nowhere.safetensors")
        self.check("bad_model", "", make, model=b"no model")
        self.check("bad_device", "sse9", make, isa="sse9")
        self.check("too_large", "limits", make(max_pixels=10).read, numpy.zeros((9, 9), numpy.uint8))
        with self.assertRaises(TypeError):
            make(colour=True)

    def test_annotate(self):
        path = self.write("gone.png", pictures.picture())
        document = self.reader.read(path)
        os.remove(path)
        self.check("file_not_found", "no such file", document.annotate)
        self.check("usage", "uint8", document.annotate, numpy.zeros((9, 9), numpy.float32))
        failed = next(self.reader.read_many(["/nowhere.jpg"]))
        self.check("file_not_found", "no such file", failed.annotate)


if __name__ == "__main__":
    unittest.main()
