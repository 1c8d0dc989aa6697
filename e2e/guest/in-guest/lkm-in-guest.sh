#!/bin/sh
# Runs in a guest that may have nothing but busybox, as root: loads the module, and prints its files and the kernel's own
# data about the same, in sections that begin with a line "=== name". Asserts nothing; the caller does. Arguments: the
# .ko; "look", or "all" to stress it as well; then the number of reads for the leak test, in thousands.
set -u
module=$1
task=$2
thousands=${3:-1}
files=/sys/kernel/debug/procmap
section() { echo "=== $1"; }
# Running time in ms, with a resolution of 10 ms.
now() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
# Reads each path the given number of times: a hundred per program, whose start takes longer than many reads.
repeat() {
  count=$1
  shift
  while [ "$count" -gt 0 ]; do
    echo "$*"
    count=$((count - 1))
  done
}
read_all() { cat "$files"/disp_kernelseg_details "$files"/kernel_regions "$files"/page_tables; }

section version
uname -m
uname -r
section insmod
insmod "$module" 2>&1
echo "status $?"
section modes
[ ! -e "$files" ] || stat -c '%n %a %u' "$files"/* | sed "s|$files/||"
for file in disp_kernelseg_details kernel_regions page_tables; do
  section $file
  [ ! -e "$files" ] || cat "$files/$file"
done
section kallsyms
grep -E ' (_text|_stext|_etext|__start_rodata|__end_rodata|_sdata|_edata|__bss_start|__bss_stop|_end|_sinittext|_einittext|__init_begin|__init_end|level4_kernel_pgt)$' /proc/kallsyms
section iomem
cat /proc/iomem
section kcore
head -c 8192 /proc/kcore 2>/tmp/kcore-error | base64
section kcore_error
cat /tmp/kcore-error
section modules
cat /proc/modules
# As path:address. Some thousand files in a large kernel.
section sections
(cd /sys/module && grep . /dev/null */sections/.[a-z_]* */sections/[a-z_]* 2>/dev/null)
section cmdline
cat /proc/cmdline
section meminfo
cat /proc/meminfo
section maps
cat /proc/self/maps
[ "$task" = all ] || { section dmesg; dmesg; exit 0; }

section unprivileged
su -s /bin/sh -c "cat $files/page_tables" nobody 2>&1
echo "status $?"

# In pieces that are not whole lines, and from a position in the middle.
section small_reads
dd if="$files/page_tables" bs=61 2>/dev/null
section offset_reads
dd if="$files/page_tables" bs=4000 count=1 2>/dev/null
dd if="$files/page_tables" bs=4000 skip=1 2>/dev/null

# Time of a hundred reads, five times.
section read_ms
for _ in 1 2 3 4 5; do
  for file in disp_kernelseg_details kernel_regions page_tables; do
    paths=$(repeat 100 "$files/$file")
    before=$(now)
    cat $paths >/dev/null
    echo "$file $(($(now) - before))"
  done
done

# Unloads the module while two files are open and half read: the rest cannot be read any more, but the files can be closed,
# before and after it is loaded again.
section unload
exec 3<"$files/page_tables" 4<"$files/kernel_regions" 5<"$files/page_tables"
dd bs=100 count=1 <&4 >/dev/null 2>&1
dd bs=5000 count=1 <&3 >/tmp/half 2>/dev/null
rmmod procmap
echo "rmmod $?"
[ ! -e "$files" ]
echo "gone $?"
for fd in 3 4 5; do
  cat <&$fd 2>&1 >/tmp/rest
  echo "read $? $(wc -c </tmp/rest)"
done
exec 3<&-
insmod "$module"
echo "insmod $?"
cat <&4 2>&1 >/tmp/rest
echo "read $? $(wc -c </tmp/rest)"
exec 4<&- 5<&-
cmp "$files/kernel_regions" "$files/kernel_regions"
echo "again $?"
rmmod procmap
echo "rmmod $?"
section half_read
sed '$d' /tmp/half

section cycles
(while [ ! -e /tmp/stop ]; do read_all; done >/dev/null 2>/tmp/errors) &
reader=$!
(while [ ! -e /tmp/stop ]; do dd if="$files/page_tables" bs=61; done >/dev/null 2>&1) &
slow_reader=$!
done=0
while [ $done -lt 60 ]; do
  insmod "$module" || break
  read_all >/dev/null || break
  rmmod procmap || break
  done=$((done + 1))
done
touch /tmp/stop
wait $reader $slow_reader
echo "done $done"
grep -c '^procmap ' /proc/modules

# Unreclaimable slab pages, and objects in use of each kind.
slabs() {
  sync
  echo 3 >/proc/sys/vm/drop_caches
  awk '/^SUnreclaim:/ { print "SUnreclaim_kB", $2 }' /proc/meminfo
  awk '/^(kmalloc|seq_file|filp|dentry)/ { print $1, $2 }' /proc/slabinfo
}
insmod "$module"
paths=$(repeat 250 "$files/disp_kernelseg_details" "$files/kernel_regions" "$files/page_tables" "$files/page_tables")
cat $paths >/dev/null
section slabs_before
slabs
while [ "$thousands" -gt 0 ]; do
  cat $paths >/dev/null
  thousands=$((thousands - 1))
done
section slabs_after
slabs
rmmod procmap

section dmesg
dmesg
