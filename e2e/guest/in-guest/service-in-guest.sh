#!/bin/sh
# Runs in a guest with systemd and the installed package, as root: starts procmap as a service, and records in /out what
# its parts do and may do. Each record is a file.
set -u
cd /out
base=http://127.0.0.1:8642
token=$(head -c 32 /dev/urandom | basenc --base64url | tr -d '=\n')
mkdir -p /etc/procmap
(umask 077 && printf '%s\n' "$token" >/etc/procmap/token)
ask() { curl -s -m 60 -H "authorization: Bearer $token" "$base$1"; }
main() { systemctl show -p MainPID --value "$1"; }
# Waits until the command succeeds.
wait_for() { for _ in $(seq 300); do "$@" && return; sleep 0.2; done; echo "never: $*" >&2; return 1; }

systemctl enable --now procmap.socket 2>&1
systemctl is-active procmap.socket procmap-control.socket procmap-reader.socket procmap-files.socket >sockets-active
systemctl is-active procmap.service >web-before
# The first request starts everything.
curl -s -m 120 "$base/healthz" >healthz
up() { systemctl is-active procmap.service procmap-reader.service procmap-files.service >services-active; }
wait_for up || {
  journalctl --no-pager -o cat -u 'procmap*' | tail -n 60 >&2
  exit 1
}
# Requests wait at most a second for the kernel half, but an emulated guest may need longer at first.
knows_kernel() { ask /api/processes/1/map >map.json; grep -q '"kernel_source":"lkm"' map.json; }
wait_for knows_kernel
ask /api/system >system.json
ask /api/processes/1/stats >stats.json
ask "/api/processes/1/smaps" >smaps.json
start=$(sed -n '1s/-.*//p' /proc/1/maps)
# After smaps, the process rests for four times as long as that took.
pages_read() { ask "/api/processes/1/pages?start=0x$start&count=16" >pages.json; grep -q '"states"' pages.json; }
wait_for pages_read
ask /api/processes/1/program >program.json
ask /api/kernel >kernel.json
cat /sys/kernel/debug/procmap/kernel_regions >kernel_regions 2>&1
procmap open >link 2>&1
# Both loopback addresses only redirect to the page.
page=$(sed 's|^http://||; s|/.*||' link)
for address in 127.0.0.1 '[::1]'; do
  curl -g -s -m 60 -o /dev/null -w '%{http_code} %{redirect_url}\n' "http://$address:8642/"
  curl -g -s -m 60 -o /dev/null -w '%{http_code}\n' -H "host: $page" "http://$address:8642/"
done >ways
for unit in procmap procmap-reader procmap-files; do
  cat "/proc/$(main $unit.service)/status" >"status-$unit"
  tr '\0' '\n' <"/proc/$(main $unit.service)/cmdline" >"cmdline-$unit"
  tr '\0' '\n' <"/proc/$(main $unit.service)/environ" >"environ-$unit"
done
stat -c '%a %u:%g %n' /run/procmap /run/procmap/service.sock /run/procmap-reader/socket /run/procmap-files/socket /run/procmap-reader/files /run/procmap-reader/files/* >modes
setpriv --reuid=1234 --regid=1234 --clear-groups curl -s -m 60 -H "authorization: Bearer $token" "$base/api/system" >outsider.json
setpriv --reuid=1234 --regid=1234 --clear-groups curl -s -m 5 --unix-socket /run/procmap-reader/socket http://x/ >/dev/null 2>&1; echo $? >outsider-reader
SUDO_UID=1234 procmap open >link-1234 2>&1
setpriv --reuid=1234 --regid=1234 --clear-groups curl -s -m 60 -H "authorization: Bearer $token" "$base/api/system" >admitted.json

# A clock that jumps: sessions use another one, and answers have the new time.
key=$(procmap open | sed 's/.*#k=//')
curl -s -m 60 -D headers -H "host: $page" -H 'content-type: application/json' -d "{\"key\":\"$key\"}" "$base/api/session" >session.json
cookie=$(sed -n 's/^set-cookie: \([^;]*\).*/\1/p' headers)
secret=$(sed -n 's/.*"key":"\([^"]*\)".*/\1/p' session.json)
rm session.json headers
by_session() { curl -s -m 60 -H "host: $page" -H "cookie: $cookie" -H "x-procmap-key: $secret" -o map-of-now.json -w '%{http_code} ' "$base/api/processes/1/map"; grep -o '"taken_at":"[^"]*"' map-of-now.json; date -u +%FT%T; }
for jump in '+0 hours' '+14 hours' '-28 hours' '+14 hours'; do
  date -s "$jump" >/dev/null
  by_session
done >clock

