import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Cleanup } from './cleanup.ts';
import type { Daemon } from '../daemon.ts';
import type { Part } from './measure.ts';
import { pidsOf } from './roles.ts';
import { count } from './table.ts';
import { Viewer } from './viewer.ts';

const SETTLE_MS = 1000;
const IDLE_MS = 3000;
/** The process list comes every two seconds. */
const LISTING_MS = 5000;

/** A wake-up of an event loop reads eight bytes. Every map is larger than this. */
const NO_FILE_BYTES = 256;

/**
 * Measures what the reader reads while nobody watches a process: no file at all without a page, and no map while a page
 * only shows the process list. Bytes come from /proc/PID/io, opened files from strace(1) if it is available and
 * permitted.
 */
export async function measureIdle(daemon: Daemon, cleanup: Cleanup): Promise<Part> {
  const { reader } = pidsOf(daemon.pid);
  // The previous viewer has just left, and the reader must learn that first.
  await setTimeout(SETTLE_MS);
  const before = bytesReadBy(reader);
  await setTimeout(IDLE_MS);
  const bytes = bytesReadBy(reader) - before;
  const viewer = await Viewer.open(daemon, cleanup);
  viewer.send({ type: 'processes', on: true });
  const opened = await openedFiles(reader, LISTING_MS, cleanup);
  viewer.close();
  const maps = opened?.filter((path) => /\/s?maps(_rollup)?$/.test(path)).length ?? 0;
  const listing = opened === null ? 'there is no strace to look on' : `it opens ${count(opened.length)} files in ${LISTING_MS / 1000} s, ${maps} of them maps`;
  return {
    measures: [{ what: 'no viewer: maps that are read', measured: String(maps), reach: '0', ok: maps === 0 && bytes < NO_FILE_BYTES }],
    text: `Nobody watches: the reader reads ${bytes} bytes in ${IDLE_MS / 1000} s without a page. While a page shows the list of processes, ${listing}.`,
  };
}

/** Bytes that a process has read with read(2) so far. */
function bytesReadBy(pid: number): number {
  return Number(/^rchar: ([0-9]+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Files that a process opens within `forMs`; null if strace cannot attach. */
async function openedFiles(pid: number, forMs: number, cleanup: Cleanup): Promise<string[] | null> {
  if (spawnSync('strace', ['--version']).status !== 0) return null;
  const strace: ChildProcess = spawn('strace', ['-f', '-q', '-e', 'trace=open,openat,openat2', '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  cleanup.defer(() => {
    strace.kill('SIGINT');
  });
  let text = '';
  strace.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await setTimeout(forMs);
  strace.kill('SIGINT');
  if (strace.exitCode === null && strace.signalCode === null) await once(strace, 'exit');
  const files = [...text.matchAll(/\bopen(?:at2?)?\([^"]*"([^"]*)"/g)].map(([, path = '']) => path);
  // A list opens hundreds of files, so none means that strace was not permitted.
  return files.length === 0 ? null : files;
}
