#!/bin/sh
# smem prints less PSS than smaps_rollup has
#
# Version:   smem 1.5-2 (Debian 12) on Python 3.11, Linux 6.18, x86_64
# Expected:  The PSS that smem(8) prints for a process equals that in /proc/PID/smaps_rollup.
# Seen:      The kernel counts PSS in fractions of a byte and rounds down to whole kB when it prints: once in smaps_rollup, but for each mapping in
#            smaps. smem adds up the latter and so loses up to 1 kB per mapping: for 300 pages shared by three processes, 4/3 kB each, it prints 300 kB
#            and the kernel 400. RSS has no fractions and is the same in both.
# Output:    Pss of a page of three, in smaps:   1 kB
#            smem's PSS is the sum over smaps:   yes
#            smaps_rollup has more, by:          100 to 150 kB
#            smem's RSS is that of smaps_rollup: yes
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q smem=1.5-2 >download.log 2>&1 || { cat download.log >&2; exit 2; }
dpkg-deb -x smem_*.deb root

# Each shared mapping has its own file, so that neighbours do not merge.
cat >program.py <<'END'
import mmap, os, signal
held = [mmap.mmap(-1, 4096) for _ in range(300)]
ready, told = os.pipe()
lives, ends = os.pipe()
def touch():
    for each in held:
        each[0] = 1
for _ in range(2):
    if os.fork() == 0:
        os.close(ends)
        touch()
        os.write(told, b'.')
        os.read(lives, 1)  # until the parent is gone
        os._exit(0)
touch()
seen = 0
while seen < 2:
    seen += len(os.read(ready, 2))
open('ready', 'w').close()
signal.pause()
END
/usr/bin/python3 program.py &
pid=$!
until [ -e ready ]; do sleep 0.1; done
sleep 0.5

# Saves the files that smem reads: smem runs on Python too, and would share its pages.
mkdir -p "kept/proc/$pid"
for file in "$pid/smaps" "$pid/smaps_rollup" "$pid/cmdline" "$pid/stat" meminfo version; do cat "/proc/$file" >"kept/proc/$file"; done
sum() { awk -v field="$2:" '$1 == field { kb += $2 } END { print kb + 0 }' "kept/proc/$pid/$1"; }
smem() { /usr/bin/python3 root/usr/bin/smem -S kept -H -c "pid $1" | awk -v pid="$pid" '$1 == pid { print $2 }'; }
same() { if [ "$1" = "$2" ]; then echo yes; else echo "no: $1, $2 kB"; fi; }
failed=
expect() {
  printf '%-35s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "                                    it was: $3"; failed=yes; }
}
page=$(awk '/dev\/zero/ { mine = 1 } mine && $1 == "Pss:" { print $2, $3; mine = 0 }' "kept/proc/$pid/smaps" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2, $3 }')
pss=$(smem pss)
more=$(($(sum smaps_rollup Pss) - pss))
expect 'Pss of a page of three, in smaps' "$page" '1 kB'
expect "smem's PSS is the sum over smaps" "$(same "$pss" "$(sum smaps Pss)")" yes
expect 'smaps_rollup has more, by' "$(if [ "$more" -ge 100 ] && [ "$more" -le 150 ]; then echo '100 to 150 kB'; else echo "$more kB"; fi)" '100 to 150 kB'
expect "smem's RSS is that of smaps_rollup" "$(same "$(smem rss)" "$(sum smaps_rollup Rss)")" yes
[ -z "$failed" ]
