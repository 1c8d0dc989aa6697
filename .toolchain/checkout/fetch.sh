#!/bin/sh
# Has npm fetch what a lock file names: as the host's npm does it, that is, with its proxy, certificates and registry, whichever npm it is.
# usage: fetch.sh toolchain|packages
set -eu
checkout=$(realpath -- "$(dirname -- "$0")/../..")
cd "$checkout"
complaints=$(mktemp)
trap 'rm -f "$complaints"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
fail() {
  echo "procmap: $1" >&2
  exit 1
}

# What the host would find without the Node and npm that we bring.
host_path=$(printf '%s\n' "$PATH" | tr : '\n' | while read -r folder; do case $folder in "$checkout"/*) ;; *) printf '%s:' "$folder" ;; esac; done)
host_path=${host_path%:}
host_npm() { PATH=$host_path command -v npm; }

# sudo has a PATH of its own (secure_path), where no npm of nvm, volta or a home is. Its owner's shell knows better; it may say and do anything
# when it starts, so it is asked apart from this terminal, and not for long.
ask_shell() {
  shell=$(getent passwd "$(id -u)" | cut -d : -f 7)
  [ "$(id -u)" != 0 ] && [ -x "${shell:-}" ] || return 0
  setsid -w timeout -s KILL 10 "$shell" -ilc 'command -v npm' >"$complaints" 2>/dev/null </dev/null || :
  found=$(grep '^/.*/npm$' "$complaints" | tail -n 1)
  [ ! -x "$found" ] || host_path=$host_path:$(dirname -- "$found")
}

if [ "${FOR_ROOT:-}" = yes ] || [ -n "${SUDO_UID:-}" ]; then by_sudo=yes; else by_sudo=; fi
host_npm >/dev/null || ask_shell
if [ "$1" = toolchain ]; then
  what='Node and npm' folder=.toolchain
  host_npm >/dev/null || fail "npm is missing; install it first (as root: apt-get install npm)${by_sudo:+; where you have one of your own, which sudo hides: sudo env \"PATH=\$PATH\" make run}"
  PATH=$host_path
else
  what='the packages' folder=.
  # Ours looks for it beside itself, where nothing is.
  config=$(PATH=$host_path npm config get globalconfig 2>/dev/null) || config=
  [ ! -r "$config" ] || set -- "$1" --globalconfig="$config"
fi
shift

echo "procmap: fetching $what (once)..."
# The options after ci are for what a host's configuration must not change.
set -- npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --include=dev --include=optional --package-lock "$@"
# shellcheck disable=SC2016
(cd "$folder" && sh "$checkout/.toolchain/checkout/patience.sh" 30 "fetching $what" sh -c 'exec >/dev/null 2>"$0" "$@"' "$complaints" "$@") && exit
cat "$complaints" >&2
case $(cat "$complaints") in
  *EACCES* | *EPERM* | *EROFS* | *ENOSPC* | *EDQUOT*) fail "npm could not write what it fetches; see above" ;;
  *) fail "npm could not fetch $what; is the package registry reachable?${by_sudo:+ sudo passes on no proxy: run 'make build' first, then 'sudo make run'}" ;;
esac
