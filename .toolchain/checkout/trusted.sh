#!/bin/sh
# Refuses as root what others could change, the checkout and where it lies: `make run` and `make install` of root's own, each goal of somebody
# else's. A user who is not root may do with it what he likes.
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
