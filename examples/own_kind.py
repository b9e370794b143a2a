"""Reads a kind of document of your own: own_kind.py REFERENCE.json PHOTO..., and what to do where the reading itself is not good enough.

REFERENCE.json is a template: where the fields stand on the upright document, and a picture of one (`nibble template new` and
`nibble template import` make it, data/templates/README.md describes it).
"""

# %% A reader that knows the kind besides those of the package
import sys

import nibble

template, *photos = sys.argv[1:] or ["data/templates/norravia_id.json", "data/samples/01_norravia_id/images/TA/TA01_01.jpg"]
reader = nibble.Reader(templates=[template])

# %% What is read, and what a person should look at
for document in reader.read_many(photos, template=template):
    print(document.path, document.error or "")
    for name, field in document.fields.items():
        print(f"  {name:16} {field.text:30} {field.decision}")

# %% Where characters are read wrong: train the network on (hours), in a clone of the repository
#
#     scripts/train.sh run/ --start data/models/nibble-f32.safetensors --out mine-f32.safetensors
#     .venv/bin/python scripts/training/train_quantized.py --run run4/ --float mine-f32.safetensors \
#         --library build/release/libnibble_c.so --out mine-int4.safetensors
#     python -m nibble calibrate photographs/ --model mine-int4.safetensors -o mine-int4.calibration.json
#     python -m nibble eval photographs/ --model mine-int4.safetensors
#
# The fonts and texts of the lines that it trains on are those of scripts/training (fonts.txt, text.py): add yours there. The package
# reads with the new model, and takes the calibration that lies beside it:
#
#     nibble.Reader(model="mine-int4.safetensors")
