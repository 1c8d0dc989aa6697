#!/bin/sh
# What root once left in this checkout of somebody else's stands in the way of whatever its owner makes: says so in one line, with what mends it.
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
