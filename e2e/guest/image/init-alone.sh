#!/bin/busybox sh
# The first process of a guest that has nothing but busybox (see guest.ts), of any architecture: runs /out/command there, and powers off. It powers
# off too if a step fails, whose message is then the console's last line.
set -eu
/bin/busybox --install -s /bin
trap 'poweroff -f' EXIT
mount -t proc proc /proc
mount -t sysfs sysfs /sys
# Open to all, so that what keeps others out of a file there is its own mode.
mount -t debugfs -o mode=755 debugfs /sys/kernel/debug
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module.ko"; done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out /out

status=0
sh /out/command </dev/null >/out/stdout 2>/out/stderr || status=$?
# Last: the host takes the other two for whole when this one is there.
echo "$status" >/out/status
