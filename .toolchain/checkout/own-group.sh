#!/bin/sh
# Prints the primary group of a user if it has no other members, except root: what that group can write, only the user can. Prints nothing if there
# are others, or if it is not known: the user or the group is not in these files, or parts of them come from elsewhere (NIS).
# usage: own-group.sh UID [PASSWD GROUP]
set -eu
LC_ALL=C
export LC_ALL
awk -F : -v caller="$1" '
  /^[+-]/ { elsewhere = 1 }
  FILENAME == ARGV[1] {
    if ($3 "" == caller "" && own == "") own = $4
    if ($3 "" == caller "" || $3 "" == "0") his[$1] = 1
    else shared[$4] = 1
    next
  }
  {
    known[$3] = 1
    count = split($4, members, ",")
    for (i = 1; i <= count; i++) if (!(members[i] in his)) shared[$3] = 1
  }
  END { if (!elsewhere && (own in known) && !(own in shared)) print own }' "${2:-/etc/passwd}" "${3:-/etc/group}"
