#!/bin/sh
# lsof +L1 misses deleted files that are only mapped
#
# Version:   lsof 4.95.0-1 and libtirpc3 1.3.3+ds-1 (Debian 12), Linux 6.18, x86_64, Python 3.11 to map a file
# Expected:  `lsof +L1` lists all deleted files that still occupy the disk because a process uses them: it is the usual answer to df(1) and du(1)
#            that disagree.
# Seen:      It selects by the number of links, which lsof does not know of a deleted file that is mapped while its descriptor is closed, as is
#            usual after mmap(2). Such a file has `DEL` in column FD, but neither size nor links, and +L1 leaves it out, though it occupies as much.
#            One has to search the whole output of lsof for `DEL`, or /proc/PID/maps for `(deleted)`.
# Output:    maps:     mapped (deleted)
#            fd:       opened (deleted)
#            lsof:     DEL mapped, 3u opened (deleted)
#            lsof +L1: 3u opened (deleted)
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q lsof=4.95.0-1 libtirpc3=1.3.3+ds-1 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
library=$(dirname "$(find "$folder/root" -name 'libtirpc.so.3')")

cat >program.py <<'END'
import ctypes, os, signal
libc = ctypes.CDLL(None)
def deleted(name):
    fd = os.open(name, os.O_RDWR | os.O_CREAT)
    os.write(fd, bytes(2 ** 20))
    os.unlink(name)
    return fd
PROT_READ, MAP_SHARED = 1, 1
fd = deleted('mapped')
libc.mmap(None, ctypes.c_size_t(2 ** 20), PROT_READ, MAP_SHARED, fd, ctypes.c_long(0))
os.close(fd)
deleted('opened')
open('ready', 'w').close()
signal.pause()
END
/usr/bin/python3 program.py &
pid=$!
until [ -e ready ]; do sleep 0.1; done

joined() { tr '\n' '|' | sed 's/|$//; s/|/, /g'; }
# Column FD, and the name without its folder.
lsof() { { LD_LIBRARY_PATH=$library root/usr/bin/lsof -w -n -P -a -p "$pid" "$@" || :; } | sed -n 's/^[^ ]* *[^ ]* *[^ ]* *\([^ ]*\) .*\/\(\(mapped\|opened\).*\)/\1 \2/p' | joined; }
failed=
expect() {
  printf '%-9s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "          it was: $3"; failed=yes; }
}
expect maps "$(sed -n 's/.*\/\(mapped.*\)/\1/p' "/proc/$pid/maps")" 'mapped (deleted)'
expect fd "$(find "/proc/$pid/fd" -printf '%l\n' | sed -n 's/.*\/\(opened.*\)/\1/p')" 'opened (deleted)'
expect lsof "$(lsof)" 'DEL mapped, 3u opened (deleted)'
expect 'lsof +L1' "$(lsof +L1)" '3u opened (deleted)'
[ -z "$failed" ]
