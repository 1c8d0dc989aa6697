#!/bin/sh
# USS leaves out the whole heap of a Java VM with ZGC, though no other process has it
#
# Version:   openjdk-17-jre-headless 17.0.21.1+2-1~deb12u1, smem 1.5-2 on Python 3.11 (Debian 12), Linux 6.18, x86_64
# Expected:  Private_Clean and Private_Dirty in smaps, and their sum USS, are what only this process has, so what its end would free. The heap of a
#            Java VM that runs alone is the largest part of that.
# Seen:      The kernel counts a page as shared if it is mapped more than once, even if one process has all of these mappings. ZGC maps its heap three
#            times (a memfd, for the colours of pointers). So of 256 MiB of heap nothing is private, 768 MiB are shared, RSS has them three
#            times, and smem's USS of the process is less than its heap. Only PSS is right.
# Output:    mappings of the heap:   3
#            Rss of the heap:        768 MiB
#            Pss of the heap:        256 MiB
#            Shared of the heap:     768 MiB
#            Private of the heap:    0 MiB
#            smem's USS of Java:     less than 256 MiB
#            smem's PSS of Java:     at least 256 MiB
#            others with that memfd: 0
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q openjdk-17-jre-headless=17.0.21.1+2-1~deb12u1 smem=1.5-2 >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
# Its settings lie in /etc once it is installed.
find root/usr/lib/jvm -lname '/etc/*' -printf '%p %l\n' | while read -r link target; do ln -sf "$folder/root$target" "$link"; done

cat >Program.java <<'END'
public class Program {
    public static void main(String[] arguments) throws Exception {
        new java.io.File("ready").createNewFile();
        Thread.sleep(60000);
    }
}
END
java=$(find "$folder/root/usr/lib/jvm" -path '*/bin/java' -type f)
"$java" -XX:+UseZGC -Xms256m -Xmx256m -XX:+AlwaysPreTouch Program.java &
pid=$!
until [ -e ready ]; do
  kill -0 "$pid" || exit 2
  sleep 0.2
done
cat "/proc/$pid/smaps" >smaps
/usr/bin/python3 root/usr/bin/smem -H -c 'pid uss pss' 2>smem.log | awk -v pid="$pid" '$1 == pid { print $2, $3 }' >smem
read -r uss pss <smem

# kB, in MiB to the nearest one.
sum() { awk -v fields="$1" '/^[0-9a-f]+-/ { heap = /\/memfd:java_heap/ } heap && $1 ~ "^(" fields "):$" { kb += $2 } END { printf "%.0f MiB\n", kb / 1024 }' smaps; }
failed=
expect() {
  printf '%-23s %s\n' "$1:" "$2"
  [ "$2" = "$3" ] || { echo "                        it was: $3"; failed=yes; }
}
than() { if [ "$1" -lt 262144 ]; then echo 'less than 256 MiB'; else echo 'at least 256 MiB'; fi; }
expect 'mappings of the heap' "$(grep -c '/memfd:java_heap' smaps)" 3
expect 'Rss of the heap' "$(sum Rss)" '768 MiB'
expect 'Pss of the heap' "$(sum Pss)" '256 MiB'
expect 'Shared of the heap' "$(sum 'Shared_Clean|Shared_Dirty')" '768 MiB'
expect 'Private of the heap' "$(sum 'Private_Clean|Private_Dirty')" '0 MiB'
expect "smem's USS of Java" "$(than "$uss")" 'less than 256 MiB'
expect "smem's PSS of Java" "$(than "$pss")" 'at least 256 MiB'
inode=$(awk '/\/memfd:java_heap/ { print $4 " " $5; exit }' smaps)
expect 'others with that memfd' "$(cat /proc/[0-9]*/maps 2>/dev/null | grep -c " $inode " | awk '{ print $1 - 3 }')" 0
[ -z "$failed" ]
