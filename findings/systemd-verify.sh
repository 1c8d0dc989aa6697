#!/bin/sh
# systemd-analyze verify succeeds for a misspelt key
#
# Version:   systemd 252.39-1~deb12u2 (Debian 12), x86_64
# Expected:  `systemd-analyze verify` fails for a unit with an unknown key or an unreadable value, since a service with a typo in its
#            confinement runs without it.
# Seen:      It prints a warning on stderr and exits with 0. Only a missing program makes it fail. With --recursive-errors=no, which sounds
#            more lenient, all three fail. A test of units must check stderr, or use that option.
# Output:                        alone  --recursive-errors=no
#            sound unit          0      0
#            misspelt key        0      1
#            unreadable value    0      1
#            missing program     1      1
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=252.39-1~deb12u2
apt-get download -q "systemd=$version" "libsystemd-shared=$version" "libsystemd0=$version" >download.log 2>&1 || { cat download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(find "$folder/root" -name 'libsystemd*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH

unit() { printf '[Service]\nExecStart=%s\n%s\n' "$2" "$3" >"$1.service"; }
unit sound /bin/true NoNewPrivileges=yes
unit key /bin/true NoNewPrivilegse=yes
unit value /bin/true NoNewPrivileges=maybe
unit program /bin/not-there NoNewPrivileges=yes

status() { if root/usr/bin/systemd-analyze verify "$@" 2>said; then echo 0; else echo $?; fi; }
failed=
expect() {
  alone=$(status "./$2.service")
  words=$(wc -l <said)
  printf '%-19s %-6s %s\n' "$1" "$alone" "$(status --recursive-errors=no "./$2.service")"
  [ "$alone" = "$3" ] && [ "$(status --recursive-errors=no "./$2.service")" = "$4" ] && [ "$words" -eq "$5" ] || { echo "         it was: $3 $4, and $5 lines on stderr, not $words"; failed=yes; }
}
printf '%-19s %-6s %s\n' '' alone --recursive-errors=no
expect 'sound unit' sound 0 0 0
expect 'misspelt key' key 0 1 1
expect 'unreadable value' value 0 1 1
expect 'missing program' program 1 1 1
[ -z "$failed" ]
