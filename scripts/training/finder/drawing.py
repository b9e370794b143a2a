"""The sheet that a page is drawn on: grey pixels, and where each line of text stands."""

import dataclasses
import functools
import pathlib
import random

import numpy as np
from PIL import ImageFont

import fonts

SCRIPT_SHARE = 0.1  # of the pages, in a script other than Latin
# Blocks of letters, and the start of the names of the fonts that draw them.
SCRIPTS = (
    (
        "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяЄІЇЂЈЉЊЋЏ",
        (
            "DejaVuSans",
            "DejaVuSerif",
            "LiberationSans",
            "LiberationSerif",
            "FreeSans",
            "NotoSans-",
            "NotoSerif-",
            "PTS",
        ),
    ),
    (
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω",
        ("DejaVuSans", "LiberationSans", "NotoSans-", "FreeSerif"),
    ),
    ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", ("NotoSansArabic-", "NotoNaskhArabic-", "NotoKufiArabic-")),
    ("אבגדהוזחטיכלמנסעפצקרשת", ("NotoSansHebrew-", "NotoSerifHebrew-")),
    (
        "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփք",
        ("NotoSansArmenian-", "NotoSerifArmenian-"),
    ),
    ("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", ("NotoSansGeorgian-", "NotoSerifGeorgian-")),
    ("अआइईउऊएऐओऔकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह", ("NotoSansDevanagari-", "NotoSerifDevanagari-")),
    ("กขคงจฉชซญดตถทธนบปผพฟมยรลวศษสหอฮ", ("NotoSansThai-", "NotoSerifThai-")),
)


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of print: its ink from `left` to `right`, and the height of its capitals above the
    baseline, in pixels of its page.
    """

    left: float
    right: float
    baseline: float
    cap: float


class ScriptFont:
    """A font of a script without Latin capitals, with the interface of fonts.Font; its letters'
    usual height stands for the capitals'.
    """

    def __init__(self, path, letters):
        self.path = str(path)
        self.characters = frozenset(letters + " ")
        probe = ImageFont.truetype(self.path, 48, layout_engine=ImageFont.Layout.BASIC)
        heights = [-probe.getbbox(letter, anchor="ls")[1] for letter in letters]
        self.cap_ratio = max(float(np.median(heights)), 1) / 48

    @functools.lru_cache(maxsize=256)
    def at_cap_height(self, pixels):
        return ImageFont.truetype(
            self.path, max(round(pixels / self.cap_ratio), 6), layout_engine=ImageFont.Layout.BASIC
        )


@functools.lru_cache(maxsize=1)
def scripts():
    """(letters, fonts) of every script; those that no installed font draws are left out."""
    paths = sorted(
        path for folder in fonts.FOLDERS for path in pathlib.Path(folder).rglob("*.[to]tf")
    )
    found = []
    for letters, names in SCRIPTS:
        usable = [
            path
            for path in paths
            if path.name.startswith(names)
            and path.stem.endswith(("-Regular", "-Bold", "Sans", "Serif"))
        ]
        if usable:
            found.append((letters, [ScriptFont(path, letters) for path in usable]))
    return found


def words_of(rng, letters):
    """Words of random letters; every letter of a word in the same case where the script has
    cases.
    """
    words = []
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
        word = "".join(rng.choice(letters) for _ in range(rng.randint(1, 10)))
        words.append(rng.choice((word.upper(), word.lower(), word.capitalize())))
    return (
        "".join(character if character in letters else " " for character in " ".join(words)).strip()
        or letters[:3]
    )


@functools.lru_cache(maxsize=4096)
def measured(font, pixels):
    """The font whose capitals are about `pixels` tall, their true height and the width of a
    space.
    """
    face = font.at_cap_height(pixels)
    cap = (
        -face.getbbox("H", anchor="ls")[1]
        if isinstance(font, fonts.Font)
        else font.cap_ratio * face.size
    )
    return face, max(cap, 1), face.getlength(" ")


class Page:
    """Grey pixels (float32, 0 to 255) with the lines drawn on them."""

    def __init__(self, pixels):
        self.pixels = pixels
        self.lines = []
        self.height, self.width = pixels.shape

    def draw(self, text, font, cap, x, baseline, ink, strength=1.0, tracking=0.0, gap=1.0):
        """Draws text from x on, as one line. `tracking`: further space after a letter, in heights
        of a capital; `gap`: how many times as wide as usual the spaces between words are. Returns
        the right end of the ink, x when there is none."""
        face, height, space = measured(font, round(cap * 2) / 2)
        left, right, position = None, x, x
        pieces = text if tracking else text.split(" ")
        for piece in pieces:
            if piece and piece != " ":
                begin, end = self._stamp(piece, face, position, baseline, ink, strength)
                if end > begin:
                    left, right = begin if left is None else left, end
            advance = space * gap if piece == " " else face.getlength(piece)
            position += advance + (tracking * height if tracking else space * gap)
        if left is None:
            return x
        self.lines.append(Line(left, right, baseline, height))
        return right

    def _stamp(self, piece, face, x, baseline, ink, strength):
        mask, offset = face.getmask2(piece, mode="L", anchor="ls")
        width, height = mask.size
        if width < 1 or height < 1:
            return 0, 0
        alpha = np.frombuffer(bytes(mask), np.uint8).reshape(height, width)
        left, top = round(x) + offset[0], round(baseline) + offset[1]
        x0, y0, x1, y1 = (
            max(left, 0),
            max(top, 0),
            min(left + width, self.width),
            min(top + height, self.height),
        )
        if x1 > x0 and y1 > y0:
            target = self.pixels[y0:y1, x0:x1]
            target += (ink - target) * (
                alpha[y0 - top : y1 - top, x0 - left : x1 - left] * np.float32(strength / 255)
            )
        return left, left + width

    def clear_of_lines(self, left, top, right, bottom, margin=0.0):
        """Whether no line reaches into the box."""
        return not any(
            line.left < right + margin
            and line.right > left - margin
            and line.baseline - line.cap * 1.4 < bottom + margin
            and line.baseline + line.cap * 0.4 > top - margin
            for line in self.lines
        )


def ink_on(rng: random.Random, paper):
    """A grey that stands out on `paper`: dark on light and light on dark, seldom otherwise."""
    difference = rng.uniform(55, 255)
    if (paper > 120) == (rng.random() < 0.93):
        return max(0.0, paper - difference)
    return min(255.0, paper + difference)


def fitted(font, text, cap, width, tracking=0.0):
    """The text, shortened until it is at most `width` wide; may be empty."""
    face, height, _ = measured(font, round(cap * 2) / 2)
    while text and face.getlength(text) + len(text) * tracking * height > width:
        text = text[: int(len(text) * 0.75)].strip() if len(text) > 2 else ""
    return text
