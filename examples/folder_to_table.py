"""Reads all photographs of a folder into a table, a row each: folder_to_table.py FOLDER TABLE.csv (needs polars)."""

# %% The photographs
import pathlib
import sys

import polars

import nibble

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "data/samples")
paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})

# %% Read on all cores, in order; what cannot be read is a row that says why
rows = []
for document in nibble.Reader().read_many(paths):
    row = {"path": document.path, "page": document.page, "error": str(document.error or "")}
    if document.ok:
        row["kind"] = document.placement.kind if document.placement else ""
        row["to_review"] = sum(field.decision != "accept" for field in document.fields.values())
        row.update((name, field.value) for name, field in document.fields.items())
    rows.append(row)

# %% The table
table = polars.DataFrame(rows, infer_schema_length=None)
print(table)
if len(sys.argv) > 2:
    table.write_csv(sys.argv[2])
