"""Reads one photograph: one_photo.py PHOTO [DRAWN.png]. Each part can be run in a notebook as a cell."""

# %% Read
import sys

import nibble

photo = sys.argv[1] if len(sys.argv) > 1 else "data/samples/01_norravia_id/images/TA/TA01_01.jpg"
reader = nibble.Reader()  # make one, and share it: also between threads
document = reader.read(photo)

# %% The fields: `text` as it stands there, `value` what it means, `decision` whether a person should look at it
for name, field in document.fields.items():
    print(f"{name:16} {field.value:24} {field.confidence:5.1%} {field.decision}")

# %% A machine readable zone, if there is one
if document.mrz is not None:
    print("\n".join(document.mrz.lines), "valid" if document.mrz.valid else "in doubt")

# %% What was found, drawn into the picture (needs numpy and Pillow)
if len(sys.argv) > 2:
    from PIL import Image
    Image.fromarray(document.annotate()).save(sys.argv[2])
