#!/usr/bin/env bash
# Trains the finder from nothing: installs fonts and PyTorch (in .venv), trains in float, then for 4 and for 8 bits.
#
#   scripts/train_finder.sh RUN_FOLDER [pictures in float] [pictures for 4 bits]
#
# Started again with the same folder, it goes on from the last checkpoint. Under an hour on 2 idle cores.
# RUN_FOLDER then holds nibble-find-f32.safetensors and the ranges that `nibble quantize` turns into integers.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -lt 1 ] || [ $# -gt 3 ] || [ "${1#-}" != "$1" ]; then sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
mkdir -p "$1"
run=$(cd "$1" && pwd)
scripts/setup.sh train
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -c 'import torch, cv2, PIL' 2>/dev/null || .venv/bin/pip install -q torch==2.13.0 numpy opencv-python-headless pillow
python=$PWD/.venv/bin/python
cd scripts/training
"$python" -m finder.train --run "$run/float" --pictures "${2:-44000}" --out "$run/nibble-find-f32.safetensors"
"$python" -m finder.train_quantized --float "$run/nibble-find-f32.safetensors" --precision int4 --run "$run/int4" --pictures "${3:-16000}" \
  --out "$run/nibble-find-int4.ranges.safetensors"
"$python" -m finder.train_quantized --float "$run/nibble-find-f32.safetensors" --precision int8 --run "$run/int8" --pictures 800 \
  --out "$run/nibble-find-int8.ranges.safetensors"
"$python" -m finder.examine "$run/nibble-find-int4.ranges.safetensors"
