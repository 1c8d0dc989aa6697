#!/bin/sh
# Fails if anybody besides root and the caller of sudo could change or replace the contents of a folder. Prints one line: who, and the command that
# fixes it. The daemon checks its own files again by the same rules (server/src/daemon/rights/trusted-path.ts):
# - a group that can write counts as the caller of sudo if it is the caller's primary group, has no other members, and there is no extended ACL;
# - in a sticky folder above, such as /tmp, nobody else can rename or replace files of root or the caller.
# usage: writable.sh FOLDER
set -eu
LC_ALL=C
export LC_ALL
top=$(realpath -- "$1")
caller=${SUDO_UID:-0}
case $caller in *[!0-9]* | ???????????*) caller=0 ;; esac

quote() { printf "'%s'" "$(printf %s "$1" | tr '\000-\037\177' '?' | sed "s/'/'\\\\''/g")"; }
name_of() { getent passwd "$1" | cut -d : -f 1 | grep . || echo "uid $1"; }
if [ "$caller" = 0 ]; then sudo='' trusted=root; else sudo='sudo ' trusted="root and $(name_of "$caller")"; fi

plain() { printf %s "$1" | tr '\000-\037\177' '?'; }
writable() {
  echo "users other than $trusted can write to $(plain "$1"): $2"
  exit 1
}
foreign() {
  echo "$(plain "$1") belongs to $(name_of "$(stat -c %u -- "$1")"), not to $(echo "$trusted" | sed 's/ and / or /'): $2"
  exit 1
}

group=
[ -z "${SUDO_UID:-}" ] || group=$(sh "$(dirname -- "$0")/own-group.sh" "$caller")
: "${group:=4294967295}"

# The first of these NUL-separated paths with an ACL of more than the three usual entries.
first_with_acl() { xargs -0r ls -dn -- | sed -n '/^..........+/{s|^[^/]*||p;q}'; }

owner=$(stat -c %u -- "$top")
# A clone by hard links shares git's files with another checkout; chown would take those as well.
take() {
  if [ -n "$(find "$1" -type f -links +1 -path '*/.git/objects/*' -print -quit)" ]; then echo "clone anew: git clone --no-hardlinks"; else echo "$2"; fi
}
if [ "$owner" != 0 ] && [ "$owner" != "$caller" ]; then
  foreign "$top" "let $(name_of "$owner") run this, or $(take "$top" "take it: ${sudo}chown -R root: $(quote "$top")")"
fi

# Folders above: whoever can write there can replace the next folder.
above=$top
while [ "$above" != / ]; do
  above=$(dirname -- "$above")
  [ -z "$(find "$above" -maxdepth 0 ! -uid 0 ! -uid "$caller")" ] || foreign "$above" "clone into a folder of your own: git clone $(quote "$top") ~/procmap"
  # Not sticky.
  found=$(find "$above" -maxdepth 0 ! -perm -1000 \( -perm -002 -o -perm -020 ! -gid "$group" \))
  [ -n "$found" ] || found=$(find "$above" -maxdepth 0 ! -perm -1000 -perm -020 -print0 | first_with_acl)
  [ -z "$found" ] || writable "$above" "${sudo}chmod go-w $(quote "$above")"
done

found=$(find "$top" ! -uid 0 ! -uid "$caller" -print -quit)
[ -z "$found" ] || foreign "$found" "$(take "$top" "${sudo}chown -R $(name_of "$owner"): $(quote "$top")")"
found=$(find "$top" ! -type l \( -perm -002 -o -perm -020 ! -gid "$group" \) -print -quit)
[ -n "$found" ] || found=$(find "$top" ! -type l -perm -020 -print0 | first_with_acl)
[ -z "$found" ] || writable "$found" "${sudo}chmod -R go-w $(quote "$top")"
