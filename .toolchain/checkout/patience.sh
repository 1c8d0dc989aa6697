#!/bin/sh
# Runs a command, and reports on standard error every so many seconds that it is still running. Exits with the command's status.
# usage: patience.sh SECONDS WHAT COMMAND...
set -u
step=$1 what=$2
shift 2
# Ends with the command. Its last sleep may outlive it, but holds none of our pipes open.
(
  passed=0
  while sleep "$step" >/dev/null 2>&1 </dev/null && kill -0 $$ 2>/dev/null; do
    passed=$((passed + step))
    echo "procmap: still $what, $passed s so far" >&2
  done
) &
ticker=$!
trap 'kill $ticker 2>/dev/null' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$@"
