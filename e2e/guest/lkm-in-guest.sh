#!/bin/sh
# Runs in the guest, as root: loads the module, and prints what it shows and what the kernel itself says of the same, in sections that begin with a
# line "=== name". Asserts nothing: lkm.test.ts does. Arguments: busybox (the host may have no insmod), the .ko, and what to
# do: "look", or "all" to treat it roughly besides.
set -u
busybox=$1
module=$2
task=$3
files=/sys/kernel/debug/procmap
insmod() { "$busybox" insmod "$@"; }
rmmod() { "$busybox" rmmod "$@"; }
section() { echo "=== $1"; }
slab() { awk '/^(Slab|SUnreclaim|VmallocUsed|PageTables):/ { sum += $2 } END { print sum }' /proc/meminfo; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
# A hundred paths, of those that are given (one, or four).
hundred_of() {
  paths="$*"
  [ $# = 1 ] && paths="$1 $1 $1 $1"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do echo "$paths"; done
}
read_all() { cat "$files"/disp_kernelseg_details "$files"/kernel_regions "$files"/page_tables; }

section insmod
insmod "$module" 2>&1
echo "status $?"
section modes
stat -c '%n %a %u' "$files"/* | sed "s|$files/||"
section segments
cat "$files/disp_kernelseg_details"
section regions
cat "$files/kernel_regions"
section page_tables
cat "$files/page_tables"
section kallsyms
grep -E ' (_text|_etext|__start_rodata|__end_rodata|_sdata|_edata|__bss_start|__bss_stop|level4_kernel_pgt)$' /proc/kallsyms
section iomem
cat /proc/iomem
section kcore
readelf -lW /proc/kcore 2>/dev/null | awk '$1 == "LOAD" { print $3, $6 }'
section modules
grep -E '^(9p|overlay|procmap) ' /proc/modules
[ "$task" = all ] || { section dmesg; dmesg; exit 0; }

section unprivileged
setpriv --reuid=65534 --clear-groups cat "$files/page_tables" 2>&1
echo "status $?"

# By bytes that are no lines, and by a position in the middle.
section small_reads
dd if="$files/page_tables" bs=61 2>/dev/null
section offset_reads
dd if="$files/page_tables" bs=4000 count=1 2>/dev/null
dd if="$files/page_tables" bs=4000 skip=1 2>/dev/null

# A hundred reads by one program, whose own start takes longer than many of them.
section walk_ms
for file in page_tables kernel_regions; do
  before=$(milliseconds)
  cat $(hundred_of "$files/$file") >/dev/null
  echo "$file $(($(milliseconds) - before))"
done

# While it is open and half read, the module is in use; what is left can be read, and then it goes.
section unload
exec 3<"$files/page_tables" 4<"$files/kernel_regions"
head -c 100 <&4 >/dev/null
dd bs=5000 count=1 <&3 >/tmp/half 2>/dev/null
rmmod procmap 2>/dev/null
echo "while open $?"
cat <&3 >>/tmp/half
exec 3<&-
rmmod procmap 2>/dev/null
echo "while the other is open $?"
exec 4<&-
rmmod procmap
echo "closed $?"
[ ! -e "$files" ]
echo "gone $?"
section half_read
cat /tmp/half

section cycles
reads=/tmp/reads
mkdir "$reads"
(while [ ! -e /tmp/stop ]; do read_all; done >/dev/null 2>"$reads/errors") &
reader=$!
done=0
busy=0
while [ $done -lt 60 ]; do
  insmod "$module" || break
  read_all >/dev/null || break
  until rmmod procmap 2>/dev/null; do
    busy=$((busy + 1))
    [ $busy -lt 20000 ] || break 2
  done
  done=$((done + 1))
done
touch /tmp/stop
wait $reader
echo "done $done"
echo "busy $busy"
grep -c '^procmap ' /proc/modules

section slab
insmod "$module"
hundred=$(hundred_of "$files/disp_kernelseg_details" "$files/kernel_regions" "$files/page_tables" "$files/page_tables")
cat $hundred >/dev/null
before=$(slab)
for _ in 1 2 3 4 5 6 7 8 9 10; do cat $hundred; done >/dev/null
echo "$before $(slab)"
rmmod procmap

section dmesg
dmesg
