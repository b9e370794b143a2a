#!/usr/bin/env bash
# Builds the wheel to hand on, with all libraries that it needs inside, and reads a sample with it in an empty environment.
#
#   scripts/wheel.sh [PYTHON]     (default: python3)
#
# The wheel is in build/wheel. It has the stable ABI from CPython 3.12 on. Needs scripts/setup.sh python.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in -h|--help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
python=${1:-python3}
[ -x build/venv/bin/auditwheel ] || { echo "wheel: build/venv is missing; scripts/setup.sh python makes it" >&2; exit 1; }

out=build/wheel
rm -rf "$out"
mkdir -p "$out"
launcher=()
if command -v ccache >/dev/null; then launcher=(--config-settings=cmake.define.CMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
"$python" -m venv "$out/build"
export CXX=${CXX:-c++}  # as the presets call it: ccache then has what they compiled
"$out/build/bin/pip" -q --disable-pip-version-check wheel --no-deps -w "$out/raw" --config-settings=build-dir=build/wheel-objects \
  --config-settings=cmake.define.NIBBLE_PDF=OFF "${launcher[@]}" .
PATH="$PWD/build/venv/bin:$PATH" build/venv/bin/auditwheel repair -w "$out" "$out"/raw/*.whl > "$out/auditwheel.log" 2>&1 || { cat "$out/auditwheel.log" >&2; exit 1; }
wheel=$(ls "$out"/*.whl)

size=$(stat -c %s "$wheel")
echo "wheel: $wheel, $((size / 1000)) KB"
if [ "$size" -gt 30000000 ]; then echo "wheel: larger than 30 MB" >&2; exit 1; fi

# Nothing but the wheel: no environment of the build's, no data of the clone's.
"$python" -m venv "$out/empty"
"$out/empty/bin/pip" -q --disable-pip-version-check install --no-deps --no-index "$wheel"
photo=$PWD/data/samples/01_norravia_id/images/TA/TA01_01.jpg
cd /
surname=$(env -u NIBBLE_DATA "$OLDPWD/$out/empty/bin/python" -c '
import sys, nibble
for precision in ("f32", "int8", "int4"):
    fields = nibble.Reader(precision=precision).read(sys.argv[1]).fields
    print(fields["surname"].text, fields["birth_date"].value)' "$photo" | sort -u)
[ "$surname" = "LINDNESCU 1992-04-23" ] || { echo "wheel: reads $surname" >&2; exit 1; }
env -u NIBBLE_DATA "$OLDPWD/$out/empty/bin/nibble" read "$photo" | grep -q LINDNESCU
echo "wheel: reads a sample in an empty environment, as a package and as a program"
