"""Writes rendered specimens as a MIDV-500 tree, as templates and as a list of fields."""

import io
import json
import os

import numpy as np
from PIL import Image

SCHEMA_VERSION = "1.0"
# Names that a field gets without a template (include/nibble/nibble.hpp); the table of names has these alone.
STANDARD_NAMES = ("document_number", "personal_number", "surname", "given_names", "birth_date", "birth_place", "sex", "nationality", "issue_date",
                  "expiry_date", "authority", "address", "categories", "height")
HEADER = "type\tframe\tfield\tgroup\tofficial_value\tclean\tvalue"
PICTURE_WIDTH = 640  # of a template's reference picture: enough to recognise a document by
# Kinds that the list of fields groups under their own name; the rest is "other".
_GROUPS = ("date", "docnum", "latin", "mrz")


def _rounded(quad):
    return [[round(float(x), 2), round(float(y), 2)] for x, y in quad]


def _write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


def _line(value):
    return json.dumps(value, ensure_ascii=False)


def write_json(path, value):
    """One line a key, and one a field, so that the files can be read and compared."""
    entries = []
    for key, item in value.items():
        text = _line(item)
        if key == "fields":
            text = "[\n" + ",\n".join("  " + _line(field) for field in item) + "\n ]"
        entries.append(" %s: %s" % (_line(key), text))
    _write(path, ("{\n" + ",\n".join(entries) + "\n}\n").encode())


def picture_bytes(picture, form, **how):
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form, **how)
    return out.getvalue()


def write_type(root, stem, canvas, compact):
    """The printed specimen and its fields. A compact picture is a tenth smaller and takes ten times as long to write."""
    # Colours in steps of 8 halve the file; the eye and the reader see no difference.
    png = picture_bytes(np.minimum((canvas.template_picture().astype(np.uint16) + 4) // 8 * 8, 255).astype(np.uint8), "PNG",
                        optimize=compact, compress_level=6 if compact else 1)
    _write(os.path.join(root, stem, "images", stem + ".png"), png)
    truth = {}
    for i, field in enumerate(canvas.fields):
        truth["field%02d" % (i + 1)] = {"value": field.value, "quad": _rounded(field.quad)}
    for name, quad in canvas.areas.items():
        truth[name] = {"quad": _rounded(quad)}
    write_json(os.path.join(root, stem, "ground_truth", stem + ".json"), truth)


def write_frame(root, stem, name, frame, quality):
    """`name` like "TA/TA01_02"."""
    jpeg = picture_bytes(frame.picture, "JPEG", quality=quality, subsampling=2)
    _write(os.path.join(root, stem, "images", name + ".jpg"), jpeg)
    write_json(os.path.join(root, stem, "ground_truth", name + ".json"), {"quad": _rounded(frame.quad)})


def field_rows(stem, name, canvas, clean):
    """Rows of fields.tsv of one frame; `clean` holds a flag a field."""
    rows = []
    for i, field in enumerate(canvas.fields):
        group = field.kind if field.kind in _GROUPS else "other"
        rows.append("\t".join((stem, name, "field%02d" % (i + 1), group, "1", str(int(clean[i])), field.value)))
    return rows


def write_fields(root, rows):
    _write(os.path.join(root, "fields.tsv"), "\n".join([HEADER] + rows + [""]).encode())


def name_rows(stem, canvas):
    """Rows of names.tsv of one type."""
    return ["\t".join((stem, "field%02d" % (i + 1), field.name)) for i, field in enumerate(canvas.fields) if field.name in STANDARD_NAMES]


def write_names(root, rows):
    _write(os.path.join(root, "names.tsv"), "\n".join(["type\tfield\tname"] + rows + [""]).encode())


def write_template(folder, name, canvas, other):
    """The template with telling field names. Its reference picture shows the papers of another person (`other`), as it would for a
    document found in the street: nothing of the holder may help to recognise it."""
    fields = [{"name": f.name, "quad": _rounded(f.quad), "kind": f.kind, "format": f.format, "alphabet": f.alphabet}
              for f in canvas.fields]
    areas = [_rounded(quad) for quad in (*canvas.areas.values(), *other.areas.values(), *(f.quad for f in other.fields))]
    variable = [area for i, area in enumerate(areas) if area not in areas[:i]]
    write_json(os.path.join(folder, name + ".json"), {
        "schema_version": SCHEMA_VERSION, "name": name, "width": canvas.width, "height": canvas.height,
        "picture": name + ".jpg", "variable": variable, "fields": fields})
    picture = Image.fromarray(other.template_picture())
    size = (PICTURE_WIDTH, round(PICTURE_WIDTH * picture.height / picture.width))
    small = np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
    _write(os.path.join(folder, name + ".jpg"), picture_bytes(small, "JPEG", quality=80))
