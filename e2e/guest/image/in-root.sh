#!/bin/sh
# Runs a command as root in another root folder, with its own process ids and mounts, which end with it. Arguments: the
# root folder, the command.
set -eu
exec unshare --mount --pid --fork --kill-child sh -ec '
  root=$1
  shift
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/run"
  mount --rbind /dev "$root/dev"
  exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
' sh "$@"
