#!/bin/sh
# As root, refuses a checkout that other users could change or replace: for `make run` and `make install` if it is root's own, for every goal if it
# is another user's. Other users than root are not restricted.
# usage: trusted.sh GOAL [insist]
set -eu
[ "$(id -u)" = 0 ] && [ "${2:-}" != insist ] || exit 0
here=$(dirname -- "$0")
found=$(sh "$here/writable.sh" "$here/../..") || {
  insist=
  case $1 in run | install) insist="; or insist: ${SUDO_UID:+sudo }make $1 ARGS=--unsafe-path" ;; esac
  echo "procmap: ${found:-$here/writable.sh failed}$insist" >&2
  exit 1
}
