#!/usr/bin/env bash
# Trains the float model from nothing: installs fonts and PyTorch (in .venv), builds the normaliser, renders and trains.
#
#   scripts/train.sh RUN_FOLDER [options of scripts/training/train.py]
#
# Started again with the same folder, it goes on from the last checkpoint. Under two hours on 2 cores with AVX-512 BF16.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -lt 1 ] || [ "${1#-}" != "$1" ]; then sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
run=$1
shift
scripts/setup.sh train
# The Debian package of PyTorch (1.13) computes infinite gradients or hangs in bfloat16 at some widths.
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -c 'import torch, cv2, PIL' 2>/dev/null || .venv/bin/pip install -q torch==2.13.0 numpy opencv-python-headless pillow
cmake --preset release -DNIBBLE_TESTS=OFF >/dev/null
cmake --build --preset release --target nibble_c
exec .venv/bin/python scripts/training/train.py --run "$run" --library build/release/libnibble_c.so --out data/models/nibble-f32.safetensors "$@"
