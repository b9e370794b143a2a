"""Pages of PDF files as inputs. The files are written here, byte by byte."""

import json
import os
import resource
import shutil
import subprocess
import unittest
import zlib

from support import PROGRAM, ProgramTest, picture, run, template, tiff_bytes

READER = os.path.join(os.path.dirname(os.path.realpath(shutil.which(PROGRAM) or PROGRAM)), "nibble-pdf")


def stream(data, **entries):
    """An object with a compressed stream."""
    packed = zlib.compress(data)
    head = "".join(f"/{name} {value} " for name, value in entries.items())
    return f"<<{head}/Filter /FlateDecode /Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream"


def pdf_bytes(pages, trailer="", count=None):
    """A PDF of pages, each a dict: `box` (points), and optionally `rows` (a grey picture that fills it), `content`, `extra` entries."""
    objects = [b"<</Type /Catalog /Pages 2 0 R>>", b""]
    kids = []
    for page in pages:
        width, height = page["box"]
        resources, content = "", page.get("content", b"")
        if "rows" in page:
            rows = page["rows"]
            objects.append(stream(b"".join(rows), Type="/XObject", Subtype="/Image", Width=len(rows[0]), Height=len(rows),
                                  ColorSpace="/DeviceGray", BitsPerComponent=8))
            resources = f"/XObject <</Im {len(objects)} 0 R>>"
            content = f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode()
        objects.append(stream(content))
        objects.append(f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Resources <<{resources}>> "
                       f"/Contents {len(objects)} 0 R {page.get('extra', '')}>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages) if count is None else count}>>".encode()
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + f"trailer\n<</Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def shades(shade, width=320, height=200):
    """A picture whose right lower quarter is black."""
    return [bytes([shade]) * width] * (height // 2) + [bytes([shade]) * (width // 2) + bytes(width // 2)] * (height // 2)


def frames(data, channels=3):
    """What nibble-pdf prints of the pages: (width, height, pixels), or the text of one that it could not draw."""
    head, data = data.split(b"\n", 1)
    assert head.startswith(b"pages "), head
    pages = []
    while data:
        line, data = data.split(b"\n", 1)
        kind, text = line.split(b" ", 1)
        if kind == b"failed":
            pages.append(text.decode())
        else:
            width, height = map(int, text.split())
            pages.append((width, height, data[:width * height * channels]))
            data = data[width * height * channels:]
    return pages


class PdfTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertTrue(os.path.exists(READER), "built without poppler: run scripts/setup.sh test and configure again")
        self.card = self.write("card.json", template())

    def read(self, *arguments, **options):
        return run("read", "--model", self.model, "--template", self.card, "--format", "jsonl", *arguments, **options)

    def results(self, *arguments, code=0, **options):
        result = self.read(*arguments, **options)
        self.assertEqual(code, result.returncode, result.stderr)
        return [json.loads(line) for line in result.stdout.decode().splitlines()]


class PagesTest(PdfTest):
    # A card of 320 x 200 pixels at 300 pixels an inch, so that a page has the picture's own pixels.
    CARD = (76.8, 48)

    def test_every_page_is_a_result(self):
        scan = self.write("pages.pdf", pdf_bytes([{"box": self.CARD, "rows": shades(shade)} for shade in (200, 240)]))
        whole = self.results("--annotate", self.path("drawn.png"), scan)
        self.assertEqual([(scan, 1, "ok"), (scan, 2, "ok")],
                         [(result["input"]["path"], result["input"]["page"], result["status"]) for result in whole])
        self.assertTrue(os.path.exists(self.path("drawn.png")) and os.path.exists(self.path("drawn_p2.png")))
        with open(scan, "rb") as file:
            piped = self.results("-", stdin=file.read())
        self.assertEqual([result["fields"][0]["raw"] for result in whole], [result["fields"][0]["raw"] for result in piped])
        folder = self.write("in/deep/one.pdf", pdf_bytes([{"box": self.CARD}]))
        self.assertEqual([folder], [result["input"]["path"] for result in self.results(self.path("in"))])

    def test_a_page_reads_as_its_picture(self):
        rows = shades(230)
        in_pdf = self.results(self.write("a.pdf", pdf_bytes([{"box": self.CARD, "rows": rows}])))[0]
        as_tiff = self.results(self.write("a.tif", tiff_bytes([rows])))[0]
        self.assertEqual((320, 200), (in_pdf["input"]["width"], in_pdf["input"]["height"]))
        self.assertEqual([field["name"] for field in as_tiff["fields"]], [field["name"] for field in in_pdf["fields"]])
        # Poppler blends the pixels along the black quarter, whose upper edge is what the surname's field shows as its line.
        for one, other in zip(in_pdf["fields"], as_tiff["fields"]):
            if one["name"] == "surname":
                continue
            self.assertEqual(one["raw"], other["raw"])
            self.assertAlmostEqual(one["confidence"], other["confidence"], places=2)

    def drawn(self, page, colour="rgb", pixels=200_000_000, side=40_000):
        with open(self.write("page.pdf", pdf_bytes([page])), "rb") as file:
            drawn = subprocess.run([READER, "1", colour, str(pixels), str(side)], stdin=file, capture_output=True, timeout=60, check=True)
        return frames(drawn.stdout, 3 if colour == "rgb" else 1)[0]

    def test_pages_are_drawn_at_300_pixels_an_inch(self):
        width, height, pixels = self.drawn({"box": self.CARD, "rows": shades(200)})
        self.assertEqual((320, 200), (width, height))
        self.assertEqual(bytes([200, 200, 200]), pixels[:3])
        self.assertEqual(bytes(3), pixels[-3:])
        width, height, pixels = self.drawn({"box": self.CARD, "rows": shades(200), "extra": "/Rotate 90"})
        self.assertEqual((200, 320), (width, height))
        self.assertEqual(bytes(3), pixels[3 * 200 * 319:][:3], "the black quarter is at the lower left")
        self.assertEqual((2550, 3300), self.drawn({"box": (612, 792)})[:2])

    def test_pages_are_drawn_in_grey_and_within_limits(self):
        width, height, pixels = self.drawn({"box": self.CARD, "rows": shades(200)}, "grey")
        self.assertEqual((320, 200, 320 * 200), (width, height, len(pixels)))
        self.assertEqual((200, 0), (pixels[0], pixels[-1]))
        width, height, _ = self.drawn({"box": self.CARD, "rows": shades(200)}, pixels=16_000)
        self.assertEqual((160, 100), (width, height))
        self.assertEqual((32, 20), self.drawn({"box": self.CARD, "rows": shades(200)}, side=32)[:2])

    def test_pages_come_one_after_the_other_from_one_process(self):
        scan = self.write("many.pdf", pdf_bytes([{"box": (24, 12), "content": b"%d g 0 0 9 9 re f" % (page % 2)} for page in range(300)]))
        started = resource.getrusage(resource.RUSAGE_CHILDREN)
        results = run("read", "--model", self.model, "--line", "--format", "jsonl", scan)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertEqual(300, len(results.stdout.splitlines()), results.stderr)
        # A process for each page took about 16 ms of processor time for it, 5 s in all.
        self.assertLess(used.ru_utime + used.ru_stime - started.ru_utime - started.ru_stime, 3)

    def test_pages_are_drawn_by_a_process_that_can_do_little(self):
        with open(self.write("page.pdf", pdf_bytes([{"box": (612, 792)}])), "rb") as file:
            process = subprocess.Popen([READER, "1", "rgb", "20000000", "20000"], stdin=file, stdout=subprocess.PIPE)
        try:
            self.assertEqual(b"pages 1\n", process.stdout.read(8))
            # It waits for its page to be taken.
            with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
            with open(f"/proc/{process.pid}/limits", encoding="ascii") as file:
                limits = {line[:26].strip(): line[26:47].strip() for line in file}
        finally:
            process.kill()
            process.communicate()
        self.assertEqual(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]))
        self.assertEqual(("0", "64", "0", str(1 << 30)),
                         tuple(limits[name] for name in ("Max file size", "Max open files", "Max core file size", "Max address space")))

    def test_large_pages_are_drawn_smaller(self):
        # A1, a photograph as large as its pixels in points, the largest that the format allows, a strip.
        for box in ((1684, 2384), (3000, 4000), (14400, 14400), (14400, 1), (900000, 900000)):
            with self.subTest(box):
                width, height, _ = self.drawn({"box": box})
                self.assertLess(width * height, 20.1e6)
                self.assertLessEqual(max(width, height), 20001)
                self.assertAlmostEqual(box[0] / box[1] * height, width, delta=1 + box[0] / box[1])


