#!/bin/sh
# Prints the primary group of a user, when nobody but he and root is in it: what it can write is then as good as his. Nothing: there are others, or
# it cannot be told, because he or it is not in these files, or a part of them comes from elsewhere (NIS).
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
