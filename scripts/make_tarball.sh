#!/usr/bin/env bash
# Makes the archive that runs from any folder: make_tarball.sh BUILD FOLDER ARCHITECTURE. For scripts/package.sh, which made BUILD with NIBBLE_PORTABLE.
#
# The program holds all of its libraries. nibble-pdf cannot, since poppler has no archive: it comes with its libraries, glibc among them, and is
# started by the loader of these, so that no library of the system is mixed with them.
set -euo pipefail
build=$1
folder=$2
architecture=$3
case $architecture in
  amd64) triplet=x86_64-linux-gnu tools= ;;
  arm64) triplet=aarch64-linux-gnu tools=aarch64-linux-gnu- ;;
  *) echo "make_tarball.sh: no triplet for $architecture" >&2; exit 2 ;;
esac
[ "$architecture" != "$(dpkg --print-architecture)" ] || tools=
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
name=nibble-$version-linux-$architecture
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/$name

install -D -m 755 "$build/nibble" "$root/bin/nibble"
"${tools}strip" "$root/bin/nibble"
mkdir -p "$root/share/man" "$root/share/nibble" "$root/share/doc/nibble" "$root/share/bash-completion/completions" "$root/share/zsh/site-functions" \
  "$root/share/fish/vendor_completions.d"
cp -r "$build/manual/man1" "$root/share/man/"
cp "$build/manual/nibble" "$root/share/bash-completion/completions/"
cp "$build/manual/_nibble" "$root/share/zsh/site-functions/"
cp "$build/manual/nibble.fish" "$root/share/fish/vendor_completions.d/"
cp -r data/models data/schema data/templates "$root/share/nibble/"
rm -f "$root/share/nibble/templates/kinds.idx"
cp LICENSE README.md CHANGELOG.md "$root/share/doc/nibble/"

# What a program needs, and what that needs, each once.
needed() {
  local seen=" " queue=("$1") file library path
  while [ ${#queue[@]} -gt 0 ]; do
    file=${queue[0]}
    queue=("${queue[@]:1}")
    for library in $("${tools}objdump" -p "$file" | awk '$1 == "NEEDED" {print $2}'); do
      [[ $seen != *" $library "* ]] || continue
      seen+="$library "
      path=/usr/lib/$triplet/$library
      [ -e "$path" ] || { echo "make_tarball.sh: $library, which $file needs, is not there" >&2; exit 1; }
      echo "$path"
      queue+=("$path")
    done
  done
}

pdf=$root/libexec/nibble/pdf
libraries=(/usr/lib/$triplet/libstdc++.so.6)
if [ -f "$build/nibble-pdf" ]; then
  install -D -m 755 "$build/nibble-pdf" "$pdf/nibble-pdf"
  "${tools}strip" "$pdf/nibble-pdf"
  mapfile -t libraries < <(needed "$build/nibble-pdf")
  for library in "${libraries[@]}"; do cp -L "$library" "$pdf/"; done
  loader=$(cd "$pdf" && ls ld-linux-*)
  chmod 755 "$pdf/$loader"
  cat > "$root/libexec/nibble/nibble-pdf" <<END
#!/bin/sh
pdf=\${0%/*}/pdf
exec "\$pdf/$loader" --library-path "\$pdf" "\$pdf/nibble-pdf" "\$@"
END
  chmod 755 "$root/libexec/nibble/nibble-pdf"
fi

# The terms of what is inside, as Debian states them; for the archives, those of their development packages.
archives=$(sed -nE 's/^[A-Za-z0-9_]+_LIBRARY[A-Z_]*:FILEPATH=(.*\.a)$|^NIBBLE_PORTABLE_[A-Za-z]+:FILEPATH=(.*\.a)$/\1\2/p' "$build/CMakeCache.txt" | sort -u)
for library in $archives "${libraries[@]}"; do
  # Some packages of Debian 12 still list their files under /lib.
  owner=$(dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "${library#/usr}" 2>/dev/null || true)
  package=${owner%%:*}
  [ -n "$package" ] || { echo "make_tarball.sh: of no package: $library" >&2; exit 1; }
  cp -L "/usr/share/doc/$package/copyright" "$root/share/doc/nibble/copyright.$package"
done

chmod -R go+rX "$root"
tar -C "$stage" --owner=0 --group=0 --numeric-owner --sort=name -cJf "$folder/$name.tar.xz" "$name"