class BadPdfTest(PdfTest):
    CARD = {"box": PagesTest.CARD, "rows": shades(200)}

    def check_bad(self, name, content, code, *mentions):
        bad, good = self.write(name, content), self.write("good.png", picture())
        result = self.read(bad, good)
        self.check_error(result, 1, bad, *mentions)
        documents = [json.loads(line) for line in result.stdout.decode().splitlines()]
        self.assertEqual([bad, good], [document["input"]["path"] for document in documents])
        self.assertEqual(("error", code, "ok"), (documents[0]["status"], documents[0]["error"]["code"], documents[1]["status"]))

    def test_files_that_are_no_pdf_inside(self):
        self.check_bad("only_a_head.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "decode_failed", "PDF")
        self.check_bad("head_and_end.pdf", b"%PDF-1.7\n%%EOF\n", "decode_failed", "damaged PDF")
        self.check_bad("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF\n", "decode_failed", "damaged PDF")
        self.check_bad("empty.pdf", b"", "decode_failed", "empty")
        self.check_bad("text.pdf", b"%PD", "decode_failed", "not a JPEG")

    def test_a_pdf_cut_anywhere_is_an_error(self):
        whole = pdf_bytes([self.CARD] * 2)
        paths = [self.write(f"cut/{size:05}.pdf", whole[:size]) for size in range(0, len(whole) - 6, len(whole) // 12)]
        self.assertEqual({"decode_failed"}, {result["error"]["code"] for result in self.results(*paths, code=1)})

    def test_bytes_behind_the_end_and_before_the_head(self):
        whole = pdf_bytes([self.CARD])
        paths = [self.write(name, content) for name, content in {
            "nul_behind.pdf": whole + bytes(100_000), "page_behind.pdf": whole + b"<html>" + b"x" * 5000, "before.pdf": b"x\n" * 512 + whole,
            "both.pdf": b"\r\n" * 50 + whole + bytes(5000)}.items()]
        self.assertEqual(["ok"] * 4, [result["status"] for result in self.results(*paths)])
        self.check_bad("far.pdf", b"x" * 1025 + whole, "decode_failed", "not a JPEG")

    def test_an_update_that_was_cut_off(self):
        whole = pdf_bytes([self.CARD])
        self.check_bad("update.pdf", whole + b"4 0 obj\n<</Type /Page", "decode_failed", "truncated")
        # The first part of a file for reading over a network has an end mark of its own.
        self.check_bad("linear.pdf", whole.replace(b"startxref\n" + whole.split(b"startxref\n")[1].split(b"\n")[0], b"startxref\n0"),
                       "decode_failed", "truncated")

    def test_an_encrypted_pdf(self):
        encrypt = f"/Encrypt <</Filter /Standard /V 1 /R 2 /P -4 /O <{'5a' * 32}> /U <{'a5' * 32}>>> /ID [<00> <00>]"
        self.check_bad("locked.pdf", pdf_bytes([self.CARD], trailer=encrypt), "decode_failed", "encrypted", "password")

    def test_a_pdf_without_pages(self):
        self.check_bad("none.pdf", pdf_bytes([]), "decode_failed", "without pages")

    def test_a_page_that_is_missing_does_not_stop_the_others(self):
        results = self.results(self.write("three.pdf", pdf_bytes([self.CARD] * 2, count=3)), code=1)
        self.assertEqual([(1, "ok"), (2, "ok"), (3, "error")],
                         [(result["input"].get("page", position), result["status"]) for position, result in enumerate(results, 1)])

    def test_a_page_of_no_size(self):
        # Poppler takes a letter page for a box without area, which is no harm; a size that no paper has is refused.
        self.check_bad("giant.pdf", pdf_bytes([{"box": (2e9, 2e9)}]), "decode_failed", "size")

    def claims(self, width, height):
        """A page whose picture claims a size, though hardly any bytes of it are there."""
        return pdf_bytes([self.CARD]).replace(b"/Width 320 /Height 200", f"/Width {width} /Height {height}".encode())

    def test_a_picture_that_takes_too_much_memory(self):
        self.check_bad("wide.pdf", self.claims(2**31 - 1, 1), "too_large", "memory")
        self.check_bad("colour.pdf", self.claims(700_000_000, 1).replace(b"/DeviceGray", b"/DeviceRGB"), "too_large", "memory")
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 3 << 19, "kilobytes, of any process so far")

    def test_a_picture_that_takes_too_long(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (2, resource.RLIM_INFINITY))
        result = subprocess.run([PROGRAM, "read", "--line", self.write("long.pdf", self.claims(100_000, 100_000))], capture_output=True,
                                stdin=subprocess.DEVNULL, timeout=100, check=False, preexec_fn=limit)
        self.check_error(result, 1, "long.pdf", "too long")


class WithoutReaderTest(PdfTest):
    def test_a_program_built_without_poppler_says_what_to_do(self):
        alone = shutil.copy(os.path.realpath(shutil.which(PROGRAM) or PROGRAM), self.path("nibble"))
        pdf = self.write("file.pdf", pdf_bytes([{"box": PagesTest.CARD}]))
        for command in (["read", "--line"], ["mrz"], ["locate"]):
            result = subprocess.run([alone, *command, pdf], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
            self.check_error(result, 1, pdf, "PDF", "poppler", "pdftoppm")


if __name__ == "__main__":
    unittest.main()
