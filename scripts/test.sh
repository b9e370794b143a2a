#!/usr/bin/env bash
# Builds and tests everything: release, then ASan and UBSan, the format check and clang-tidy, in one run of ctest.
# Ends with ctest's closing line over all of them and with its exit code.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache); fi
for preset in release asan; do
  cmake --preset "$preset" -DNIBBLE_TESTS=ON "${launcher[@]}"  # the demo turns them off
  cmake --build --preset "$preset" -j "$(nproc)"
done

# One list of tests over both builds, so that one closing line speaks of the whole.
mkdir -p build/all
cat > build/all/CTestTestfile.cmake <<END
add_test(tidy "$PWD/scripts/lint.sh" tidy "$PWD/build/release")
set_tests_properties(tidy PROPERTIES TIMEOUT 1500 COST 1000)
subdirs("$PWD/build/release" "$PWD/build/asan")
END
ctest --test-dir build/all --output-on-failure -j "$(nproc)"
