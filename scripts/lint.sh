#!/usr/bin/env bash
# Checks the sources: `lint.sh format` their layout; `lint.sh tidy BUILD` with clang-tidy, by the compile commands in BUILD.
# `lint.sh fix` lays them out.
set -euo pipefail
cd "$(dirname "$0")/.."

sources() {
  git -c safe.directory="$PWD" ls-files -z -- '*.cpp' '*.h' '*.hpp'
}
need() {
  command -v "$1" >/dev/null || { echo "lint: $1 is missing; scripts/setup.sh test installs it" >&2; exit 1; }
}

case "${1:-}" in
  format)
    need clang-format-14
    sources | xargs -0 clang-format-14 --dry-run -Werror ;;
  fix)
    need clang-format-14
    sources | xargs -0 clang-format-14 -i ;;
  tidy)
    need run-clang-tidy-14
    run-clang-tidy-14 -quiet -p "${2:?lint.sh tidy BUILD}" -j "$(nproc)" "^$PWD/(app|data|kernels|nn|quant|recognizer)/" ;;
  *)
    sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
