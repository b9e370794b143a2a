"""README's pictures: a specimen with what was read drawn in, and the top of an evaluation's page, both of the shipped samples."""
import json
import os
import pathlib
import shutil
import sys

import steps
from steps import environment

sys.path.insert(0, str(steps.ROOT / "tests" / "blackbox"))

PHOTO = steps.SAMPLES / "03_valmere_passport" / "images" / "TS" / "TS03_01.jpg"
TRUTH = steps.SAMPLES / "03_valmere_passport" / "ground_truth" / "TS" / "TS03_01.json"
TEMPLATE = "valmere_passport"
BORDER = 0.06    # around the document, share of its width
WIDTH = 1000     # pixels of the annotated picture
PAGE = (1280, 1740)
NAMES = ("annotated.jpg", "report.png")
MOST_BYTES = 250_000


def annotate(context):
    """The photograph, cut to the document's surroundings."""
    from PIL import Image
    drawn = context.folder / "annotated.png"
    context.run(context.program, "read", PHOTO, "--template", TEMPLATE, "--quad-json", TRUTH, "--annotate", drawn, what="nibble read")
    quad = json.loads(TRUTH.read_text(encoding="utf-8"))["quad"]
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*quad))
    border = BORDER * (right - left)
    with Image.open(drawn) as picture:
        box = (max(0, left - border), max(0, top - border), min(picture.width, right + border), min(picture.height, bottom + border))
        part = picture.convert("RGB").crop(tuple(round(side) for side in box))
    part = part.resize((WIDTH, round(WIDTH * part.height / part.width)), Image.Resampling.LANCZOS)
    part.save(context.folder / NAMES[0], quality=88, optimize=True)


def photograph_page(context):
    """The top of the page."""
    from PIL import Image
    import browser
    if browser.CHROMIUM is None:
        sys.exit("there is no Chromium")
    page = context.folder / "samples.html"
    # Paths from the root, as a reader would type them: the page shows its command.
    command = [os.path.relpath(context.program), "eval", os.path.relpath(steps.SAMPLES), "--precision", ",".join(steps.PRECISIONS), "--html", os.path.relpath(page)]
    context.run(*command, what="nibble eval")
    window = browser.Browser()
    try:
        window.open(str(page.resolve()), PAGE[0], PAGE[1], False)
        window.screenshot(context.folder / "page.png")
    finally:
        window.close()
    with Image.open(context.folder / "page.png") as picture:
        top = picture.convert("RGB").crop((0, 0, picture.width, min(PAGE[1], picture.height)))
    top.save(context.folder / NAMES[1], optimize=True)


def make(context):
    """Makes both in the context's folder, by the interpreter that has Debian's packages; returns their sizes in bytes."""
    context.run(steps.PYTHON, __file__, context.program, context.folder, what="making the pictures (scripts/setup.sh reports installs what it needs)")
    sizes = {name: (context.folder / name).stat().st_size for name in NAMES}
    for name, size in sizes.items():
        if size > MOST_BYTES:
            raise environment.Failure(f"{name} has {size} bytes, more than {MOST_BYTES}")
    return sizes


def install(folder, target):
    """Copies the pictures that were made to where README shows them."""
    for name in NAMES:
        if (folder / name).exists():
            pathlib.Path(target).mkdir(exist_ok=True)
            shutil.copyfile(folder / name, target / name)


if __name__ == "__main__":
    here = steps.Context(pathlib.Path(sys.argv[1]), "", pathlib.Path(sys.argv[2]))
    os.chdir(steps.ROOT)
    annotate(here)
    photograph_page(here)
