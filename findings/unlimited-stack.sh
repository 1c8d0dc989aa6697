#!/bin/sh
# An unlimited stack moves all libraries below the program
#
# Version:   dash 0.5.12-2, coreutils 9.1-1 (Debian 12), Linux 6.18, x86_64
# Expected:  A limit of the stack's size (`ulimit -s`) concerns the stack. Libraries, the loader and what mmap(2) places lie right below the stack, at
#            7f..., above the program and its heap at 55... or 56..., whatever the limit is.
# Seen:      When a program starts, the kernel leaves room for its stack to grow to the limit: the higher the limit, the lower the libraries. With
#            `unlimited`, as many clusters have it, that room is five sixths of the address space. All libraries then lie at 14... or 15...,
#            *below* the program, and between heap and stack there is nothing. Neither "the libraries are above the heap" nor "7f... is a
#            library" holds.
# Output:    stack of 8 MiB:     libc in the highest sixth, above the program, mappings between heap and stack
#            stack of 1 GiB:     libc in the highest sixth, above the program, mappings between heap and stack
#            stack unlimited:    libc in the lowest sixth, below the program, nothing between heap and stack
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q dash=0.5.12-2 coreutils=9.1-1 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
[ "$(cat /proc/sys/vm/legacy_va_layout)" = 0 ] || { echo 'needs vm.legacy_va_layout=0' >&2; exit 2; }
[ "$(ulimit -H -s)" = unlimited ] || { echo 'needs to be allowed an unlimited stack' >&2; exit 2; }

# The first address of libc.so.6 and of the program, as sixths of the lower half of the address space: 0 is the lowest.
cat >place.sh <<'END'
ulimit -S -s "$1"
root/bin/cat /proc/self/maps >maps
libc=$((0x$(sed -n '/\/libc\.so\.6$/ { s/-.*//p; q }' maps)))
program=$((0x$(sed -n '/\/root\/bin\/cat$/ { s/-.*//p; q }' maps)))
case $((libc / (0x800000000000 / 6))) in
  0) printf 'libc in the lowest sixth, ' ;;
  5) printf 'libc in the highest sixth, ' ;;
  *) printf 'libc in between, ' ;;
esac
if [ "$libc" -gt "$program" ]; then printf 'above the program, '; else printf 'below the program, '; fi
case $(sed -n '/\[heap\]$/ { n; p; q }' maps) in
  *'[stack]') echo 'nothing between heap and stack' ;;
  *) echo 'mappings between heap and stack' ;;
esac
END
failed=
expect() {
  seen=$(root/bin/dash place.sh "$2")
  printf '%-19s %s\n' "$1:" "$seen"
  [ "$seen" = "$3" ] || { echo "                    it was: $3"; failed=yes; }
}
expect 'stack of 8 MiB' 8192 'libc in the highest sixth, above the program, mappings between heap and stack'
expect 'stack of 1 GiB' 1048576 'libc in the highest sixth, above the program, mappings between heap and stack'
expect 'stack unlimited' unlimited 'libc in the lowest sixth, below the program, nothing between heap and stack'
[ -z "$failed" ]
