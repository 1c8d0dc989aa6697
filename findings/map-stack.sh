#!/bin/sh
# MAP_STACK, a flag without effect, keeps memory from huge pages
#
# Version:   Linux 6.18, x86_64 (so since 6.7), manpages-dev 6.03-2, Python 3.11 (Debian 12)
# Expected:  mmap(2) calls MAP_STACK a no-op on Linux. Memory with it is like any other, and two such neighbours, one with it and one without, become
#            one row of /proc/PID/maps.
# Seen:      The kernel takes it for MADV_NOHUGEPAGE: smaps shows the flag `nh` that the program did not ask for, and neighbours without it stay
#            rows of their own. glibc sets MAP_STACK for stacks of threads, so all of these have `nh`, and no huge pages even where those are set to
#            `always`.
# Output:    manual:                            This flag is currently a no-op on Linux.
#            flags without MAP_STACK:           rd wr mr mw me ac
#            flags with MAP_STACK:              rd wr mr mw me ac nh
#            flags of a thread's stack:         rd wr mr mw me ac nh
#            rows of neighbours, none with it:  1
#            rows of neighbours, one with it:   2
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
if [ "$(printf '6.7\n%s\n' "$(uname -r)" | sort -V | head -n 1)" != 6.7 ] || [ ! -e /sys/kernel/mm/transparent_hugepage ]; then
  echo 'needs Linux 6.7 or newer, with transparent huge pages' >&2
  exit 2
fi
apt-get download -q manpages-dev=6.03-2 >download.log 2>&1 || { cat download.log >&2; exit 2; }
dpkg-deb -x manpages-dev_*.deb root

cat >program.py <<'END'
import ctypes, re, sys, threading
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
PAGES = 16 * 4096
PROT_NONE, PROT_READ_WRITE, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS, MAP_STACK = 0, 3, 2, 0x10, 0x20, 0x20000

def map(address, size, protection, flags):
    return libc.mmap(ctypes.c_void_p(address), ctypes.c_size_t(size), protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, ctypes.c_long(0))

def rows(start, end):
    """The flags of each mapping that lies in part between these addresses."""
    found = []
    for line in open('/proc/self/smaps'):
        if head := re.match('([0-9a-f]+)-([0-9a-f]+) ', line):
            inside = int(head[1], 16) < end and start < int(head[2], 16)
        elif inside and line.startswith('VmFlags:'):
            found.append(' '.join(line.split()[1:]))
    return found

def neighbours(first, second):
    """Two of them with a guard on both sides."""
    start = map(None, 4 * PAGES, PROT_NONE, 0) + PAGES
    map(start, PAGES, PROT_READ_WRITE, MAP_FIXED | first)
    map(start + PAGES, PAGES, PROT_READ_WRITE, MAP_FIXED | second)
    return rows(start, start + 2 * PAGES)

def stack():
    libc.pthread_self.restype = ctypes.c_ulong
    address = libc.pthread_self()  # at the top of the stack's block
    seen.append(rows(address, address + 1)[0])

seen = []
thread = threading.Thread(target=stack)
thread.start()
thread.join()
none, one = neighbours(0, 0), neighbours(0, MAP_STACK)
print(none[0], one[-1], seen[0], len(none), len(one), sep='\n')
END
failed=
expect() {
  printf '%-34s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "                                   it was: $3"; failed=yes; }
}
/usr/bin/python3 program.py >seen
line() { sed -n "$1p" seen; }
expect manual "$(zcat root/usr/share/man/man2/mmap.2.gz | grep 'no-op on Linux')" 'This flag is currently a no-op on Linux.'
expect 'flags without MAP_STACK' "$(line 1)" 'rd wr mr mw me ac'
expect 'flags with MAP_STACK' "$(line 2)" 'rd wr mr mw me ac nh'
expect "flags of a thread's stack" "$(line 3)" 'rd wr mr mw me ac nh'
expect 'rows of neighbours, none with it' "$(line 4)" 1
expect 'rows of neighbours, one with it' "$(line 5)" 2
[ -z "$failed" ]
