#!/bin/busybox sh
# The first process of a guest with nothing but busybox (see guest.ts), of any architecture: runs /out/command there, and
# powers off. Also powers off if a step fails, whose message is then the last line on the console.
set -eu
/bin/busybox --install -s /bin
trap 'poweroff -f' EXIT
mount -t proc proc /proc
mount -t sysfs sysfs /sys
# Open to all, so that only a file's own mode restricts access to it.
mount -t debugfs -o mode=755 debugfs /sys/kernel/debug
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module.ko"; done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out /out

status=0
sh /out/command </dev/null >/out/stdout 2>/out/stderr || status=$?
# Written last: it tells the host that the other two are complete.
echo "$status" >/out/status
