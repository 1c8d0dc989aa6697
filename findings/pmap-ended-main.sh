#!/bin/sh
# pmap shows nothing of a process that lives on without its main thread
#
# Version:   procps 2:4.0.2-3 (Debian 12), Linux 6.18, x86_64, Python 3.11 to make such a process
# Expected:  main() may end with pthread_exit(3) while other threads go on. All threads share one address space, so pmap(1) shows it as long as
#            one of them lives.
# Seen:      /proc/PID belongs to the main thread, which remains as a zombie and has given its address space back: /proc/PID/maps is empty, and
#            statm is all zeros. pmap prints `<defunct>` and a total of 0K, ps an RSS of 0, for a process that runs. /proc/PID/task/TID/maps
#            of a thread that lives has everything, but pmap does not look there, not even if it is given that thread's number.
# Output:    before: ps has an RSS, /proc/PID/maps has rows, pmap PID has a total
#            after:  state Z, threads left: 1
#            after:  ps has no RSS, /proc/PID/maps has no rows, pmap PID has no total
#            after:  /proc/PID/task/TID/maps has rows, pmap TID has no total
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q procps=2:4.0.2-3 libproc2-0=2:4.0.2-3 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
library=$(dirname "$(find "$folder/root" -name 'libproc2.so.0')")

mkfifo end
cat >program.py <<'END'
import ctypes
libc = ctypes.CDLL(None)
sleeper = ctypes.c_ulong()
libc.pthread_create(ctypes.byref(sleeper), None, ctypes.cast(libc.sleep, ctypes.c_void_p), ctypes.c_void_p(60))
open('end').read()
libc.pthread_exit(None)
END
/usr/bin/python3 program.py &
pid=$!
exec 3>end
until [ "$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ]; do sleep 0.1; done
thread=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 ! -name "$pid" -printf '%f\n')

tool() { LD_LIBRARY_PATH=$library "root/$1" "$2" "$3" "$4" || :; }
some() { if [ "${2:-0}" -gt 0 ]; then echo "$1"; else echo "no $3"; fi; }
rss() { some 'an RSS' "$(tool bin/ps -o rss= "$pid" | tr -d ' ')" RSS; }
rows() { some rows "$(wc -l <"$1")" rows; }
total() { some 'a total' "$(tool usr/bin/pmap -p "$1" -- | sed -n 's/^ *total *\([0-9]*\)K$/\1/p')" total; }
failed=
expect() {
  printf '%-7s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "        it was: $3"; failed=yes; }
}
expect before "ps has $(rss), /proc/PID/maps has $(rows "/proc/$pid/maps"), pmap PID has $(total "$pid")" \
  'ps has an RSS, /proc/PID/maps has rows, pmap PID has a total'
exec 3>&-
for _ in 1 2 3 4 5 6 7 8 9 10; do
  state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$pid/status")
  [ "$state" != Z ] || break
  sleep 0.3
done
left=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 ! -name "$pid" | wc -l)
expect after "state $state, threads left: $left" 'state Z, threads left: 1'
expect after "ps has $(rss), /proc/PID/maps has $(rows "/proc/$pid/maps"), pmap PID has $(total "$pid")" \
  'ps has no RSS, /proc/PID/maps has no rows, pmap PID has no total'
expect after "/proc/PID/task/TID/maps has $(rows "/proc/$pid/task/$thread/maps"), pmap TID has $(total "$thread")" \
  '/proc/PID/task/TID/maps has rows, pmap TID has no total'
[ -z "$failed" ]
