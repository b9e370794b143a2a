#!/usr/bin/env bash
# Unpacks the portable archive in the bare root of each release of Debian and reads there: try_tarball.sh ARCHIVE [ARCHITECTURE [RELEASE...]]. As root.
#
# The readings must be the same everywhere, after a move of the folder too. Pages of a PDF are not read where an emulator runs the root: it has no seccomp.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/foreign.sh"
archive=$(realpath "${1:?try_tarball.sh ARCHIVE}")
architecture=${2:-$(dpkg --print-architecture)}
shift $(($# < 2 ? $# : 2))
releases=("$@")
[ $# -gt 0 ] || releases=(bullseye bookworm trixie)
samples=$here/../../data/samples
needs_emulator "$architecture"
work=$(mktemp -d)
clean() {
  for proc in "$work"/*/proc; do umount -q "$proc" || true; done
  rm -rf --one-file-system "$work"
}
trap clean EXIT
python3 "$here/jpeg_pdf.py" "$samples/01_norravia_id/images/TA/TA01_01.jpg" "$work/page.pdf"

for release in "${releases[@]}"; do
  root=$work/$release
  # The first stage alone unpacks the release's base files, which are all that is needed here.
  debootstrap --foreign --variant=minbase --arch="$architecture" "$release" "$root" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  inside() { chroot "$root" env -i PATH=/usr/bin:/bin "$@"; }
  [ ! -L "$root/proc" ] || rm "$root/proc"  # debootstrap leaves a link to /proc, which would lead out of here for mount
  mkdir -p "$root/any where" "$root/proc"
  mount -t proc proc "$root/proc"  # nibble-pdf reads its file there
  tar -C "$root/any where" -xf "$archive"
  cp "$samples/04_kestria_drvlic/images/04_kestria_drvlic.png" "$samples/01_norravia_id/images/TA/TA01_01.jpg" "$work/page.pdf" "$root/"
  nibble=$(cd "$root" && ls -d "any where"/nibble-*)/bin/nibble
  inside "/$nibble" read /04_kestria_drvlic.png /TA01_01.jpg >"$work/$release.text"
  for precision in f32 int8; do inside "/$nibble" read --precision $precision /04_kestria_drvlic.png >/dev/null; done
  inside "/$nibble" doctor >/dev/null
  mv "$root/any where" "$root/moved"
  nibble=${nibble/any where/moved}
  inside "/$nibble" read /04_kestria_drvlic.png /TA01_01.jpg | cmp - "$work/$release.text"
  cmp "$work/$release.text" "$work/${releases[0]}.text"
  grep -q LINDNESCU "$work/$release.text"
  page="no PDF under an emulator"
  if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
    inside "/$nibble" read /page.pdf >"$work/$release.page"
    grep -q LINDNESCU "$work/$release.page"
    page="a PDF read"
  fi
  libc=$(cd "$root" && ls -d var/cache/apt/archives/libc6_* | sed 's/.*libc6_//; s/-.*//')
  echo "archive of $architecture on $release (glibc $libc): unpacked, used, moved and used again; $page"
  umount "$root/proc"
  rm -rf --one-file-system "$root"
done
