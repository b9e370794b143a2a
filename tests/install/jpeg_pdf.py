#!/usr/bin/env python3
"""Writes a PDF of one page that shows a JPEG picture: jpeg_pdf.py PICTURE.jpg FILE.pdf"""

import pathlib
import struct
import sys


def size_of(jpeg):
    """Width and height, from the frame's head."""
    at = 2
    while True:
        mark, length = struct.unpack(">HH", jpeg[at:at + 4])
        if mark in (0xFFC0, 0xFFC1, 0xFFC2):
            height, width = struct.unpack(">HH", jpeg[at + 5:at + 9])
            return width, height
        at += 2 + length


def main():
    jpeg = pathlib.Path(sys.argv[1]).read_bytes()
    width, height = size_of(jpeg)
    box = f"{width * 72 / 300:.2f} 0 0 {height * 72 / 300:.2f}"  # as it is drawn: 300 pixels an inch
    content = f"q {box} 0 0 cm /Im Do Q".encode()
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {box.split()[0]} {box.split()[3]}] /Resources <</XObject <</Im 5 0 R>>>> /Contents 4 0 R>>".encode(),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length %d>>\nstream\n%s\nendstream"
        % (width, height, len(jpeg), jpeg),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    pathlib.Path(sys.argv[2]).write_bytes(out)


if __name__ == "__main__":
    main()
