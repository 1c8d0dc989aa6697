#!/bin/busybox sh
# The first process of a guest with nothing but busybox (see guest.ts), of any architecture: runs /out/command there, and
# powers off.
. /init-common.sh
mount -t sysfs sysfs /sys
# Open to all, so that only a file's own mode restricts access to it.
mount -t debugfs -o mode=755 debugfs /sys/kernel/debug
mount_share out /out
run_command /out
