#!/bin/sh
# Runs in the guest, as root: lets lkm-in-guest.sh load the module and look, and serves until /out/stop exists. Unloads
# the module when /out/unload exists. Saves in /out the files of module and kernel, the link, the token and the daemon's
# log. Arguments: busybox (the host may have no insmod), procmap, lkm-in-guest.sh, the .ko.
set -u
busybox=$1
procmap=$2
look=$3
module=$4
mkdir /tmp/bin
for name in insmod rmmod; do ln -s "$busybox" /tmp/bin/$name; done
export PATH="/tmp/bin:$PATH"
"$busybox" ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up || exit 1
sh "$look" "$module" look >/out/report
"$procmap" serve --host=0.0.0.0 --port=8080 --unsafe-path --token-file=/out/token >/out/link 2>/out/log &
daemon=$!
while [ ! -e /out/stop ]; do
  kill -0 $daemon 2>/dev/null || exit 1
  [ ! -e /out/unload ] || { rmmod procmap && rm /out/unload; }
  sleep 0.2
done
kill $daemon
wait $daemon
