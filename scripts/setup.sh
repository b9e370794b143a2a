#!/usr/bin/env bash
# Installs the Debian packages that a task needs and that are missing. Quick when there is nothing to do.
#
#   scripts/setup.sh [demo] [pdf] [test] [train] [aarch64] [peers] [reports] [package] [package-arm64] [python]     (default: demo)
#
#   demo      build and run the program
#   pdf       demo, and what reads PDF files, which the build leaves out where it is missing
#   test      pdf, and what the tests, the format check, clang-tidy and the fuzzers need (adds Debian's arm64 architecture)
#   train     demo, and what rendering specimens and training need: fonts, OpenCV for Python, venv
#   aarch64   test, and what the aarch64 preset and the tests of the program for ARM need: arm64 libraries
#   peers     demo, and what `nibble bench gemm` and scripts/compare_peers.py compare with
#   reports   test, and a headless browser that shows the reports in their test
#   package   pdf, and what makes and checks Debian packages and the portable archive
#   package-arm64   package and aarch64, and what runs an arm64 root
#   python    reports, and what the Python package is built and tested with, in the environment build/venv (from PyPI)
set -euo pipefail
cd "$(dirname "$0")/.."

demo=(
  g++ cmake ninja-build
  libopencv-core-dev libopencv-imgproc-dev  # not libopencv-dev: it brings GDAL, VTK and some 400 packages
  libeigen3-dev nlohmann-json3-dev libcli11-dev
  libjpeg-dev libpng-dev libtiff-dev libwebp-dev
  libfmt-dev libutf8proc-dev
  nettle-dev
)
pdf=(libpoppler-cpp-dev libseccomp-dev)
# Debian's development packages stand side by side for several processors; what has no libraries serves all of them.
arm=(g++-aarch64-linux-gnu qemu-user)
for library in libopencv-core-dev libopencv-imgproc-dev libjpeg-dev libpng-dev libtiff-dev libwebp-dev libfmt-dev libutf8proc-dev nettle-dev "${pdf[@]}"; do
  arm+=("$library:arm64")
done
test=(
  "${pdf[@]}"
  git  # the format check asks it for the tracked files
  catch2 python3 python3-numpy python3-pil ffmpeg
  doxygen pkg-config
  clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14
  g++-aarch64-linux-gnu qemu-user nettle-dev:arm64  # the kernels and the network on emulated processors
)
packaging=(dpkg-dev file lintian debootstrap)
mapfile -t specimens < scripts/specimens/requirements-debian.txt
test+=("${specimens[@]}")  # a test renders one

usage() { sed -n '2,16s/^# \{0,1\}//p' "$0"; }

# Python packages that Debian does not have, or has too old. Ray is left out where it has no package for this machine; its tests then say so.
make_venv() {
  local venv=build/venv
  if cmp -s python/requirements.txt "$venv/requirements.txt"; then
    echo "setup: all of python/requirements.txt is in $venv"
    return
  fi
  echo "setup: installing python/requirements.txt in $venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r <(grep -v '^ray' python/requirements.txt)
  if ! "$venv/bin/pip" install -q --disable-pip-version-check -r python/requirements.txt; then
    echo "setup: Ray cannot be installed here; nibble.ray is not tested" >&2
    [ -z "${CI:-}" ] || exit 1
    return
  fi
  cp python/requirements.txt "$venv/requirements.txt"
}

venv=
packages=("${demo[@]}")
for task in "${@:-demo}"; do
  case "$task" in
    demo) ;;
    pdf) packages+=("${pdf[@]}") ;;
    peers)
      packages+=(libdnnl-dev libopenblas-dev libgemmlowp-dev llvm  # llvm: llvm-mca, for the model of ARM
                 libtesseract5 tesseract-ocr-eng tesseract-ocr-script-latn python3-venv) ;;
    test) packages+=("${test[@]}") ;;
    python) packages+=("${test[@]}" chromium-headless-shell python3-dev python3-venv); venv=1 ;;
    reports) packages+=("${test[@]}" chromium-headless-shell) ;;
    train)
      listed=$(sed -e 's/#.*//' scripts/training/fonts.txt scripts/specimens/requirements-debian.txt)
      mapfile -t listed < <(printf '%s' "$listed" | tr -s '[:space:]' '\n' | sort -u)
      packages+=(python3-venv python3-numpy python3-opencv python3-pil "${listed[@]}") ;;
    aarch64) packages+=("${test[@]}" "${arm[@]}") ;;
    package) packages+=("${pdf[@]}" "${packaging[@]}") ;;
    package-arm64) packages+=("${pdf[@]}" "${packaging[@]}" "${arm[@]}" qemu-user-static binfmt-support) ;;
    -h|--help) usage; exit 0 ;;
    *) echo "setup.sh: unknown task '$task'" >&2; usage >&2; exit 2 ;;
  esac
done

missing=()
native=$(dpkg --print-architecture)
for package in "${packages[@]}"; do
  case $package in *:*) architecture=${package#*:} ;; *) architecture="($native|all)" ;; esac
  dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "${package%:*}" 2>/dev/null | grep -qE "^$architecture installed\$" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all ${#packages[@]} packages are there"
  [ -z "$venv" ] || make_venv
  exit 0
fi

echo "setup: installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: not root and no sudo here; as root run: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
if [[ " ${missing[*]} " == *:arm64* ]]; then "${as_root[@]}" dpkg --add-architecture arm64; fi
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
"${as_root[@]}" "${apt[@]}" update
"${as_root[@]}" "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
[ -z "$venv" ] || make_venv
echo "setup: done"
