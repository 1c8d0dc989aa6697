import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Program } from '@procmap/shared/files/program.ts';
import { lostFailure } from '../reader/held-failure.ts';
import type { Failure } from '../reader/procfs/process/outcome.ts';
import { MAX_REQUEST_BYTES, type ReaderHead } from '../reader/protocol/protocol.ts';
import { encodeMessage, MessageReader } from '../reader/protocol/wire.ts';
import type { Read } from './findings.ts';

/** In a build, all scripts are in one folder. */
const FILES = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../files/main.ts' : 'files.js');
/** Longer than the files process takes to report a hang: a second. */
const MAX_MS = 10_000;
const STREAM = 3;
const MAX_ANSWER_BYTES = 16 * MAX_REQUEST_BYTES;

/**
 * Asks a separate process for the program of a process. An unresponsive file system may block that process for ever,
 * beyond the reach of signals; this one goes on and ends without it. `script`: that of the files process.
 */
export async function askProgram(pid: number, script = FILES): Promise<Read<Program>> {
  const root = process.env['PROCMAP_PROC'];
  const env = root === undefined ? {} : { PROCMAP_PROC: resolve(root) };
  const child = spawn(process.execPath, ['--disable-sigusr1', script], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env, detached: true, cwd: '/' });
  // A process that could not be started, for lack of descriptors, has no streams.
  const stream = (child.stdio as readonly unknown[] | undefined)?.[STREAM] as Socket | null | undefined;
  if (stream === null || stream === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    return { value: null, why: `its program cannot be read: ${error.message}` };
  }
  const incoming = new MessageReader(MAX_ANSWER_BYTES);
  const answer = new Promise<ReaderHead | Failure>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      for (const { head } of incoming.push(chunk)) if ((head as ReaderHead).id === 1) resolve(head as ReaderHead);
    });
    for (const event of ['error', 'close']) stream.on(event, () => resolve(lostFailure('the files process ended')));
    child.on('error', ({ message }) => resolve(lostFailure(message)));
  });
  for (const buffer of encodeMessage({ id: 1, op: 'program', pid })) stream.write(buffer);
  const timer = new AbortController();
  const head = await Promise.race([answer, setTimeout(MAX_MS, null, { signal: timer.signal })]);
  timer.abort();
  child.kill('SIGKILL');
  child.unref();
  stream.destroy();
  if (head === null) return { value: null, why: whyHeld(pid) };
  if (!('status' in head)) return { value: null, why: head.message };
  if (head.status === 'program') return { value: head.program, why: '' };
  return { value: null, why: head.status === 'error' && head.error !== 'stalled' ? head.message : whyHeld(pid) };
}

/** Unlike heldFailure(), promises no other attempt: a command asks once. */
function whyHeld(pid: number): string {
  return `process ${pid} does not answer: the kernel holds the request`;
}
