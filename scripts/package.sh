#!/usr/bin/env bash
# Builds the Debian packages and checks them: scripts/package.sh [--arm64] [--chroot] [--tarball] [FOLDER]
#
# FOLDER is build/package, or build/package-arm64. lintian looks at the packages. --arm64 builds them for 64-bit ARM.
# --chroot installs, uses, upgrades and removes them in an empty Debian 12 (needs root and, once, the network); those of another processor are run by
# qemu there. --tarball builds, besides, the archive that runs on any Linux from any folder; with --chroot it is tried on Debian 11, 12 and 13.
set -euo pipefail
cd "$(dirname "$0")/.."
usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }

chroot=false
tarball=false
folder=
architecture=$(dpkg --print-architecture)
for argument in "$@"; do
  case $argument in
    --arm64) architecture=arm64 ;;
    --chroot) chroot=true ;;
    --tarball) tarball=true ;;
    -h|--help) usage; exit 0 ;;
    -*) echo "package.sh: unknown option $argument" >&2; usage >&2; exit 2 ;;
    *) folder=$argument ;;
  esac
done

options=(-G Ninja -S . -DCMAKE_BUILD_TYPE=Release -DNIBBLE_TESTS=OFF)
if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
  scripts/setup.sh package
  folder=${folder:-build/package}
else
  scripts/setup.sh "package-$architecture"
  folder=${folder:-build/package-$architecture}
  options+=("-DCMAKE_TOOLCHAIN_FILE=$PWD/cmake/aarch64.cmake")
  export DEB_HOST_ARCH=$architecture  # for dpkg-shlibdeps
fi
if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache); fi

# /usr as prefix makes the folders Debian's, e.g. lib/x86_64-linux-gnu.
cmake "${options[@]}" -B "$folder" -DCMAKE_INSTALL_PREFIX=/usr
cmake --build "$folder" -j "$(nproc)"
rm -f "$folder"/*.deb
(cd "$folder" && cpack)
lintian --fail-on error --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$folder"/*.deb
if $chroot; then tests/install/try_packages.sh "$folder" "$architecture"; fi
if $tarball; then
  cmake "${options[@]}" -B "$folder/portable" -DCMAKE_INSTALL_PREFIX=/nibble -DNIBBLE_PORTABLE=ON
  cmake --build "$folder/portable" -j "$(nproc)" --target nibble nibble_manual
  scripts/make_tarball.sh "$folder/portable" "$folder" "$architecture"
  if $chroot; then tests/install/try_tarball.sh "$folder"/nibble-*-linux-"$architecture".tar.xz "$architecture"; fi
fi
ls -l "$folder"/*.deb "$folder"/*.tar.xz 2>/dev/null || true
