"""Fonts for training lines: found on the system, with the characters that each can draw."""
import functools
import pathlib
import random
import re

from PIL import ImageFont

import alphabet

FOLDERS = ("/usr/share/fonts/truetype", "/usr/share/fonts/opentype")
# Families of the packages in fonts.txt by the start of the file's name; other fonts of a machine are left alone so that
# a training is the same everywhere.
FAMILIES = (
    "Liberation", "DejaVu", "FreeSans", "FreeMono", "FreeSerif", "Nimbus", "C059", "P052", "URWGothic", "URWBookman", "texgyre", "Roboto",
    "OpenSans", "Carlito", "Caladea", "B612", "Courier", "OCRA", "OCRB", "Lato", "NotoSans-", "NotoSansDisplay-", "NotoSerif-",
    "NotoSerifDisplay-", "NotoSansMono-", "Arimo", "Cousine", "Tinos", "PTS", "PTM", "PTF", "PTC", "OpenDin", "opendin", "OpenDIN", "osifont",
    "Play", "Dosis", "Yanone", "Cabin", "ClearSans", "Inter-", "Hack", "Inconsolata", "Anonymous", "Gen", "LinBiolinum", "LinLibertine",
    "Cantarell", "Quattrocento", "Jura", "Karla", "Oxygen", "Switzera", "Gillius", "Universalis", "Verana", "Tribun", "NationalPark",
    "Roadgeek", "GNUTypewriter", "Aerial", "Veranda", "Tymes", "Tuffy", "Andika", "FiraCode", "Manrope")
# Outlines, shadows, symbols, and hairline or black weights that no document prints.
REJECTED = re.compile(r"Dingbat|Symbol|Math|Outline|Keyboard|_I[0-9]|LinLibertine_K|Chorus|chorus|Thin|ExtraLight|Hairline|OCRBF|OCRBX|OCRBE"
                      r"|Initials|Z003|SmallCaps|UltraLight", re.IGNORECASE)


def _draws(font, character):
    """Whether the font has an outline for the character: it differs from the outline of a code point that no font has."""
    missing = font.getmask("\U000E1234")
    mask = font.getmask(character)
    return mask.getbbox() is not None and (mask.size, bytes(mask)) != (missing.size, bytes(missing))


SLANTED = re.compile(r"Italic|Oblique|It\.|BdIta|-It|italic|oblique")


# What most cards and licences are personalised with.
HELVETICA_LIKE = re.compile(r"NimbusSans|FreeSans|texgyreheros|LiberationSans|Arimo|Aerial|SwitzeraADF")
HELVETICA_SHARE = 0.3


class Font:
    """A font file, its class (mrz, mono, condensed, text) and the characters that it draws."""

    def __init__(self, path):
        self.path = str(path)
        name = path.name
        self.is_ocr_b = name.startswith("OCRB")
        self.is_ocr_a = name.startswith("OCRA")
        probe = ImageFont.truetype(self.path, 24, layout_engine=ImageFont.Layout.BASIC)
        self.characters = frozenset(" ") | {character for character in alphabet.ALPHABET if character != " " and _draws(probe, character)}
        self.cap_ratio = max(probe.getbbox("H", anchor="ls")[3] - probe.getbbox("H", anchor="ls")[1], 1) / 24

    @functools.lru_cache(maxsize=1024)
    def at_cap_height(self, pixels):
        """The font at the size whose capital letters are about `pixels` tall."""
        return ImageFont.truetype(self.path, max(round(pixels / self.cap_ratio), 6), layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=1)
def load_fonts():
    """All usable fonts, sorted by path."""
    fonts = []
    paths = sorted(path for folder in FOLDERS for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".ttf", ".otf"))
    for path in paths:
        if not path.name.startswith(FAMILIES) or REJECTED.search(path.name):
            continue
        font = Font(path)
        if len(font.characters & set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-/")) == 66:
            fonts.append(font)
    if len(fonts) < 50:
        raise SystemExit(f"only {len(fonts)} fonts found: run scripts/setup.sh train")
    return fonts


@functools.lru_cache(maxsize=1)
def _groups():
    fonts = load_fonts()
    families, helvetica_like = {}, []
    for font in fonts:
        if not font.is_ocr_b:
            weight = 1 if SLANTED.search(font.path) else 4  # documents seldom print fields in italics
            if HELVETICA_LIKE.search(font.path):
                helvetica_like.extend([font] * weight)
            family = families.setdefault(re.split(r"[-_ ]|(?<=[a-z])(?=[A-Z])", pathlib.Path(font.path).stem)[0], [])
            family.extend([font] * weight)
    return sorted(families.items()), helvetica_like, [font for font in fonts if font.is_ocr_b]


def pick_font(rng: random.Random, text, mrz=False):
    """A font that draws every character of the text; machine readable lines are mostly OCR-B. Other families are
    drawn evenly."""
    families, helvetica_like, ocr_b = _groups()
    needed = set(text)
    if ocr_b and rng.random() < (0.85 if mrz else 0.05):
        font = rng.choice(ocr_b)
        if needed <= font.characters:
            return font
    for _ in range(40):
        font = rng.choice(helvetica_like if rng.random() < HELVETICA_SHARE else rng.choice(families)[1])
        if needed <= font.characters and (not mrz or font.is_ocr_a or "Mono" in font.path or "Cour" in font.path or rng.random() < 0.3):
            return font
    return None
