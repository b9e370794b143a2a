#!/usr/bin/env bash
# Fuzzes each target for a while: scripts/fuzz.sh [SECONDS] [TARGET...]. What is found lies in build/fuzz/found/<target>;
# inputs that reach new code are kept in build/fuzz/corpus/<target>. `MINIMIZE=1` puts a minimal set of them, and of what
# was there, into tests/fuzz/corpus/<target>.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-120}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/fuzz_*.cpp; do name=${source##*/fuzz_}; targets+=("${name%.cpp}"); done
fi

scripts/setup.sh test
cmake --preset fuzz
cmake --build --preset fuzz -j "$(nproc)" --target "${targets[@]/#/fuzz_}"

for target in "${targets[@]}"; do
  program=build/fuzz/fuzz_$target corpus=tests/fuzz/corpus/$target grown=build/fuzz/corpus/$target found=build/fuzz/found/$target
  mkdir -p "$grown" "$found"
  echo "fuzz: $target for $seconds s"
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$found/" "$grown" "$corpus"
  if [ -n "${MINIMIZE:-}" ]; then
    rm -rf "$grown.minimal" && mkdir "$grown.minimal"
    "$program" -merge=1 -max_len=4096 "$grown.minimal" "$corpus" "$grown"
    cp -n "$grown.minimal"/* "$corpus"/
  fi
done
