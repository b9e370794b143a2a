"""The sheet that a document is drawn on: text whose printed outline is measured, and its ornaments."""

import dataclasses
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Drawn this much larger than the template, so that frames close to the camera stay sharp.
SCALE = 2

_FONT_ROOT = "/usr/share/fonts"
_FONTS = {
    "sans": ("truetype/liberation/LiberationSans-Regular.ttf", "fonts-liberation"),
    "sans-bold": ("truetype/liberation/LiberationSans-Bold.ttf", "fonts-liberation"),
    "narrow": ("truetype/dejavu/DejaVuSansCondensed.ttf", "fonts-dejavu-extra"),
    "narrow-bold": ("truetype/dejavu/DejaVuSansCondensed-Bold.ttf", "fonts-dejavu-extra"),
    "mono-bold": ("truetype/liberation/LiberationMono-Bold.ttf", "fonts-liberation"),
    "open": ("truetype/open-sans/OpenSans-Regular.ttf", "fonts-open-sans"),
    "open-semibold": ("truetype/open-sans/OpenSans-Semibold.ttf", "fonts-open-sans"),
    "open-bold": ("truetype/open-sans/OpenSans-Bold.ttf", "fonts-open-sans"),
    "roboto": ("truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf", "fonts-roboto-unhinted"),
    "roboto-medium": ("truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf", "fonts-roboto-unhinted"),
    "roboto-condensed": ("truetype/roboto/unhinted/RobotoCondensed-Regular.ttf", "fonts-roboto-unhinted"),
    "roboto-condensed-bold": ("truetype/roboto/unhinted/RobotoCondensed-Bold.ttf", "fonts-roboto-unhinted"),
    "ocr-b": ("opentype/ocr-b/OCRB.otf", "fonts-ocr-b"),
}

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
MRZ_ALPHABET = LETTERS + DIGITS + "<"


def font(name, size):
    """`size` in template pixels an em."""
    path, package = _FONTS[name]
    path = os.path.join(_FONT_ROOT, path)
    if not os.path.exists(path):
        raise SystemExit("specimens: %s is missing; install Debian's %s" % (path, package))
    # The basic layout gives the same pixels whether or not Raqm is installed.
    return ImageFont.truetype(path, round(size * SCALE), layout_engine=ImageFont.Layout.BASIC)


@dataclasses.dataclass
class Field:
    name: str
    kind: str
    format: str
    alphabet: str
    value: str
    quad: list


def _box_quad(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


class Canvas:
    """Positions and sizes in template pixels; (0, 0) is the centre of the top-left pixel in every quad."""

    def __init__(self, width, height, paper):
        self.width, self.height = width, height
        self.fields, self.areas = [], {}
        self.pixels = np.empty((height * SCALE, width * SCALE, 3), np.float32)
        self.pixels[:] = paper

    def picture(self):
        """8-bit RGB at SCALE times the template's size."""
        return np.clip(self.pixels + 0.5, 0, 255).astype(np.uint8)

    def template_picture(self):
        return cv2.resize(self.picture(), (self.width, self.height), interpolation=cv2.INTER_AREA)

    def grid(self):
        """x and y of every pixel, in template pixels."""
        ys, xs = np.mgrid[0:self.height * SCALE, 0:self.width * SCALE].astype(np.float32)
        return xs / SCALE, ys / SCALE

    def ink(self, mask, color, strength=1.0):
        """Lays colour through a mask of 0..1."""
        alpha = (mask * strength)[..., None].astype(np.float32)
        self.pixels += alpha * (np.array(color, np.float32) - self.pixels)

    def shape(self, draw_shape, color, strength=1.0):
        """Calls draw_shape(ImageDraw) on a mask at SCALE and inks it."""
        mask = Image.new("L", (self.width * SCALE, self.height * SCALE))
        draw_shape(ImageDraw.Draw(mask))
        self.ink(np.asarray(mask, np.float32) / 255, color, strength)

    def box(self, left, top, right, bottom, color, strength=1.0, radius=0):
        box = [left * SCALE, top * SCALE, right * SCALE - 1, bottom * SCALE - 1]
        self.shape(lambda d: d.rounded_rectangle(box, radius * SCALE, fill=255), color, strength)

    def text(self, text, x, baseline, face, size, color=(30, 30, 36), strength=0.94, tracking=0.0, pitch=None,
             anchor="l"):
        """Draws a line and returns the box of its ink. tracking: extra pixels a letter; pitch: fixed advance."""
        drawn = font(face, size)
        advance = [drawn.getlength(c) / SCALE + tracking if pitch is None else pitch for c in text]
        if anchor == "r":
            x -= sum(advance) - tracking
        elif anchor == "m":
            x -= (sum(advance) - tracking) / 2
        mask = Image.new("L", (self.width * SCALE, self.height * SCALE))
        draw = ImageDraw.Draw(mask)
        if tracking == 0.0 and pitch is None:
            draw.text((x * SCALE, baseline * SCALE), text, font=drawn, fill=255, anchor="ls")
        else:
            for char, step in zip(text, advance):
                draw.text((x * SCALE, baseline * SCALE), char, font=drawn, fill=255, anchor="ls")
                x += step
        box = mask.point(lambda v: 255 if v > 60 else 0).getbbox()
        if box is None or box[0] == 0 or box[1] == 0 or box[2] == mask.width or box[3] == mask.height:
            raise ValueError("text does not fit on the document: %r" % text)
        self.ink(np.asarray(mask, np.float32) / 255, color, strength)
        return [edge / SCALE - 0.5 for edge in box]

    def field(self, name, kind, value, x, baseline, face, size, layout="", alphabet="", **how):
        """Text of the person: as text(), and the field is remembered. `layout` is the template's format."""
        box = self.text(value, x, baseline, face, size, **how)
        self.fields.append(Field(name, kind, layout, alphabet, value, _box_quad(*box)))

    def area(self, name, left, top, right, bottom):
        self.areas[name] = _box_quad(left, top, right, bottom)

    def caption(self, text, x, baseline, size=9.5, color=(70, 80, 120), face="sans", **how):
        self.text(text, x, baseline, face, size, color, 0.85, **how)
