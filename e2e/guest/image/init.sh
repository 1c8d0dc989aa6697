#!/bin/busybox sh
# The first process of a guest (see guest.ts): uses the host's root file system as its own, runs /out/command there, and
# powers off. Writes stay in memory, except for /out. Also powers off if a step fails, whose message is then the last line
# on the console.
set -eu
/bin/busybox --install -s /bin
trap 'poweroff -f' EXIT
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module.ko"; done </modules/order

mkdir /host /memory /guest
shares=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "ro,$shares,cache=loose" host /host
mount -t tmpfs memory /memory
mkdir /memory/written /memory/work
mount -t overlay -o lowerdir=/host,upperdir=/memory/written,workdir=/memory/work guest /guest
mount -t proc proc /guest/proc
mount -t sysfs sysfs /guest/sys
mount -t debugfs debugfs /guest/sys/kernel/debug
mount -t securityfs securityfs /guest/sys/kernel/security
mount -t devtmpfs devtmpfs /guest/dev
mkdir -p /guest/dev/pts /guest/dev/shm /guest/out
mount -t devpts devpts /guest/dev/pts
mount -t tmpfs shm /guest/dev/shm
mount -t 9p -o "$shares" out /guest/out
ifconfig lo up

status=0
chroot /guest /bin/sh /out/command </dev/null >/guest/out/stdout 2>/guest/out/stderr || status=$?
# Written last: it tells the host that the other two are complete.
echo "$status" >/guest/out/status
