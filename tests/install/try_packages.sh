#!/usr/bin/env bash
# Installs, uses, upgrades and removes Debian packages in an empty Debian 12: try_packages.sh FOLDER [ARCHITECTURE]. As root.
set -euo pipefail
folder=$(realpath "${1:?try_packages.sh FOLDER}")
architecture=${2:-$(dpkg --print-architecture)}
. "$(dirname "$0")/foreign.sh"
needs_emulator "$architecture"
sample=$(realpath "$(dirname "$0")/../../data/samples/04_kestria_drvlic/images/04_kestria_drvlic.png")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --arch="$architecture" bookworm "$root" >/dev/null
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp -r /etc/apt/. "$root/etc/apt/"
mkdir "$root/packages"
cp "$folder"/*.deb "$root/packages/"
cp "$sample" "$root/sample.png"
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
inside apt-get -q update >/dev/null

begun=$(date +%s.%N)
inside apt-get -q install -y --no-install-recommends $(cd "$root" && ls packages/nibble_* packages/libnibble0_* packages/nibble-templates_* | sed 's,^,/,') >/dev/null
inside nibble read /sample.png >"$root/first"
echo "from apt install to the first reading: $(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN {printf "%.1f", b - a}') s"
grep -q . "$root/first"
inside nibble doctor >/dev/null
for precision in f32 int8 int4; do inside nibble read --precision $precision /sample.png >/dev/null; done
test -s "$root/usr/share/man/man1/nibble-read.1.gz"

# An upgrade: the same files under a newer version.
(cd "$root/packages" && mkdir upgrade && for package in *.deb; do
  dpkg-deb -R "$package" upgrade/tree
  sed -i 's/^Version: .*/Version: 9.9.9-1/; s/(= [^)]*)/(= 9.9.9-1)/g' upgrade/tree/DEBIAN/control
  dpkg-deb -b --root-owner-group upgrade/tree "upgrade/$package" >/dev/null
  rm -r upgrade/tree
done)
inside sh -c 'dpkg -i /packages/upgrade/nibble_*.deb /packages/upgrade/libnibble0_*.deb /packages/upgrade/nibble-templates_*.deb' >/dev/null
inside nibble read /sample.png | cmp - "$root/first"

inside apt-get -q purge -y nibble libnibble0 nibble-templates >/dev/null
left=$(cd "$root" && find usr etc var/lib/nibble -path '*nibble*' -not -path 'var/lib/dpkg/*' 2>/dev/null || true)
test -z "$left" || { echo "left after removal: $left" >&2; exit 1; }
echo "packages of $architecture: installed, used, upgraded and removed"