# The rights of each unit: the unit as it is, with another program.
node=/usr/lib/procmap/bin/node
for unit in procmap procmap-reader procmap-files; do
  sed -e '/^ExecStart/d' -e '/^Requires=/d' -e '/^Wants=/d' -e '/^After=/d' -e '/^Sockets=/d' -e '/^Restart/d' -e '/^Watchdog/d' -e '/^RuntimeDirectory/d' -e 's/^Type=notify/Type=oneshot/' \
    -e "s|^NotifyAccess=.*|ExecStart=$node /out/probe.ts\nStandardOutput=file:/out/probe-$unit.json|" "/usr/lib/systemd/system/$unit.service" >"/run/systemd/system/probe-$unit.service"
done
mkdir -p /home/somebody && echo secret >/home/somebody/file
systemctl daemon-reload
for unit in procmap procmap-reader procmap-files; do systemctl start "probe-$unit.service" || journalctl -u "probe-$unit.service" --no-pager >"probe-$unit.failed" 2>&1; done
# The same without any unit, to prove that it is the unit that refuses.
$node probe.ts >probe-free.json

# A web process that dies: connections wait meanwhile, and are answered.
web=$(main procmap.service)
kill -9 "$web"
: >during-restart
for _ in $(seq 20); do curl -s -m 60 -o /dev/null -w '%{http_code}\n' "$base/healthz" >>during-restart; done
wait_for systemctl -q is-active procmap.service
main procmap.service | grep -vx "$web" >web-again
procmap open >link-again 2>&1
# A reader that dies. Its unit starts three programs one after another, which may take longer in an emulated guest than a
# request waits for a reader.
answered() { ask /api/processes/1/map >"$1"; grep -q '"regions"' "$1"; }
reader=$(main procmap-reader.service)
kill -9 "$reader"
wait_for answered map-after-kill.json
main procmap-reader.service | grep -vx "$reader" >reader-again
# A reader that hangs: its watchdog ends it.
reader=$(main procmap-reader.service)
kill -STOP "$reader"
changed() { now=$(main procmap-reader.service); [ "$now" != "$reader" ] && [ "$now" != 0 ]; }
wait_for changed
systemctl show -p NRestarts --value procmap-reader.service >reader-restarts
journalctl -u procmap-reader.service --no-pager -o cat >journal-reader
wait_for answered map-after-hang.json
# A web process that hangs.
web=$(main procmap.service)
kill -STOP "$web"
changed() { now=$(main procmap.service); [ "$now" != "$web" ] && [ "$now" != 0 ]; }
wait_for changed
curl -s -m 60 "$base/healthz" >healthz-after-hang
journalctl -u procmap.service --no-pager -o cat >journal-web
# A file system that stops answering (fixtures/mute.c) blocks the process that opens its files, beyond the reach of
# signals. systemd gives it up, and starts a new one.
mkdir /run/mute
mkfifo /run/mute-says /run/mute-hold
./mute /run/mute ./resident </run/mute-says >mute-said 2>&1 &
exec 9>/run/mute-says
said() { grep -q "$1" mute-said; }
wait_for said ready
/run/mute/program </run/mute-hold >/dev/null 9>&- &
one=$!
/run/mute/program </run/mute-hold >/dev/null 9>&- &
two=$!
exec 8>/run/mute-hold
runs() { [ "$(readlink "/proc/$1/exe")" = /run/mute/program ]; }
wait_for runs $one
wait_for runs $two
files=$(main procmap-files.service)
main procmap-reader.service >readers
echo mute >&9
wait_for said mute
ask "/api/processes/$one/program" >mute-program.json &
asking=$!
ask "/api/processes/$two/file?start=0x400000" >mute-file.json
wait $asking
changed() { now=$(main procmap-files.service); [ "$now" != "$files" ] && [ "$now" != 0 ]; }
wait_for changed
tells() { ask /api/processes/1/program >program-after-mute.json; grep -q '"exe"' program-after-mute.json; }
wait_for tells
cat /proc/"$files"/task/*/status >mute-threads 2>&1
main procmap-reader.service >>readers
journalctl -u procmap-files.service --no-pager -o cat >journal-files
# Its end releases them.
exec 9>&- 8>&-
gone() { [ ! -e "/proc/$files" ]; }
wait_for gone
grep -lF "$token" ./* >leaks 2>/dev/null

printf 'PROCMAP_OPTIONS=--peer-uid=any --rate=2\n' >/etc/default/procmap
systemctl restart procmap.service
setpriv --reuid=4321 --regid=4321 --clear-groups curl -s -m 60 -H "authorization: Bearer $token" "$base/api/system" >any.json
printf 'PROCMAP_OPTIONS=--port=1\n' >/etc/default/procmap
systemctl restart procmap.service 2>/dev/null
journalctl -u procmap.service --no-pager -o cat | grep 'procmap.socket' | head -n 1 >bad-options
rm /etc/default/procmap

dpkg -r procmap >removed 2>&1
systemctl is-active procmap.socket procmap.service procmap-reader.service procmap-files.service >after-removal
find /usr /etc /run/procmap* /run/systemd/system /var/lib/dkms /lib/modules -name '*procmap*' ! -name 'procmap-test*' ! -name 'probe-*' >left 2>/dev/null
exit 0
