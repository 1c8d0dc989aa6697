#!/bin/sh
# Fetches what a lock file lists, by npm, with the proxy, certificates and registry that the host's npm is set up for.
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

# PATH without the Node and npm of this checkout.
host_path=$(printf '%s\n' "$PATH" | tr : '\n' | while read -r folder; do case $folder in "$checkout"/*) ;; *) printf '%s:' "$folder" ;; esac; done)
host_path=${host_path%:}
host_npm() { PATH=$host_path command -v npm; }

# sudo sets its own PATH (secure_path), without an npm from nvm, volta or a home folder, so ask the owner's shell. Its startup files may do anything,
# so it runs apart from this terminal and with a time limit.
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
  # Our npm looks for its global configuration beside itself, where there is none, so name the host's.
  config=$(PATH=$host_path npm config get globalconfig 2>/dev/null) || config=
  [ ! -r "$config" ] || set -- "$1" --globalconfig="$config"
fi
shift

echo "procmap: fetching $what (once)..."
# The options after ci fix what the host's configuration must not change.
set -- npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --include=dev --include=optional --package-lock "$@"
# shellcheck disable=SC2016
(cd "$folder" && sh "$checkout/.toolchain/checkout/patience.sh" 30 "fetching $what" sh -c 'exec >/dev/null 2>"$0" "$@"' "$complaints" "$@") && exit
cat "$complaints" >&2
case $(cat "$complaints") in
  *EACCES* | *EPERM* | *EROFS* | *ENOSPC* | *EDQUOT*) fail "npm could not write what it fetches; see above" ;;
  *) fail "npm could not fetch $what; is the package registry reachable?${by_sudo:+ sudo passes on no proxy: run 'make build' first, then 'sudo make run'}" ;;
esac
