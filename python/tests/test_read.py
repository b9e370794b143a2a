"""What the package reads is what the program reads, whatever a picture comes as."""

import io
import json
import pickle
import unittest

import numpy
from PIL import Image

import nibble
from support import PHOTO, SAMPLES, FolderTest, pictures, program, result_lines, without_times


class ReadTest(FolderTest):
    @classmethod
    def setUpClass(cls):
        cls.reader = nibble.Reader()

    def test_samples_in_all_precisions(self):
        """Same text, confidence and digest: the whole object but its times."""
        self.assertGreaterEqual(len(SAMPLES), 10)
        for precision in ("f32", "int8", "int4"):
            expected = result_lines(program("read", "--format", "jsonl", "--precision", precision, *SAMPLES))
            documents = nibble.Reader(precision=precision).read_many(SAMPLES, jobs=2)
            self.assertEqual(expected, [without_times(document.to_dict()) for document in documents], precision)

    def test_fields(self):
        document = self.reader.read(PHOTO)
        surname = document.fields["surname"]
        self.assertEqual(("LINDNESCU", "LINDNESCU", "surname"), (surname.text, surname.value, surname.name))
        self.assertEqual("1992-04-23", document.fields["birth_date"].value)
        self.assertEqual("norravia_id", document.placement.kind)
        found = {field["name"]: field for field in document.to_dict()["fields"]}
        self.assertEqual(list(found), list(document.fields))
        for name, field in document.fields.items():
            self.assertEqual((found[name]["text"], found[name]["decision"]), (field.text, field.decision))
            self.assertAlmostEqual(found[name]["confidence"], field.confidence, places=4)
            self.assertEqual([char["c"] for char in found[name]["chars"]], [char.text for char in field.chars])
            for expected, (x, y) in zip(found[name]["quad"], field.quad):
                self.assertAlmostEqual(expected[0], x, delta=0.01)
                self.assertAlmostEqual(expected[1], y, delta=0.01)
        self.assertEqual(document.to_dict(), json.loads(document.to_json(indent=2)))

    def test_parts_keep_their_document(self):
        char = self.reader.read(PHOTO).fields["surname"].chars[0]  # the document itself is gone
        self.assertEqual("L", char.text)

    def test_zone(self):
        passport = next(path for path in SAMPLES if "valmere_passport" in path)
        document = self.reader.read(passport, zone=True)
        expected = result_lines(program("mrz", "--format", "jsonl", passport))
        self.assertEqual(expected, [without_times(document.to_dict())])
        self.assertEqual(expected[0]["mrz"]["fields"], document.mrz.fields)
        self.assertEqual(expected[0]["mrz"]["lines"], document.mrz.lines)
        self.assertTrue(document.mrz.checks)

    def test_every_kind_of_source(self):
        """The same pixels give the same document: a path, bytes, a file, an array, a picture of PIL."""
        pixels = numpy.asarray(Image.open(PHOTO).convert("RGB"))
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, "png")
        path = self.write("photo.png", png.getvalue())
        expected = self._texts(self.reader.read(path))
        wide = numpy.zeros((pixels.shape[0], pixels.shape[1] + 7, 4), numpy.uint8)
        wide[:, 3:-4, :3] = pixels
        planes = numpy.ascontiguousarray(pixels.transpose(2, 0, 1))
        read_only = pixels.copy()
        read_only.setflags(write=False)
        with open(path, "rb") as file:
            sources = {"bytes": png.getvalue(), "bytearray": bytearray(png.getvalue()), "file": file, "stream": io.BytesIO(png.getvalue()),
                       "array": pixels, "read-only": read_only, "window": wide[:, 3:-4, :3], "planes": planes.transpose(1, 2, 0),
                       "upside down twice": pixels[::-1].copy()[::-1], "mirrored twice": pixels[:, ::-1].copy()[:, ::-1],
                       "column-major": numpy.asfortranarray(pixels), "PIL": Image.open(path), "PIL RGBA": Image.open(path).convert("RGBA")}
            for name, source in sources.items():
                with self.subTest(name):
                    self.assertEqual(expected, self._texts(self.reader.read(source)))
        grey = numpy.asarray(Image.open(path).convert("L"))
        self.assertEqual(self._texts(self.reader.read(grey)), self._texts(self.reader.read(Image.open(path).convert("L"))))
        self.assertEqual(self._texts(self.reader.read(grey)), self._texts(self.reader.read(numpy.asfortranarray(grey))))

    @staticmethod
    def _texts(document):
        return [(field.name, field.text, field.confidence, field.quad) for field in document.fields.values()] or [line.text for line in document.lines]

    def test_orientation_of_pil(self):
        """A picture that EXIF says is turned is read upright, as its file is."""
        with Image.open(PHOTO) as photo:
            size, turned = photo.size, photo.rotate(90, expand=True)
        exif = Image.Exif()
        exif[0x0112] = 6
        data = io.BytesIO()
        turned.save(data, "png", exif=exif)
        path = self.write("turned.png", data.getvalue())
        upright = self.reader.read(path)
        self.assertEqual(size, (upright.width, upright.height))
        self.assertEqual(self._texts(upright), self._texts(self.reader.read(Image.open(path))))

    def test_annotate(self):
        path = self.write("out.png", b"")
        program("read", PHOTO, "--annotate", path)
        document = self.reader.read(PHOTO)
        drawn = document.annotate()
        self.assertEqual((drawn.dtype, drawn.shape), (numpy.uint8, (document.height, document.width, 3)))
        self.assertTrue(numpy.array_equal(numpy.asarray(Image.open(path).convert("RGB")), drawn))
        pixels = numpy.asarray(Image.open(PHOTO).convert("RGB"))
        self.assertEqual(drawn.shape, self.reader.read(pixels).annotate().shape)
        self.assertEqual(drawn.shape, document.annotate(pixels).shape)

    def test_pages(self):
        rows = [bytes([230]) * 90 for _ in range(40)]
        path = self.write("pages.tiff", pictures.tiff_bytes([rows, rows[:30], rows[:20]]))
        self.assertEqual([(1, 40), (2, 30), (3, 20)], [(page.page, page.height) for page in self.reader.read_pages(path)])
        self.assertEqual([1, 2, 3], [page.page for page in self.reader.read_many([path])])
        page = self.reader.read(path, page=2)
        self.assertEqual((2, 30, (30, 90, 3)), (page.page, page.height, page.annotate().shape))
        with self.assertRaisesRegex(nibble.Error, "has several pages"):
            self.reader.read(path)
        with self.assertRaisesRegex(nibble.Error, "has no page 4, its last is 3"):
            self.reader.read(path, page=4)

    def test_requests(self):
        quad = [[0, 0], [300, 0], [300, 200], [0, 200]]
        line = self.write("line.png", pictures.line_picture())
        for expected, arguments, source, request in (
                (0, ("--line",), line, {"line": True}),
                (0, ("--template", "none"), PHOTO, {"template": "none"}),
                (0, ("--template", "norravia_id", "--field", "surname"), PHOTO, {"template": "norravia_id", "fields": ["surname"]}),
                (0, ("--quad", "0,0,300,0,300,200,0,200"), PHOTO, {"quad": quad})):
            with self.subTest(arguments):
                result = result_lines(program("read", "--format", "jsonl", *arguments, source, expect=expected))
                self.assertEqual(result, [without_times(self.reader.read(source, **request).to_dict())])

    def test_locate(self):
        expected = json.loads(program("locate", "--template", "norravia_id", "--format", "json", PHOTO))["document"]
        place = self.reader.locate(PHOTO, template="norravia_id").placement
        self.assertEqual((expected["template"], expected["quad_source"]), (place.kind, place.source))
        self.assertEqual(expected["quad"], [[round(x, 2), round(y, 2)] for x, y in place.quad])
        self.assertEqual("norravia_id", self.reader.locate(PHOTO, template="auto").placement.kind)
        self.assertEqual("", self.reader.locate(PHOTO).placement.kind)

    def test_read_many_is_lazy_and_in_order(self):
        taken = []

        def sources():
            for path in SAMPLES * 2:
                taken.append(path)
                yield path

        results = self.reader.read_many(sources(), jobs=2)
        self.assertEqual([], taken)
        first = next(results)
        self.assertEqual(SAMPLES[0], first.path)
        self.assertLessEqual(len(taken), 4)
        self.assertEqual(SAMPLES[1:] + SAMPLES, [document.path for document in results])

    def test_read_many_goes_on(self):
        empty = self.write("empty.png", b"")
        sources = [PHOTO, empty, None, numpy.zeros((4, 4), numpy.float32), "/nowhere.jpg", PHOTO]
        documents = list(self.reader.read_many(sources, jobs=2))
        self.assertEqual([None, "decode_failed", "usage", "usage", "file_not_found", None], [d.error and d.error.code for d in documents])
        self.assertEqual([True, False, False, False, False, True], [d.ok for d in documents])
        self.assertEqual({"code": "file_not_found", "message": "/nowhere.jpg: no such file"}, documents[4].to_dict()["error"])

    def test_read_many_can_be_left(self):
        results = self.reader.read_many(SAMPLES * 10, jobs=2)
        next(results)
        results.close()

    def test_clip(self):
        frames = SAMPLES[:3]
        expected = json.loads(program("read", "--clip", "--format", "json", *frames))
        document = self.reader.read_clip(frames)
        self.assertEqual(without_times(expected), without_times(document.to_dict()))
        self.assertEqual([str(path) for path in frames], [frame["path"] for frame in document.frames])

    def test_clip_of_arrays_and_bad_frames(self):
        pixels = numpy.asarray(Image.open(PHOTO).convert("RGB"))
        document = self.reader.read_clip([pixels, b"no picture", pixels], template="norravia_id")
        self.assertEqual([True, False, True], [frame["used"] for frame in document.frames])
        self.assertEqual(1, len(self.reader.read_clip([pixels] * 5, max_frames=1).frames))
        for frames, arguments, code in (([], {}, "no_document"), ([b"no picture"], {}, "decode_failed"), ([None], {}, "usage"),
                                        ([pixels], {"stop_cost": 0}, "usage"), ([pixels], {"max_frames": -1}, "usage")):
            with self.subTest(code=code, arguments=arguments), self.assertRaises(nibble.Error) as caught:
                self.reader.read_clip(frames, **arguments)
            self.assertEqual(code, caught.exception.code)

    def test_pickle(self):
        reader = pickle.loads(pickle.dumps(nibble.Reader(precision="int8", alternatives=0)))
        self.assertEqual("int8", reader.info.precision)
        error = pickle.loads(pickle.dumps(nibble.Error("a line", "too_large")))
        self.assertEqual(("a line", "too_large"), (str(error), error.code))

    def test_own_files(self):
        model = pictures.model_bytes()
        path = self.write("model.safetensors", model)
        by_path, by_bytes = (nibble.Reader(precision="f32", model=given) for given in (path, model))
        self.assertEqual(by_path.info.digest, by_bytes.info.digest)
        self.assertFalse(by_path.info.calibrated)


if __name__ == "__main__":
    unittest.main()
