#!/usr/bin/env python3
"""Renders fictional identity documents and photographs of them as a tree in MIDV-500's layout.

    python3 scripts/specimens/render.py --out DIR --seed 1 --frames 3
    python3 scripts/specimens/render.py --out data/samples --templates data/templates ...

The same arguments give the same bytes with the same versions of the libraries. Every state, authority and person is
invented. Needs the Debian packages of scripts/specimens/requirements-debian.txt.
"""

import argparse
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from specimens import booklets, cards, dataset, film, scene  # noqa: E402

# Name -> how it is drawn and whose papers it belongs to (both sides of a card are of one person).
TYPES = {
    "norravia_id": (cards.identity_front, "norravia_id"),
    "norravia_id_back": (cards.identity_back, "norravia_id"),
    "valmere_passport": (booklets.passport, "valmere_passport"),
    "kestria_drvlic": (cards.driving_licence, "kestria_drvlic"),
    "utopia_registration": (booklets.registration, "utopia_registration"),
    "arvenia_residence": (cards.residence_permit, "arvenia_residence"),
}


def _parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", required=True, help="where the tree is written")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other people and scenes (default 1)")
    parser.add_argument("--frames", type=int, default=10, metavar="K", help="photographs a type (default 10)")
    parser.add_argument("--types", default=",".join(TYPES), metavar="A,B", help="default: all of %s" % ", ".join(TYPES))
    parser.add_argument("--conditions", default=",".join(scene.CONDITIONS), metavar="TA,KS",
                        help="taken in turn; T table, K keyboard, H hand, P partly outside, C clutter; camera A or S")
    parser.add_argument("--clip", action="store_true",
                        help="film each type in one scene, in the turn of --conditions: K frames with tremor, hunting focus and moving glare")
    parser.add_argument("--readable", action="store_true", help="take a photograph again while a field of it is hidden")
    parser.add_argument("--quality", type=int, default=88, help="of the JPEG frames (default 88)")
    parser.add_argument("--quick", action="store_true", help="write the specimens' pictures quickly rather than small")
    parser.add_argument("--templates", metavar="DIR", help="also write NAME.json and NAME.jpg templates there")
    args = parser.parse_args(argv)
    args.types, args.conditions = args.types.split(","), args.conditions.split(",")
    for given, known in ((args.types, TYPES), (args.conditions, scene.CONDITIONS)):
        for item in given:
            if item not in known:
                parser.error("%r is none of %s" % (item, ", ".join(known)))
    if args.readable and args.clip:
        parser.error("--readable cannot hold for a clip, whose frames are as they come")
    if args.readable and any(c[0] == "P" for c in args.conditions):
        parser.error("--readable cannot hold for a condition of P, where part of the document is outside")
    if args.frames < 0 or not 1 <= args.quality <= 100:
        parser.error("--frames must not be negative and --quality lies in 1 to 100")
    return args


def _photograph(canvas, condition, key, readable):
    """A frame and a clean flag a field."""
    sheet = canvas.picture()
    for attempt in range(50):
        gen = np.random.default_rng(list(("%s/%d" % (key, attempt)).encode()))
        frame = scene.photograph(sheet, canvas.width, canvas.height, condition, gen)
        to_frame = scene.homography(canvas.width, canvas.height, frame.quad)
        clean = [frame.clean(to_frame, field.quad) for field in canvas.fields]
        if all(clean) or not readable:
            return frame, clean
    raise SystemExit("render.py: no readable frame of %s in 50 attempts" % key)


def _film_type(args, number, name, stem, canvas):
    """The frames of one clip, which are those of one folder."""
    condition = args.conditions[number % len(args.conditions)]
    gen = np.random.default_rng(list(("%d/%s/%s/clip" % (args.seed, name, condition)).encode()))
    rows = []
    for k, frame in enumerate(film.film(canvas.picture(), canvas.width, canvas.height, condition, gen, args.frames)):
        frame_name = "%s/%s%02d_%02d" % (condition, condition, number + 1, k + 1)
        to_frame = scene.homography(canvas.width, canvas.height, frame.quad)
        dataset.write_frame(args.out, stem, frame_name, frame, args.quality)
        rows += dataset.field_rows(stem, frame_name, canvas, [frame.clean(to_frame, field.quad) for field in canvas.fields])
    return rows


def render_type(args, name):
    """Writes one type and returns its rows of fields.tsv and of names.tsv."""
    number = list(TYPES).index(name)
    draw, owner = TYPES[name]
    canvas = draw(random.Random("%d/%s" % (args.seed, owner)))
    stem = "%02d_%s" % (number + 1, name)
    dataset.write_type(args.out, stem, canvas, compact=not args.quick)
    if args.templates:
        dataset.write_template(args.templates, name, canvas, draw(random.Random("%d/%s/template" % (args.seed, owner))))
    if args.clip:
        return _film_type(args, number, name, stem, canvas)
    rows, taken = [], {}
    for k in range(args.frames):
        # Each type starts elsewhere in the list, so that few frames still show many conditions.
        condition = args.conditions[(k + number * args.frames) % len(args.conditions)]
        taken[condition] = taken.get(condition, 0) + 1
        frame_name = "%s/%s%02d_%02d" % (condition, condition, number + 1, taken[condition])
        frame, clean = _photograph(canvas, condition, "%d/%s/%s" % (args.seed, name, frame_name), args.readable)
        dataset.write_frame(args.out, stem, frame_name, frame, args.quality)
        rows += dataset.field_rows(stem, frame_name, canvas, clean)
    return rows, dataset.name_rows(stem, canvas)


def main(argv):
    args = _parse(argv)
    # Threads may not change the bytes, and one is enough.
    cv2.setNumThreads(1)
    rows, names = [], []
    for name in TYPES:
        if name in args.types:
            of_type = render_type(args, name)
            rows += of_type[0]
            names += of_type[1]
            if sys.stderr.isatty():
                print("rendered %s" % name, file=sys.stderr)
    dataset.write_fields(args.out, rows)
    dataset.write_names(args.out, names)


if __name__ == "__main__":
    main(sys.argv[1:])
