#!/bin/sh
# The resident set sizes DRS and TRS of ps are sizes of address space
#
# Version:   procps 2:4.0.2-3 (Debian 12), x86_64, Python 3.11 to reserve memory
# Expected:  ps(1) says in its manual that DRS and TRS (`ps v`, `ps -o drs,trs`), data and text resident set size, are physical memory
#            devoted to data and to code, so they should add up to about RSS, and grow with what is touched.
# Seen:      TRS is the extent of the program's code, resident or not, and DRS is the rest of the address space: both together are VSZ, not RSS. 64 GiB
#            that are reserved without access, and so cannot ever be resident, count as 64 GiB of DRS. 64 MiB that are touched add
#            to RSS and nothing to DRS, if they were mapped before.
# Output:                                        DRS         RSS
#            64 GiB reserved, no access:         + 64 GiB    + 0 GiB
#            64 MiB of mapped memory touched:    + 0 MiB     + 64 MiB
#            DRS + TRS is VSZ:                   yes
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q procps=2:4.0.2-3 libproc2-0=2:4.0.2-3 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
library=$(dirname "$(find "$folder/root" -name 'libproc2.so.0')")

mkfifo go
cat >program.py <<'END'
import ctypes, mmap, signal
libc = ctypes.CDLL(None)
PROT_NONE, MAP_PRIVATE, MAP_ANONYMOUS, MAP_NORESERVE = 0, 2, 0x20, 0x4000
held = mmap.mmap(-1, 2 ** 26)
def step(name):
    open(name, 'w').close()
    open('go').close()
step('started')
libc.mmap(None, ctypes.c_size_t(2 ** 36), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, ctypes.c_long(0))
step('reserved')
for at in range(0, len(held), 4096):
    held[at] = 1
step('touched')
END
/usr/bin/python3 program.py &
pid=$!
until [ -e started ]; do sleep 0.1; done

ps() { LD_LIBRARY_PATH=$library root/bin/ps -o "$1=" -p "$pid" | tr -d ' '; }
next() {
  : >go
  until [ -e "$1" ]; do sleep 0.1; done
}
failed=
expect() {
  printf '%-35s %-11s %s\n' "$1:" "$2" "$3"
  [ "$2" = "$4" ] && [ "$3" = "$5" ] || { echo "                                    it was: $4 $5"; failed=yes; }
}
# kB, rounded to the nearest of the given unit.
grown() { echo "+ $((($2 - $1 + $3 / 2) / $3)) $4"; }
[ -x root/bin/ps ]
printf '%-35s %-11s %s\n' '' DRS RSS
drs=$(ps drs) rss=$(ps rss)
next reserved
expect '64 GiB reserved, no access' "$(grown "$drs" "$(ps drs)" 1048576 GiB)" "$(grown "$rss" "$(ps rss)" 1048576 GiB)" '+ 64 GiB' '+ 0 GiB'
drs=$(ps drs) rss=$(ps rss)
next touched
expect '64 MiB of mapped memory touched' "$(grown "$drs" "$(ps drs)" 1024 MiB)" "$(grown "$rss" "$(ps rss)" 1024 MiB)" '+ 0 MiB' '+ 64 MiB'
sum=$(($(ps drs) + $(ps trs) - $(ps vsz)))
expect 'DRS + TRS is VSZ' "$(if [ "$sum" -ge -8 ] && [ "$sum" -le 8 ]; then echo yes; else echo "no, by $sum kB"; fi)" '' yes ''
[ -z "$failed" ]
