#!/bin/busybox sh
# The first process of a guest (see guest.ts): uses the host's root file system as its own, runs /out/command there, and
# powers off. Writes stay in memory, except for /out.
. /init-common.sh
mount_guest
mount -t proc proc /guest/proc
mount -t sysfs sysfs /guest/sys
mount -t debugfs debugfs /guest/sys/kernel/debug
mount -t securityfs securityfs /guest/sys/kernel/security
mount -t devtmpfs devtmpfs /guest/dev
mkdir -p /guest/dev/pts /guest/dev/shm
mount -t devpts devpts /guest/dev/pts
mount -t tmpfs shm /guest/dev/shm
ifconfig lo up
run_command /guest/out chroot /guest
