#!/bin/sh
# Fails if root has left files in this checkout of another user, whom they would block. Prints one line with the remedy.
set -eu
checkout=$(realpath -- "$(dirname -- "$0")/../..")
[ "$(id -u)" != 0 ] && [ -O "$checkout" ] || exit 0
cd "$checkout"
left=$(find . -maxdepth 1 ! -name log_procmap.txt -uid 0 -print -quit)
[ -n "$left" ] || left=$(find .git .cache .toolchain coverage e2e lkm node_modules server shared web -uid 0 -print -quit 2>/dev/null || :)
[ -n "$left" ] || exit 0
quoted="'$(printf %s "$checkout" | sed "s/'/'\\\\''/g")'"
echo "procmap: ${left#./} is root's, in your checkout; take it back: sudo chown -R $(id -u):$(id -g) $quoted" >&2
exit 1
