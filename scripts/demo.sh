#!/usr/bin/env bash
# From a fresh clone to documents read: installs what is missing, builds the program, reads the sample photographs in
# data/samples, scores the readings and draws them into the pictures. Needs nothing but Debian 12.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "Packages"
scripts/setup.sh demo

say "Build"
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset release -DNIBBLE_TESTS=OFF "${launcher[@]}"
cmake --build --preset release --target nibble -j "$(nproc)"
nibble=build/release/nibble

models=${NIBBLE_DATA:-data}/models
precisions=()
for precision in f32 int8 int4; do
  if [ -f "$models/nibble-$precision.safetensors" ]; then precisions+=("$precision"); fi
done
if [ ${#precisions[@]} -eq 0 ]; then
  echo "demo: there is no model in $models" >&2
  exit 3
fi

pictures=build/demo
rm -rf "$pictures"
mkdir -p "$pictures"
for folder in data/samples/[0-9]*_*/; do
  type=$(basename "$folder")
  for picture in "$folder"images/*/*.jpg; do
    name=$(basename "$picture" .jpg)
    condition=$(basename "$(dirname "$picture")")
    say "$picture"
    "$nibble" read "$picture" --template "${type#*_}" --quad-json "${folder}ground_truth/$condition/$name.json" \
      --annotate "$pictures/$name.png"
  done
done

say "Accuracy on the samples"
"$nibble" eval data/samples --precision "$(IFS=,; echo "${precisions[*]}")"

say "Time of the network in each precision, on each instruction set that this processor has"
"$nibble" bench net --width 256 --rounds 5

say "Time of a document's stages, and from the start of the process to its end"
"$nibble" bench pipeline --precision "$(IFS=,; echo "${precisions[*]}")" --rounds 3

say "Done. The photographs with their readings drawn in:"
ls "$PWD/$pictures"/*
