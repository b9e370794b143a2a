#!/usr/bin/env bash
# Builds and tests everything: release with the Python package, then ASan and UBSan, and the format check, in one run of ctest:
# scripts/test.sh [--whole]     (--whole: the slow tests with ASan and UBSan too, some ten minutes more)
# Ends with ctest's closing line over all of them and with its exit code.
set -euo pipefail
cd "$(dirname "$0")/.."

selected=(-LE whole)
case ${1:-} in
  "") ;;
  --whole) selected=() ;;
  *) echo "test.sh: unknown option $1" >&2; exit 2 ;;
esac

scripts/setup.sh test
package=()
if scripts/setup.sh python; then
  package=(-DNIBBLE_PYTHON=ON -DPython_EXECUTABLE="$PWD/build/venv/bin/python")
else
  echo "test.sh: the Python package is NOT TESTED: what it needs cannot be installed here" >&2
fi

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache); fi
for preset in release asan; do
  python=()
  if [ "$preset" = release ]; then python=("${package[@]}"); fi
  cmake --preset "$preset" -DNIBBLE_TESTS=ON "${python[@]}" "${launcher[@]}"  # the demo turns them off
  cmake --build --preset "$preset" -j "$(nproc)"
done

# One list of tests over both builds, so that one closing line speaks of the whole. clang-tidy is not among them: over all
# files it takes longer than everything else together (scripts/lint.sh tidy build/release).
mkdir -p build/all
cat > build/all/CTestTestfile.cmake <<END
subdirs("$PWD/build/release" "$PWD/build/asan")
END
ctest --test-dir build/all --output-on-failure -j "$(nproc)" "${selected[@]}"
