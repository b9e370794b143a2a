#!/usr/bin/env bash
# Renders photographs of many people's documents, which `nibble calibrate` is to see: DIR/SEED is a tree in MIDV-500's layout for each.
#
#     scripts/specimens/people.sh DIR FIRST_SEED PEOPLE [PHOTOGRAPHS]
#
# Everyone has one document of each kind and PHOTOGRAPHS (default 3) of it. A tree that is there already is left as it is.
set -euo pipefail
dir=$1 first=$2 people=$3 photographs=${4:-3}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

scenes=(TA TS KA KS HA HS PA PS CA CS)
for ((person = 0; person < people; ++person)); do
  seed=$((first + person))
  [ -e "$dir/$seed/fields.tsv" ] && continue
  # Each kind of document starts elsewhere in the list, so that with the list turned everyone's papers are seen in other scenes.
  turn=$((person % ${#scenes[@]}))
  turned=$(IFS=,; echo "${scenes[*]:turn},${scenes[*]:0:turn}")
  "$python" "$here/render.py" --out "$dir/$seed" --seed "$seed" --frames "$photographs" --conditions "${turned%,}" --quick
done
