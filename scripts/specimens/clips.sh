#!/usr/bin/env bash
# Renders clips for `nibble calibrate --clip` and `nibble eval --clip`: DIR/SEED is a tree in MIDV-500's layout with one document of one
# person, filmed by hand.
#
#     scripts/specimens/clips.sh DIR FIRST_SEED PEOPLE [FRAMES]
#
# Kinds of documents and scenes take turns; a clip has FRAMES (default 20) frames. A tree that is there already is left as it is.
set -euo pipefail
dir=$1 first=$2 people=$3 frames=${4:-20}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

types=(norravia_id norravia_id_back valmere_passport kestria_drvlic utopia_registration arvenia_residence)
# Without those in a hand, whose drawing takes five times as long.
scenes=(TA TS KA KS PA PS CA CS)
for ((person = 0; person < people; ++person)); do
  seed=$((first + person))
  [ -e "$dir/$seed/fields.tsv" ] && continue
  "$python" "$here/render.py" --out "$dir/$seed" --seed "$seed" --frames "$frames" --clip --quick \
    --types "${types[person % ${#types[@]}]}" --conditions "${scenes[person % ${#scenes[@]}]}"
done
