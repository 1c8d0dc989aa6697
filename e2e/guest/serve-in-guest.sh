#!/bin/sh
# Runs in the guest, as root: loads the module where one is given, and serves until /out/stop is there; unloads the module when /out/unload is. Leaves in /out what the module says, the link,
# the token and the daemon's log. Arguments: busybox (the host may have no insmod), procmap, the .ko or nothing.
set -u
busybox=$1
procmap=$2
module=$3
"$busybox" ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up || exit 1
[ -z "$module" ] || "$busybox" insmod "$module" 2>/out/insmod
"$procmap" serve --host=0.0.0.0 --port=8080 --unsafe-path --token-file=/out/token >/out/link 2>/out/log &
daemon=$!
for file in kernel_regions page_tables; do cat "/sys/kernel/debug/procmap/$file" >"/out/$file" 2>/dev/null; done
cat /proc/kallsyms >/out/kallsyms
cat /proc/iomem >/out/iomem
while [ ! -e /out/stop ]; do
  kill -0 $daemon 2>/dev/null || exit 1
  [ ! -e /out/unload ] || { "$busybox" rmmod procmap && rm /out/unload; }
  sleep 0.2
done
kill $daemon
wait $daemon
