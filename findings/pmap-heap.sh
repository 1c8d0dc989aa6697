#!/bin/sh
# pmap shows the heap as anonymous memory
#
# Version:   procps 2:4.0.2-3 (Debian 12), Linux 6.18, x86_64
# Expected:  pmap(1) shows [heap], [vdso] and [vvar] under their names in /proc/PID/maps, as it does [stack].
# Seen:      `pmap`, `pmap -x` and `pmap -p` print `[ anon ]` for all three. Only `pmap -X` has the kernel's names. A growing heap
#            looks like one anonymous mapping among many.
# Output:    maps:    [heap] [stack] [vdso] [vvar]
#            pmap:    [ stack ]
#            pmap -x: [ stack ]
#            pmap -p: [ stack ]
#            pmap -X: [heap] [stack] [vdso] [vvar]
#            heap:    [ anon ]     (what pmap says at the heap's address)
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q procps=2:4.0.2-3 libproc2-0=2:4.0.2-3 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name 'libproc2.so.0')")
export LD_LIBRARY_PATH

# Any program that allocates; a shell has a heap by the time that it waits.
mkfifo wait
sh -c 'read -r line <wait' &
pid=$!
until grep -q '\[heap\]' "/proc/$pid/maps"; do sleep 0.1; done

names() { grep -oE '\[ ?(heap|stack|vdso|vvar) ?\]' | sort -u | tr '\n' '|' | sed 's/|$//; s/|/ /g'; }
failed=
expect() {
  printf '%-8s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "         it was: $3"; failed=yes; }
}
pmap=root/usr/bin/pmap
expect maps "$(names <"/proc/$pid/maps")" '[heap] [stack] [vdso] [vvar]'
expect pmap "$("$pmap" "$pid" | names)" '[ stack ]'
expect 'pmap -x' "$("$pmap" -x "$pid" | names)" '[ stack ]'
expect 'pmap -p' "$("$pmap" -p "$pid" | names)" '[ stack ]'
expect 'pmap -X' "$("$pmap" -X "$pid" | names)" '[heap] [stack] [vdso] [vvar]'
heap=$(sed -n 's/-.*\[heap\]$//p' "/proc/$pid/maps")
expect 'heap' "$("$pmap" "$pid" | grep -i "$heap" | grep -o '\[.*')" '[ anon ]'
[ -z "$failed" ]
