#!/bin/sh
# A small child of a large process has the large one's maximum RSS
#
# Version:   Linux 6.18, x86_64, Python 3.11, time 1.9-0.2, grep 3.8-5 (Debian 12)
# Expected:  ru_maxrss from wait4(2) or getrusage(RUSAGE_CHILDREN) is the largest RSS that the child's program had. Test runners and build tools
#            measure what they start in this way.
# Seen:      Between fork (or vfork) and exec the child has the memory of its parent, and exec does not reset the maximum. So ru_maxrss is never less
#            than the RSS of the parent: 256 MiB for grep(1), if a process of 256 MiB starts it. VmHWM in /proc/PID/status belongs to the
#            new program's memory and is right. A small process between the two, such as time(1), measures right.
# Output:    VmHWM of grep:                        below 16 MiB
#            ru_maxrss, small parent:              below 32 MiB
#            ru_maxrss, parent of 256 MiB:         at least 256 MiB
#            time, started by parent of 256 MiB:   below 16 MiB
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q time=1.9-0.2 grep=3.8-5 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done

# In kB: VmHWM as the program prints it of itself, ru_maxrss as its parent gets it, and as time(1) gets it.
cat >parent.py <<'END'
import os, re, subprocess, sys
held = bytearray(b'x') * (int(sys.argv[1]) * 2 ** 20)
GREP = ['root/bin/grep', 'VmHWM', '/proc/self/status']
child = subprocess.Popen(GREP, stdout=subprocess.PIPE, text=True)
own = re.search('[0-9]+', child.stdout.read())[0]
_, _, usage = os.wait4(child.pid, 0)
between = subprocess.run(['root/usr/bin/time', '-f', '%M', *GREP], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
print(own, usage.ru_maxrss, between.stderr.strip())
END
/usr/bin/python3 parent.py 1 >small
/usr/bin/python3 parent.py 256 >large
read -r _ small _ <small
read -r own large between <large

below() { if [ "$1" -lt $(($2 * 1024)) ]; then echo "below $2 MiB"; else echo "$1 kB"; fi; }
failed=
expect() {
  printf '%-37s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "                                      it was: $3"; failed=yes; }
}
expect 'VmHWM of grep' "$(below "$own" 16)" 'below 16 MiB'
expect 'ru_maxrss, small parent' "$(below "$small" 32)" 'below 32 MiB'
expect 'ru_maxrss, parent of 256 MiB' "$(if [ "$large" -ge 262144 ]; then echo 'at least 256 MiB'; else echo "$large kB"; fi)" 'at least 256 MiB'
expect 'time, started by parent of 256 MiB' "$(below "$between" 16)" 'below 16 MiB'
[ -z "$failed" ]
