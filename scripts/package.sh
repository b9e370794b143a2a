#!/usr/bin/env bash
# Builds the Debian packages and checks them: scripts/package.sh [FOLDER]     (default: build/package)
#
# lintian looks at them where it is installed; --chroot installs, uses, upgrades and removes them in an empty Debian 12 (needs root and
# debootstrap, and the network once).
set -euo pipefail
cd "$(dirname "$0")/.."
usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }

chroot=false
folder=build/package
for argument in "$@"; do
  case $argument in
    --chroot) chroot=true ;;
    -h|--help) usage; exit 0 ;;
    -*) echo "package.sh: unknown option $argument" >&2; usage >&2; exit 2 ;;
    *) folder=$argument ;;
  esac
done

scripts/setup.sh package
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache); fi
# /usr as prefix makes the folders Debian's, e.g. lib/x86_64-linux-gnu.
cmake -G Ninja -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DNIBBLE_TESTS=OFF -DCMAKE_INSTALL_PREFIX=/usr "${launcher[@]}"
cmake --build "$folder" -j "$(nproc)"
rm -f "$folder"/*.deb
(cd "$folder" && cpack)
lintian --fail-on error --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$folder"/*.deb
if $chroot; then tests/install/try_packages.sh "$folder"; fi
ls -l "$folder"/*.deb
