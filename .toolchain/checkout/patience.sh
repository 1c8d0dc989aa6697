#!/bin/sh
# Runs a command, and says on standard error that it goes on whenever so many more seconds have passed. Its status is the command's.
# usage: patience.sh SECONDS WHAT COMMAND...
set -u
step=$1 what=$2
shift 2
# Ends with the command; what is left of its last sleep holds no pipe of ours open.
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
