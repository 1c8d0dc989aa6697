#!/bin/sh
# NumPy asks for huge pages: one byte written to a large array occupies 2 MiB
#
# Version:   numpy 2.3.5 (PyPI, wheel for manylinux), Python 3.11 (Debian 12), Linux 6.18, x86_64
# Expected:  numpy.zeros() costs address space only; writing one byte makes one page of 4 KiB resident. Where transparent huge pages are set to
#            `madvise`, only programs that ask for them have some, and a plain array is nothing that does.
# Seen:      This is so for 3 MiB. From 4 MiB on NumPy calls madvise(MADV_HUGEPAGE) for each array, unless NUMPY_MADVISE_HUGEPAGE=0 is set. One byte
#            written makes 2 MiB resident. The flag `hg` also keeps the array apart from its first page, where malloc has its header: one block
#            has two mappings.
# Output:    3 MiB:                            no hg, 4 kB for a byte, 1 mapping
#            4 MiB:                            hg, 2048 kB for a byte, 2 mappings
#            64 MiB:                           hg, 2048 kB for a byte, 2 mappings
#            64 MiB, NUMPY_MADVISE_HUGEPAGE=0: no hg, 4 kB for a byte, 1 mapping
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
grep -q '\[madvise\]' /sys/kernel/mm/transparent_hugepage/enabled || { echo 'needs transparent huge pages, set to madvise' >&2; exit 2; }
/usr/bin/python3 -m pip install -q --no-deps --only-binary :all: --target packages numpy==2.3.5 >install.log 2>&1 || { cat install.log >&2; exit 2; }

cat >array.py <<'END'
import re, sys
sys.path.insert(0, 'packages')
import numpy

def rows():
    """Start, end, Rss in kB and flags of each mapping."""
    found = []
    for line in open('/proc/self/smaps'):
        if head := re.match('([0-9a-f]+)-([0-9a-f]+) ', line):
            found.append([int(head[1], 16), int(head[2], 16), 0, []])
        elif line.startswith('Rss:'):
            found[-1][2] = int(line.split()[1])
        elif line.startswith('VmFlags:'):
            found[-1][3] = line.split()[1:]
    return found

array = numpy.zeros(int(sys.argv[1]) * 2 ** 20, numpy.uint8)
start = array.__array_interface__['data'][0]
end = start + array.nbytes
middle = start + array.nbytes // 2
row = lambda: next(row for row in rows() if row[0] <= middle < row[1])
before = row()
array[array.nbytes // 2] = 1
after = row()
count = sum(start - 16 < row[1] and row[0] < end for row in rows())
print(f"{'hg' if 'hg' in after[3] else 'no hg'}, {after[2] - before[2]} kB for a byte, {count} mapping{'s' if count > 1 else ''}")
END
failed=
expect() {
  seen=$(NUMPY_MADVISE_HUGEPAGE=$3 /usr/bin/python3 array.py "$2")
  printf '%-33s %s\n' "$1:" "$seen"
  [ "$seen" = "$4" ] || { echo "                                  it was: $4"; failed=yes; }
}
expect '3 MiB' 3 1 'no hg, 4 kB for a byte, 1 mapping'
expect '4 MiB' 4 1 'hg, 2048 kB for a byte, 2 mappings'
expect '64 MiB' 64 1 'hg, 2048 kB for a byte, 2 mappings'
expect '64 MiB, NUMPY_MADVISE_HUGEPAGE=0' 64 0 'no hg, 4 kB for a byte, 1 mapping'
[ -z "$failed" ]
