#!/bin/sh
# Refuses as root what others could change: the whole checkout, and where it lies, for what root runs of it; for everything else a checkout that is
# neither root's nor whose who called sudo. A user who is not root may do with it what he likes.
# usage: trusted.sh GOAL [insist]
set -eu
[ "$(id -u)" = 0 ] && [ "${2:-}" != insist ] || exit 0
here=$(dirname -- "$0")
insist=
case $1 in
  run | install) whole=whole insist="; or insist: ${SUDO_UID:+sudo }make $1 ARGS=--unsafe-path" ;;
  *) whole=owner ;;
esac
found=$(sh "$here/writable.sh" "$here/../.." "$whole") || {
  echo "procmap: ${found:-$here/writable.sh failed}$insist" >&2
  exit 1
}
