# Sourced: needs_emulator ARCHITECTURE makes the kernel run programs of another processor by qemu (qemu-user-static), or ends with a line that says
# why it does not. The registration holds for the whole machine until it starts anew.
needs_emulator() {
  local formats=/proc/sys/fs/binfmt_misc
  if [ "$1" = "$(dpkg --print-architecture)" ]; then return 0; fi
  [ "$1" = arm64 ] || { echo "${0##*/}: no emulator is known for $1" >&2; exit 1; }
  [ -e $formats/register ] || mount -t binfmt_misc binfmt_misc $formats || { echo "${0##*/}: this kernel has no binfmt_misc" >&2; exit 1; }
  [ -e $formats/qemu-aarch64 ] || update-binfmts --import qemu-aarch64
  [ -e $formats/qemu-aarch64 ] || { echo "${0##*/}: qemu-aarch64 cannot be registered: scripts/setup.sh package-arm64" >&2; exit 1; }
}
